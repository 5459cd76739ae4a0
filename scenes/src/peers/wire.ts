import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Counts the requests to servers on loopback, whoever makes them. */
export interface Wire {
  /** How many came since this was last asked; `undefined` where the system lets nobody listen (it takes Linux, Python and root). */
  count(): Promise<number | undefined>
  stop(): void
}

export async function listenTo(ports: readonly number[]): Promise<Wire> {
  const program = join(import.meta.dirname, 'count-requests.py')
  const child = spawn('python3', [program, ...ports.map(String)], { stdio: ['pipe', 'pipe', 'ignore'] })
  child.on('error', () => {}) // where there is no Python its output ends
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => (await lines.next()).value as string | undefined // its lines are text
  const isListening = (await next()) === 'ready'
  return {
    async count() {
      if (!isListening) return undefined
      child.stdin.write('\n')
      const line = await next()
      return line === undefined ? undefined : Number(line)
    },
    stop: () => child.kill(),
  }
}
