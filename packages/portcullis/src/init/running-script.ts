import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'

/** A script of a project, with all that it started. */
export interface RunningScript {
  /** How it ended; `undefined` while it runs. */
  endedWith(): number | string | undefined
  /** What it wrote last. */
  printed(): string
  /** Ends it and all that it started, if need be after five seconds, and resolves when it is gone. */
  end(): Promise<void>
  /** Ends all of it now. */
  kill(): void
}

export function startScript(script: string, folder: string): RunningScript {
  // A shell, since package managers are scripts with another name on Windows; a group of its own, since they start the server as a child.
  const child = spawn(script, {
    cwd: folder,
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (printed = `${printed}${chunk}`.slice(-longestShown)))
  const exited = once(child, 'exit').catch(() => {}) // where it cannot be started at all
  let endedWith: number | string | undefined
  let ending: Promise<void> | undefined
  child.on('exit', (code, signal) => {
    // What it wrote last is still on its way; but whoever has its streams open may keep them so.
    const conclude = () => (endedWith ??= code ?? signal ?? undefined)
    child.once('close', conclude)
    setTimeout(conclude, 200).unref()
  })

  async function end(): Promise<void> {
    const since = performance.now()
    signalGroup(child, 'SIGTERM')
    // Some wait for connections that nobody closes, and some do not listen.
    while (isThere(child) && performance.now() - since < grace) await pause(50)
    signalGroup(child, 'SIGKILL')
    await exited
    // Whoever left the group may have its streams open, and nobody waits for that.
    for (const stream of [child.stdout, child.stderr]) stream.destroy()
  }

  return {
    endedWith: () => endedWith,
    printed: () => printed,
    end() {
      ending ??= end()
      return ending
    },
    kill: () => void signalGroup(child, 'SIGKILL'),
  }
}

const longestShown = 4000
/** Milliseconds. */
const grace = 5000

/** Itself, or what it started and is still in its group. */
function isThere(child: ChildProcess): boolean {
  if (process.platform === 'win32') return child.exitCode === null && child.signalCode === null
  return signalGroup(child, 0)
}

/** Whether there was anybody to get it. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false
  try {
    return process.platform === 'win32' ? child.kill(signal) : process.kill(-child.pid, signal)
  } catch {
    return false // it has ended by itself
  }
}
