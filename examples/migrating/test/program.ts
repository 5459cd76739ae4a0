import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

export interface Program {
  stop(): Promise<void>
}

/** Runs a file of this folder, and waits until it listens at `env.PORT`. */
export async function startProgram(
  t: TestContext,
  command: readonly string[],
  env: Record<string, string>,
): Promise<Program> {
  const child = spawn(process.execPath, command, {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  child.stderr?.on('data', (chunk) => {
    complaint += chunk
  })
  const stop = () => stopped(child)
  t.after(stop)
  while (!(await isAnswered(`http://localhost:${env.PORT}/`))) {
    if (child.exitCode !== null) throw new Error(`${command.join(' ')} ended\n${complaint}`)
  }
  return { stop }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

function isAnswered(url: string): Promise<boolean> {
  return fetch(url, { redirect: 'manual' }).then(
    () => true,
    () => new Promise((resolve) => setTimeout(resolve, 50, false)),
  )
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on a port
  server.close()
  await once(server, 'close')
  return port
}
