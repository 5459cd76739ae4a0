import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

export interface ProgramOptions {
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>
  /** Where it runs. */
  folder: string
  /** Seconds after which it is killed. */
  limit: number
  /** Give it a pseudo-terminal, by Python's `pty`: some programs refuse to sign in without one. Default: pipes. */
  terminal?: boolean
}

export interface ProgramResult {
  /** `undefined` when it was killed. */
  code: number | undefined
  /** Standard output and error, in the order in which they came, without terminal control sequences. */
  output: string
}

/** Runs `command` to its end. A failure is a result; it throws only when the program cannot be started. */
export async function runProgram(command: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  const child = startProgram(command, options)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  child.stdin?.end()

  const timer = setTimeout(() => stopProgram(child), options.limit * 1000)
  const code = await new Promise<number | undefined>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exit) => resolve(exit ?? undefined))
  })
  clearTimeout(timer)
  return { code, output: plainText(output) }
}

/** Starts `command` in a process group of its own, so that `stopProgram` ends whatever it started, too. */
export function startProgram(command: readonly string[], options: Omit<ProgramOptions, 'limit'>): ChildProcess {
  const [file = '', ...args] = options.terminal ? ['python3', '-c', onTerminal, ...command] : command
  // Under a terminal, standard input stays open for as long as the program runs: its end would be read as Ctrl-D.
  const stdio: SpawnOptions['stdio'] = options.terminal ? ['ignore', 'pipe', 'pipe'] : 'pipe'
  const child = spawn(file, args, { cwd: options.folder, env: { ...options.env }, stdio, detached: true })
  running.add(child)
  if (options.terminal) onTerminals.add(child)
  child.once('close', () => running.delete(child))
  return child
}

/** Whose programs are in a session of their own: only Python knows which. */
const onTerminals = new WeakSet<ChildProcess>()

/** Nothing outlives this process, however it ends. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) stopProgram(child)
})

/** Ends a program and everything it started. */
export function stopProgram(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    if (onTerminals.has(child)) process.kill(child.pid, 'SIGTERM')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It ended in between.
  }
}

/** The same, and resolves when it has ended: what a dying program still writes is written. */
export async function endProgram(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  stopProgram(child)
  const tooLong = setTimeout(() => child.emit('close'), 5000) // what it started may hold its output open
  await closed
  clearTimeout(tooLong)
}

/** An empty home and the few variables without which programs do not run; `openers` comes first on the path. */
export async function emptyHome(folder: string, openers: string): Promise<Record<string, string>> {
  await rm(folder, { recursive: true, force: true })
  return homeIn(folder, openers)
}

/** The same with what a program left there before. */
export async function homeIn(folder: string, openers: string): Promise<Record<string, string>> {
  await mkdir(folder, { recursive: true })
  return {
    HOME: folder,
    PATH: [openers, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    BROWSER: join(openers, 'xdg-open'),
    TMPDIR: folder,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
  }
}

const onTerminal = `
import os, pty, signal, sys
fork = pty.fork
def forked():
    pid, fd = fork()
    def end(*_):
        try:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        finally:
            os._exit(1)
    if pid:
        signal.signal(signal.SIGTERM, end)
    return pid, fd
pty.fork = forked
def read(fd):
    return os.read(fd, 65536)
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], read)))
`

function plainText(output: string): string {
  return stripVTControlCharacters(output).replaceAll('\r', '')
}
