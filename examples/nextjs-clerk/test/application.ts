import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { addressesOf } from '../setup/stand-in.ts'
import { type StandIn, startStandIn } from '../stand-in/clerk.ts'
import { goodSwitches, type Switches } from '../stand-in/switches.ts'
import type { InFront } from './in-front.ts'

export interface Application {
  origin: string
  /** The URL of the MCP server. */
  mcp: string
  clerk: StandIn
  /** All that it wrote so far. */
  log(): string
  /** Resolves once it wrote this, which may come later than the answer that it is about; rejects after 5 s, with all that it wrote. */
  says(wanted: RegExp): Promise<void>
  stop(): Promise<void>
}

export const ada = { username: 'ada', password: 'of this test alone', name: ['Ada', 'Lovelace'] } as const
export const bob = { username: 'bob', password: 'of this test as well', name: ['Bob', 'Baker'] } as const

/** The application as `npm start` has it, with the keys of a stand-in for Clerk that runs in this process. `env` goes before; `front` has its address. */
export async function startApplication(
  options: { switches?: Partial<Switches>; env?: Record<string, string>; front?: InFront } = {},
): Promise<Application> {
  const port = await freePort()
  options.front?.leadTo(port)
  const origin = options.front?.origin ?? `http://localhost:${port}`
  const mcp = `${origin}/mcp`
  const clerk = await startStandIn({ switches: { ...goodSwitches(mcp), ...options.switches }, people: [ada, bob] })
  const child = spawn(process.execPath, ['start.ts'], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      APP_URL: origin,
      PORT: String(port),
      NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      CLERK_SECRET_KEY: clerk.secretKey,
      ...addressesOf(clerk.issuer),
      ...options.env,
    },
  })
  let said = ''
  const ended = once(child, 'close')
  const stop = async () => {
    child.kill()
    await ended
    await clerk.close()
    await options.front?.stop()
  }
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (said.includes('Ready in')) resolve()
      })
    child.once('close', () => reject(new Error(`The application ended before it was ready:\n${said}`)))
  })
  try {
    await ready
    assert.equal((await fetch(`http://localhost:${port}/`)).status, 200, said) // what is told at the start has been told
  } catch (failure) {
    await stop()
    throw failure
  }
  return {
    origin,
    mcp,
    clerk,
    log: () => said,
    async says(wanted) {
      for (const began = Date.now(); !wanted.test(said) && Date.now() - began < 5000; ) await setTimeout(20)
      assert.match(said, wanted)
    },
    stop,
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
