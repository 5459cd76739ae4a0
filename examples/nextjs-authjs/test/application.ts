import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Application {
  origin: string
  databaseUrl: string
  /** The person who is there from the start. */
  ada: { username: string; password: string }
  stop(): Promise<void>
}

/** The application as `npm start` has it, on loopback. Default: on a SQLite file of its own; `env` is added. */
export async function startApplication(
  options: { databaseUrl?: string; env?: Record<string, string> } = {},
): Promise<Application> {
  const scratch = mkdtempSync(join(tmpdir(), 'marginalia-'))
  const { databaseUrl = `file:${join(scratch, 'marginalia.db')}`, env = {} } = options
  const origin = `http://localhost:${await freePort()}`
  const secret = () => randomBytes(32).toString('base64url')
  const password = secret()
  const child = spawn(process.execPath, ['start.ts'], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      AUTH_URL: origin,
      AUTH_SECRET: secret(),
      OAUTH_SECRETS: `k1:${secret()}`,
      DATABASE_URL: databaseUrl,
      FIRST_PASSWORD: password,
      ...env,
    },
  })
  let said = ''
  const ended = once(child, 'close')
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (said.includes('Ready in')) resolve()
      })
    child.once('close', () => reject(new Error(`The application ended before it was ready:\n${said}`)))
  })
  assert.equal((await fetch(`${origin}/api/oauth/jwks`)).status, 200, said)
  return {
    origin,
    databaseUrl,
    ada: { username: 'ada', password },
    async stop() {
      child.kill()
      await ended
      rmSync(scratch, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('There is no port')
  return address.port
}
