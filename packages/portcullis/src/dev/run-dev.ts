import { createServer } from 'node:http'
import { nodeListener } from '@portcullis/auth/node'
import type { Fault } from '@portcullis/auth/testing'
import type { Io } from '../io.ts'
import { logConnectionEvents } from '../operations/connection-lines.ts'
import { listen } from '../operations/listen.ts'
import { createLog } from '../operations/log.ts'
import { OperatorError } from '../operations/operator-error.ts'
import { untilTold } from '../operations/shutdown.ts'
import { createDevHandler } from './dev-handler.ts'

export interface DevSettings {
  /** The MCP server that tokens are for. */
  resource: string
  port: number
  scopes: readonly string[]
  faults: readonly Fault[]
  approve: boolean
  /** Loopback hosts that client documents are fetched from. */
  loopbackDocuments: readonly string[]
  /** Whether what is printed is JSON though a person reads it. */
  json: boolean
}

/** Only this machine: anybody who reaches it is whoever they say (law 10). */
const host = '127.0.0.1'

/** Runs the test authorization server until it is told to stop. Throws `OperatorError` where it cannot start. */
export async function runDev(settings: DevSettings, io: Io): Promise<void> {
  const { stdout } = io
  const isPretty = stdout.isTTY === true && !settings.json
  const secret = secretOf(io)
  const write = (line: string) => stdout.write(line)
  const log = createLog({ level: 'info', format: isPretty ? 'pretty' : 'json', write, colors: isPretty })
  const server = createServer()
  const port = await listen(server, { host, port: settings.port })
  const { origin } = new URL(`http://${host}:${port}`) // without port 80, which no origin has
  const scopes = Object.fromEntries(settings.scopes.map((scope) => [scope, `Use ${scope}`]))
  const handler = createDevHandler({
    ...settings,
    origin,
    scopes,
    ...(secret !== undefined && { secret }),
    onEvent: logConnectionEvents(log),
  })
  server.on('request', nodeListener(handler, { origin }))
  const told = untilTold(io.signals, {
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
    abort: () => io.exit(130),
  })
  const { machineClient, readerSecret } = handler.server
  const started = {
    issuer: origin,
    switches: `${origin}/dev`,
    resource: settings.resource,
    revocations: `${origin}/revocations`,
    introspection: `${origin}/introspect`,
    readerSecret,
    clientId: machineClient.clientId,
    clientSecret: machineClient.clientSecret,
  }
  stdout.write(isPretty ? banner(started, settings) : `${JSON.stringify(started)}\n`)
  await told
}

/** Whoever wants to write it down once gives it. On the command line everybody on the machine could read it. */
function secretOf({ environment }: Io): string | undefined {
  const secret = environment.PORTCULLIS_DEV_SECRET
  if (secret === undefined || secret === '') return undefined
  if (/^[\x21-\x7E]{32,}$/.test(secret)) return secret
  throw new OperatorError('PORTCULLIS_DEV_SECRET has fewer than 32 characters, or some that are not visible ASCII', {
    nextStep: 'Give it what openssl rand -hex 32 prints, or leave it out: then there is a new one at each start',
  })
}

interface Started {
  issuer: string
  switches: string
  resource: string
  readerSecret: string
  clientId: string
}

function banner(
  { issuer, switches, resource, readerSecret, clientId }: Started,
  { approve, faults }: DevSettings,
): string {
  return `
  A test authorization server: everything in memory, and it fails when you tell it to.

  Issuer     ${issuer}
  Tokens for ${resource}
  Switches   ${switches}
  A token    curl -X POST ${issuer}/dev/token
  People     ${approve ? 'alice, who allows everything without being asked' : 'alice, bob and whoever you name, without passwords'}
  Client     ${clientId}, for client_credentials, token exchange and introspection
  Secret     ${readerSecret}
             of that client, and of servers that read ${issuer}/revocations${faults.length === 0 ? '' : `\n  Failing    ${faults.join(', ')}`}

`
}
