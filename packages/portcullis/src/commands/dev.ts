import { whyNotIdentifier } from '@portcullis/auth/protocol'
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { Io } from '../io.ts'
import { parseScopes, showExamples } from './options.ts'

/** `portcullis dev` */
export function addDevCommand(program: Command, io: Io): void {
  const command = program
    .command('dev')
    .summary('Run an authorization server for tests, which fails when told to.')
    .description(
      'Run an authorization server for tests and workshops on this machine, until told to stop. Everything is in memory, alice and bob sign in by one click, and switches at /dev make it fail on purpose.',
    )
    .option('--resource <url>', 'The MCP server that tokens are for.', parseResource, 'http://localhost:3000/mcp')
    .option('--port <number>', 'Where it listens, on this machine alone. 0 takes a free one.', parsePort, 7090)
    .option('--scopes <scopes>', 'Its scopes, separated by commas; the first is given by default.', parseScopes, [
      'mcp',
    ])
    .option('--fault <name>', 'Fail like this from the start; may be given several times.', collect, [])
    .option(
      '--dangerously-allow-loopback-documents <host>',
      'A host of this machine, as name:port, that client ID metadata documents are fetched from, over http as well; may be given several times. Any page you open can then have it asked.',
      collectHost,
      [],
    )
    .option('--json', 'Print JSON, at a terminal too: one line that says where it is, then one for each event.')
    .option('--approve', 'Let alice allow everything without being asked: for clients without a browser.')
  showExamples(
    command,
    'dev --resource http://localhost:3000/mcp',
    'dev --scopes notes:read,notes:write --approve',
    'dev --fault wrong_audience --fault slow',
    'dev --dangerously-allow-loopback-documents localhost:8080',
    'dev --port 0 --json',
  )
  command.addHelpText('after', afterExamples)
  command.action(async ({ resource, port, scopes, fault, json = false, approve = false, ...rest }) => {
    const [{ runDev }, { faults, isFault }] = await Promise.all([
      import('../dev/run-dev.ts'),
      import('@portcullis/auth/testing'),
    ])
    const unknown = fault.find((name: string) => !isFault(name))
    if (unknown !== undefined)
      command.error(`error: there is no fault "${unknown}"; there are ${Object.keys(faults).join(', ')}`, {
        exitCode: 2,
      })
    const { dangerouslyAllowLoopbackDocuments: loopbackDocuments } = rest
    await runDev({ resource, port, scopes, faults: fault.filter(isFault), approve, json, loopbackDocuments }, io)
  })
}

const afterExamples = `
While it runs:
  curl -X POST http://127.0.0.1:7090/dev/token -d subject=bob   a token
  curl -X PUT http://127.0.0.1:7090/dev/faults/keys_down        fail
  curl -X DELETE http://127.0.0.1:7090/dev/faults               all is well again

PORTCULLIS_DEV_SECRET is what the client test-machine and resource servers show, 32 characters at least; without it there is a new one at each start.

Exit codes: 0 told to stop; 1 the port cannot be had, or that secret cannot stand; 2 wrong command line.
`

function parseResource(text: string): string {
  const whyNot = whyNotIdentifier(text)
  if (whyNot !== undefined) throw new InvalidArgumentError(`It ${whyNot}.`)
  return text
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('It is no port.')
  return port
}

const loopbackHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/

function collectHost(value: string, before: string[]): string[] {
  if (loopbackHost.test(value)) return [...before, value]
  throw new InvalidArgumentError('It is no host of this machine: localhost:8080, for one.')
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}
