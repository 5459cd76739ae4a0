import { whyNotIdentifier } from '@portcullis/auth/protocol'
import { type Command, InvalidArgumentError } from 'commander'
import type { Io } from '../io.ts'
import { parseScopes, showExamples } from './options.ts'

/** `portcullis init` */
export function addInitCommand(program: Command, io: Io): void {
  const command = program
    .command('init')
    .summary('Put Portcullis into the MCP server in the current folder.')
    .description(
      'Look at the MCP server in the current folder, show the few lines that put OAuth in front of it, write them when told to, and ask the doctor. Nothing is written without --write, or a yes at a terminal.',
    )
    .argument('[file]', 'The file in which the server is made. Default: found by what the files import.')
    .option('--write', 'Write what is shown.')
    .option('--dry-run', 'Show it, and ask nothing.')
    .option(
      '--resource <url>',
      'The URL that clients will use. Default: the path in the code, on this machine.',
      parseUrl,
    )
    .option('--issuer <url>', 'Who issues the tokens. Default: portcullis dev, for tests.', parseUrl)
    .option(
      '--scopes <scopes>',
      'What every request needs, separated by commas. Default: a valid token is enough.',
      parseScopes,
    )
    .option('--url <url>', 'Where the server runs already with these lines: the doctor is asked there.', parseUrl)
    .option('--no-doctor', 'Do not start the server to ask the doctor afterwards.')
    .option('--json', 'Print JSON, and ask nothing.')
  showExamples(
    command,
    'init',
    'init --write',
    'init src/server.ts --resource https://mcp.example.com/mcp --issuer https://login.example.com --write',
    'init --url http://localhost:3000/mcp',
    'init --json',
  )
  command.addHelpText('after', afterExamples)
  command.action(async (file: string | undefined, options) => {
    const { write = false, dryRun = false, json = false, resource, issuer, scopes = [], url, doctor } = options
    if (write && dryRun) command.error('error: either --write or --dry-run, not both', { exitCode: 2 })
    const whyNot = await whyNotServer(resource, issuer)
    if (whyNot !== undefined) command.error(`error: ${whyNot}`, { exitCode: 2 })
    const { runInit } = await import('../init/run-init.ts')
    await runInit(
      { file, resource, issuer, scopes, url, isWritten: write, isDry: dryRun, isJson: json, isChecked: doctor },
      io,
    )
  })
}

const afterExamples = `
It knows Express, Fastify, Koa, Hono, h3, Nitro, Nuxt, NestJS, Next.js, mcp-handler,
FastMCP, the official SDK over node:http, and fetch on Bun, Deno and Workers. For a
server in another language, or over standard streams, it names the gateway's command.

Exit codes: 0 done, shown, or protected already; 1 it cannot be sure where the lines
belong, or the doctor found something; 2 wrong command line.
`

function parseUrl(text: string): string {
  const whyNot = whyNotIdentifier(text)
  if (whyNot !== undefined) throw new InvalidArgumentError(`It ${whyNot}.`)
  return text
}

/** What the lines would throw when the server starts is told before they are written. */
async function whyNotServer(
  resource = 'http://localhost:3000/mcp',
  issuer = 'http://127.0.0.1:7090',
): Promise<string | undefined> {
  // Whoever wants to know of other commands does without it.
  const { createResourceServer } = await import('@portcullis/auth')
  try {
    createResourceServer({ resource, authorizationServers: [issuer] })
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
