import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Commands } from './commands.ts'
import { freePort } from './free-port.ts'
import { exchange, getCode, registerClient } from './oauth-client.ts'
import { createPerson } from './person.ts'
import { type Server, startProgram, untilReady } from './program.ts'

export interface Gateway extends Server {
  /** Seconds from the start of the process to its first answer. */
  accessToken: string
}

export interface GatewayOptions {
  commands: Commands
  upstream: string
  /** For its database and its configuration. */
  folder: string
  /** Whether the flight recorder is on. Default: true, as by itself. */
  hasRecorder?: boolean
}

/** `portcullis serve` with its defaults in front of `upstream`, and an access token by the whole way: registration, sign-in, consent. */
export async function startGateway({
  commands,
  upstream,
  folder,
  hasRecorder = true,
}: GatewayOptions): Promise<Gateway> {
  const port = await freePort()
  // One caller holds all streams here, for as long as the bench runs.
  writeFileSync(
    join(folder, 'portcullis.yaml'),
    `lifetimes: { accessToken: 8h }\nlimits: { open: 20000, openPerCaller: 20000 }\nrecorder: { enabled: ${hasRecorder} }\n`,
  )
  const program = startProgram({
    name: 'Portcullis',
    folder,
    command: [process.execPath, ...commands.program, 'serve', '--upstream', upstream, '--port', String(port), '--dev'],
  })
  await untilReady(`http://127.0.0.1:${port}/readyz`, program)
  const origin = `http://localhost:${port}`
  const client = await registerClient(origin, { resource: `${origin}/mcp`, scope: 'mcp' })
  const code = await getCode(client, createPerson({}))
  const { access_token } = await exchange(client, code)
  return { ...program, port, accessToken: access_token }
}
