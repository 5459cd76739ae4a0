import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { startProgram } from './program.ts'

/** A program that runs until it is told to stop. */
export interface Daemon {
  /** What it wrote to standard output. */
  stdout(): string
  stderr(): string
  /** The first thing that `find` gives; asked anew whenever the program writes. Rejects when it ends before, or after `limit` seconds. */
  until<T>(find: () => T | undefined, limit: number): Promise<T>
  /** Asks it to stop, and resolves to its exit code; kills it after `limit` seconds, and then to `undefined`. */
  stop(limit: number): Promise<number | undefined>
}

export interface DaemonOptions {
  /** How it is called in messages, and what its log is named for. */
  name: string
  /** Where it runs. */
  folder: string
  /** The folder in which what it writes is kept, as it comes. */
  logs: string
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>
}

export function startDaemon(command: readonly string[], { name, folder, logs, env }: DaemonOptions): Daemon {
  const child = startProgram(command, { folder, env })
  const log = createWriteStream(join(logs, `${name}.log`))
  const news = new EventTarget()
  const written = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      written[stream] += text
      log.write(text)
      news.dispatchEvent(new Event('news'))
    })
  let failure: Error | undefined
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('error', (cause) => {
      failure = cause
      resolve(undefined)
    })
    child.once('close', (code) => resolve(code ?? undefined))
  })
  let hasEnded = false
  ended.then(() => {
    hasEnded = true
    news.dispatchEvent(new Event('news'))
  })

  return {
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    async until(find, limit) {
      const signal = AbortSignal.timeout(limit * 1000)
      for (;;) {
        const found = find()
        if (found !== undefined) return found
        if (hasEnded || signal.aborted)
          throw new Error(
            `${name} ${hasEnded ? 'ended' : `took longer than ${limit} s`}: ${written.stdout.slice(-2000)}${written.stderr.slice(-2000)}`,
            { cause: failure },
          )
        await once(news, 'news', { signal }).catch(() => {}) // too long: told above
      }
    },
    async stop(limit) {
      if (child.pid === undefined) return undefined
      const { pid } = child
      if (!hasEnded) child.kill('SIGTERM')
      const timer = setTimeout(() => process.kill(-pid, 'SIGKILL'), limit * 1000)
      const code = await ended
      clearTimeout(timer)
      log.end()
      return code
    },
  }
}
