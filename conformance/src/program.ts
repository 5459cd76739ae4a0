import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'

export interface Program {
  /** What it wrote so far, to both outputs. */
  output(): string
  /** Resolves when it has ended. */
  ended: Promise<void>
  /** Asks it to end, and resolves when it has. */
  stop(): Promise<void>
  /** Resolves to the first match in what it writes; rejects when it ends without one. */
  matches(pattern: RegExp): Promise<RegExpExecArray>
}

/** Starts a script under this Node. Default folder: the current one. */
export function startProgram(args: readonly string[], { folder }: { folder?: string } = {}): Program {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
  })
  return {
    output: () => output,
    ended,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
    matches(pattern) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output)
          if (found !== null) resolve(found)
        }
        child.stdout.on('data', look)
        child.once('close', () => reject(new Error(`${args.join(' ')} never wrote ${pattern}:\n${output}`)))
        look()
      })
    },
  }
}

/** Resolves once `url` answers 200; rejects when the program ends before, or after a minute. */
export async function untilReady(url: string, program: Program): Promise<void> {
  let hasEnded = false
  program.ended.then(() => {
    hasEnded = true
  })
  for (let attempt = 0; attempt < 600 && !hasEnded; attempt++) {
    const response = await fetch(url).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.ok) return
    await wait(100)
  }
  throw new Error(`Nothing is ready at ${url}:\n${program.output()}`)
}
