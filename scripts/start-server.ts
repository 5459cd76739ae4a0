import { spawn } from 'node:child_process'

export interface StartedServer {
  /** Asks it to stop. Rejects where it does not end well. */
  stop(): Promise<void>
}

/** Milliseconds within which a server must say what is expected of it, and stop. */
const patience = 60_000

/** Starts a server by a command line. Resolves once it prints `expected`; rejects, with all it printed, where it ends before. */
export function startServer(
  line: string,
  { expected, cwd, env }: { expected: string; cwd: string; env: NodeJS.ProcessEnv },
): Promise<StartedServer> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-ec', `exec env ${line}`], { cwd, env })
    let output = ''
    let timer = setTimeout(() => child.kill('SIGKILL'), patience)
    const ended = new Promise<void>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => {
        clearTimeout(timer)
        if (output.includes(expected) && code === 0) resolve()
        else reject(new Error(`"${line}" ended with ${code}, having printed:\n${output}`))
      })
    })
    ended.catch(reject)
    const listen = (chunk: Buffer): void => {
      output += chunk
      if (output.includes(expected)) resolve({ stop })
    }
    const stop = (): Promise<void> => {
      clearTimeout(timer)
      timer = setTimeout(() => child.kill('SIGKILL'), patience)
      child.kill('SIGTERM')
      return ended
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
  })
}
