import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { freePort } from '../running-program.ts'

/** Where a proxy runs on this machine. */
export interface Place {
  /** A folder of its own, that goes with the test. */
  folder: string
  /** The port to listen on. */
  port: number
}

/** Starts a real proxy until the test ends. `configure` writes its configuration and returns the arguments. Resolves when it listens. */
export async function startProxy(
  t: TestContext,
  program: 'nginx' | 'caddy',
  configure: (place: Place) => string[],
): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), `portcullis-${program}-`))
  const port = await freePort()
  const proxy = spawn(program, configure({ folder, port }), {
    env: { ...process.env, HOME: folder }, // for what a proxy keeps
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  proxy.stderr.on('data', (chunk) => (complaint += chunk))
  proxy.on('error', (error) => (complaint += `${error.message}: install ${program} to run this test`))
  t.after(async () => {
    const exited = new Promise((resolve) => proxy.on('exit', resolve))
    proxy.kill('SIGTERM') // its workers end with it
    await exited
    rmSync(folder, { recursive: true, force: true })
  })
  await untilConnectable(port, () => `${program} does not answer: ${complaint}`)
  return { folder, port }
}

async function untilConnectable(port: number, complaint: () => string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const connected = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
    if (connected) return
    await new Promise((resolve) => setTimeout(resolve, 50)) // proxies say nothing when they are ready
  }
  throw new Error(complaint())
}
