import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { Running } from '../scene.ts'

export interface StartOptions {
  command: readonly [string, ...string[]]
  folder: string
  port: number
  env?: Readonly<Record<string, string>>
  /** Seconds. Default 20. */
  limit?: number
}

/** Starts a server and resolves when its port answers. Rejects with what it wrote when it does not. */
export async function startServer({ command, folder, port, env = {}, limit = 20 }: StartOptions): Promise<Running> {
  const [file, ...args] = command
  const child = spawn(file, args, {
    cwd: folder,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  running.add(child)
  child.once('close', () => running.delete(child))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000)
    })
  let hasEnded = false
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      output += String(error)
      resolve()
    })
    child.once('close', () => resolve())
  }).then(() => {
    hasEnded = true
  })
  const stop = async () => {
    if (child.pid !== undefined && !hasEnded) process.kill(-child.pid, 'SIGTERM')
    const killer = setTimeout(() => child.pid !== undefined && !hasEnded && process.kill(-child.pid, 'SIGKILL'), 5000)
    await ended
    clearTimeout(killer)
  }
  for (let left = limit * 10; left > 0 && !hasEnded; left -= 1) {
    const answered = await fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' }).then(
      (response) => response.text().then(() => true),
      () => false,
    )
    if (answered) return { stop }
    await wait(100)
  }
  await stop()
  throw new Error(`${command.join(' ')} does not answer at ${port}:\n${output}`)
}

/** They are in groups of their own: nothing outlives this process, however it ends. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const { pid } of running)
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL')
    } catch {
      // It ended in between.
    }
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(128 + constants.signals[signal]))
