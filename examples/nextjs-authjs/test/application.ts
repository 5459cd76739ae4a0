import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDaemon } from '../../../interop/src/daemon.ts'
import { freePort } from '../../../interop/src/free-port.ts'

export interface Application {
  origin: string
  databaseUrl: string
  /** The person who is there from the start. */
  ada: { username: string; password: string }
  /** What it wrote. */
  log(): string
  stop(): Promise<void>
}

const folder = join(import.meta.dirname, '..')

/** The application as `npm start` has it, on loopback. Default: on a SQLite file of its own; `env` is added. */
export async function startApplication(
  options: { databaseUrl?: string; env?: Record<string, string> } = {},
): Promise<Application> {
  const scratch = mkdtempSync(join(tmpdir(), 'marginalia-'))
  const { databaseUrl = `file:${join(scratch, 'marginalia.db')}`, env = {} } = options
  const origin = `http://localhost:${await freePort()}`
  const secret = () => randomBytes(32).toString('base64url')
  const password = secret()
  const daemon = startDaemon([process.execPath, 'start.ts'], {
    name: 'marginalia',
    folder,
    logs: scratch,
    env: {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      AUTH_URL: origin,
      AUTH_SECRET: secret(),
      OAUTH_SECRETS: `k1:${secret()}`,
      DATABASE_URL: databaseUrl,
      FIRST_PASSWORD: password,
      ...env,
    },
  })
  await daemon.until(() => daemon.stdout().includes('Ready in') || undefined, 120)
  assert.equal((await fetch(`${origin}/api/oauth/jwks`)).status, 200, daemon.stderr())
  return {
    origin,
    databaseUrl,
    ada: { username: 'ada', password },
    log: () => daemon.stdout() + daemon.stderr(),
    async stop() {
      await daemon.stop(10)
      rmSync(scratch, { recursive: true })
    },
  }
}
