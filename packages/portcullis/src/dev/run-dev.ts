import { createServer } from 'node:http'
import { nodeListener } from '@portcullis/auth/node'
import type { Fault } from '@portcullis/auth/testing'
import type { Io } from '../io.ts'
import { logConnectionEvents } from '../operations/event-lines.ts'
import { listen } from '../operations/listen.ts'
import { createLog } from '../operations/log.ts'
import { untilTold } from '../operations/shutdown.ts'
import { createDevHandler } from './dev-handler.ts'

export interface DevSettings {
  /** The MCP server that tokens are for. */
  resource: string
  port: number
  scopes: readonly string[]
  faults: readonly Fault[]
  approve: boolean
}

/** Only this machine: anybody who reaches it is whoever they say (law 10). */
const host = '127.0.0.1'

/** Runs the test authorization server until it is told to stop. Throws `OperatorError` where it cannot start. */
export async function runDev(settings: DevSettings, io: Io): Promise<void> {
  const { stdout } = io
  const isPretty = stdout.isTTY === true
  const write = (line: string) => stdout.write(line)
  const log = createLog({ level: 'info', format: isPretty ? 'pretty' : 'json', write, colors: isPretty })
  const server = createServer()
  const port = await listen(server, { host, port: settings.port })
  const origin = `http://${host}:${port}`
  const scopes = Object.fromEntries(settings.scopes.map((scope) => [scope, `Use ${scope}`]))
  const handler = createDevHandler({ ...settings, origin, scopes, onEvent: logConnectionEvents(log) })
  server.on('request', nodeListener(handler, { origin }))
  const told = untilTold(io.signals, {
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
    abort: () => io.exit(130),
  })
  stdout.write(
    isPretty
      ? banner(origin, settings)
      : `${JSON.stringify({ issuer: origin, switches: `${origin}/dev`, resource: settings.resource })}\n`,
  )
  await told
}

function banner(origin: string, { resource, approve }: DevSettings): string {
  return `
  A test authorization server: everything in memory, and it fails when you tell it to.

  Issuer     ${origin}
  Tokens for ${resource}
  Switches   ${origin}/dev
  A token    curl -X POST ${origin}/dev/token
  People     ${approve ? 'alice, who allows everything without being asked' : 'alice and bob, without passwords'}

`
}
