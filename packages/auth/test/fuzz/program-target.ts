import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { giver } from './given.ts'
import { sendRaw } from './raw-http.ts'
import type { Target } from './target.ts'

const program = fileURLToPath(new URL('../../../portcullis/src/cli.ts', import.meta.url))
const reporter = fileURLToPath(new URL('./heap-reporter.ts', import.meta.url))

/** The program as people run it, with nothing behind it, asked by bytes on sockets. */
export async function programTarget({ hasRecorder }: { hasRecorder: boolean }): Promise<Target> {
  const port = await freePort()
  const host = `localhost:${port}`
  const issuer = `http://${host}`
  const memoryDisk = '/dev/shm'
  const folder = mkdtempSync(join(existsSync(memoryDisk) ? memoryDisk : tmpdir(), 'portcullis-fuzz-'))
  const limits = { registrationsPerHour: 1e9, tokenRefusalsPerMinute: 1e9 }
  const configuration = {
    upstream: 'http://127.0.0.1:1/mcp',
    publicUrl: `${issuer}/mcp`,
    listen: { port },
    dev: true,
    lifetimes: { consent: 0 }, // so that each code has a form that was allowed
    limits,
    recorder: { enabled: hasRecorder },
  }
  writeFileSync(join(folder, 'portcullis.yaml'), JSON.stringify(configuration))
  const running = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--import',
      reporter,
      program,
      'serve',
      '--config',
      'portcullis.yaml',
      '--database',
      'portcullis.db',
      '--log-format',
      'json',
    ],
    {
      cwd: folder,
      env: { ...process.env, PORTCULLIS_SECRET: randomBytes(32).toString('hex') },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  )
  const troubles: string[] = []
  const listening = new Promise<void>((resolve, reject) => {
    for (const input of [running.stdout, running.stderr].filter((each) => each !== null))
      createInterface({ input }).on('line', (line) => {
        if (line.includes('clients connect to')) resolve()
        if (!line.startsWith('{') || /"level":"(error|fatal)"/.test(line)) troubles.push(line)
      })
    running.once('exit', (code, signal) => {
      troubles.push(`the program ended: ${code ?? signal}`)
      reject(new Error(troubles.join('\n')))
    })
  })
  await listening
  const cookie = await signIn(issuer)
  return {
    name: hasRecorder ? 'program with its flight recorder' : 'program',
    issuer,
    send: (request) => sendRaw(request, { port, host }),
    give: giver((path, init) => fetch(new URL(path, issuer), { ...init, redirect: 'manual' }), {
      issuer,
      cookie,
      to: `${issuer}/mcp`,
    }),
    troubles: () => troubles.splice(0),
    async heap() {
      const answer = once(running, 'message')
      running.send('heap')
      const [bytes] = await answer
      return Number(bytes)
    },
    async close() {
      const ended = once(running, 'close')
      running.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

/** By one click, as `--dev` lets a test user in. */
async function signIn(issuer: string): Promise<string> {
  const response = await fetch(`${issuer}/account/dev-sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: issuer, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'user=alice&return_to=/account',
  })
  const [cookie] = response.headers.getSetCookie()
  assert.ok(cookie !== undefined, `dev sign-in answers ${response.status}`)
  return cookie.split(';')[0] ?? ''
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on a port
  server.close()
  await once(server, 'close')
  return port
}
