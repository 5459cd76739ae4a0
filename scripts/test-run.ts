import { spawn } from 'node:child_process'

export interface TestOutcome {
  title: string
  passed: boolean
}

export interface TestRun {
  outcomes: readonly TestOutcome[]
  output: string
  timedOut: boolean
}

export interface TestRunOptions {
  cwd: string
  /** Only tests with such a title. Default: all. */
  title?: RegExp
  /** Milliseconds after which the run is ended; a test that waits for what never comes turns red at a quarter of it. */
  limit: number
  /** Ends the run once a test is red. Default: it runs on. */
  stopsAtRed?: true
}

/** Runs one test file by itself and tells what became of each test in it. */
export function runTestFile(file: string, { cwd, title, limit, stopsAtRed }: TestRunOptions): Promise<TestRun> {
  const only = title === undefined ? [] : [`--test-name-pattern=${title}`]
  const timeout = `--test-timeout=${limit / 4}`
  const nodeArguments = ['--conditions=source', '--test-reporter=tap', timeout, ...only, file]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, nodeArguments, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const chunks: Buffer[] = []
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      endGroup(child.pid)
    }, limit)
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      if (stopsAtRed && outcomesIn(Buffer.concat(chunks).toString()).some(({ passed }) => !passed)) endGroup(child.pid)
    })
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', () => {
      clearTimeout(timer)
      const output = Buffer.concat(chunks).toString()
      resolve({ outcomes: outcomesIn(output), output, timedOut })
    })
  })
}

/** The lines of TAP that say what became of a test; those that were skipped say nothing. */
function outcomesIn(tap: string): readonly TestOutcome[] {
  return [...tap.matchAll(/^ *(not )?ok \d+ - (.*)$/gm)]
    .filter(([, , title = '']) => !/(?<!\\)# (SKIP|TODO)/i.test(title))
    .map(([, not, title = '']) => ({ passed: not === undefined, title: title.replace(/\\([\\#])/g, '$1') }))
}

/** Ends a run with whatever it started. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended in the meantime.
  }
}
