import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { lineReader } from '../streamable-http/lines.ts'
import type { Launch } from './launch.ts'

export interface ChildOptions {
  readonly launch: Launch
  /** Bytes of one message. */
  readonly mostLine: number
  /** Seconds that each step of stopping may take: after stdin was closed, and after SIGTERM. */
  readonly stopStep: number
  /** A line of stdout. */
  readonly onLine: (line: string) => void
  /** A line of stderr, or its beginning. */
  readonly onSaid: (line: string) => void
  /** It is there no more, or never was. Told once. */
  readonly onEnd: (end: ChildEnd) => void
}

/** How a process ended. */
export interface ChildEnd {
  /** Goes on from "The MCP server": `ended with exit code 1`. */
  readonly how: string
  /** Whether it was told to. */
  readonly wasStopped: boolean
}

/** A running MCP server that speaks over its standard streams. */
export interface Child {
  readonly pid: number | undefined
  /** Bytes that it has not read yet. */
  readonly unread: number
  /** Sends one message, which has no line break. */
  write(line: string): void
  /** Reads no more from it until `resume`. */
  pause(): void
  resume(): void
  /** Closes its stdin, then sends SIGTERM, then SIGKILL. Resolves when it is gone. */
  stop(): Promise<void>
}

/** Starts the process of an MCP server. No shell stands between. */
export function startChild(options: ChildOptions): Child {
  const { launch, mostLine, stopStep, onLine, onSaid, onEnd } = options
  const { command, args, env, cwd } = launch
  // A group of its own: `npx` and its like start the server as a process of theirs, and what ends the one must end the other. And Ctrl+C in
  // the terminal of Portcullis is for Portcullis, which stops its children in order.
  const child = spawn(command, [...args], { env, cwd, stdio: 'pipe', detached: !isWindows, windowsHide: true })
  const gone = Promise.withResolvers<void>()
  let stopping: Promise<void> | undefined
  let wasStopped = false
  let fault: string | undefined
  let hasEnded = false

  const readLine = lineReader(mostLine, (line, { isCut }) => {
    if (isCut) breakOff(`wrote a message of more than ${mostLine} bytes`)
    else if (!hasEnded) onLine(line)
  })
  child.stdout.on('data', readLine)
  child.stderr.on(
    'data',
    lineReader(mostSaid, (line) => onSaid(line)),
  )
  child.stdout.on('end', () => {
    if (stopping === undefined) stop().catch(() => {}) // it says so when it wants to end (2026-07-28, stdio, shutdown)
  })
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {}) // its end says so too
  child.on('error', (error) => end(`cannot be started: ${whyNotStarted(error, launch)}`))
  child.on('exit', (code, signal) => {
    if (child.pid !== undefined) running.delete(child.pid)
    endGroup(child, stopStep)
    // What it wrote last is still on its way; but whoever has its streams open may keep them so.
    const late = setTimeout(conclude, 200)
    child.once('close', () => {
      clearTimeout(late)
      conclude()
    })
    function conclude(): void {
      end(fault ?? (signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`))
    }
  })
  if (child.pid !== undefined) remember(child.pid)

  function end(how: string): void {
    if (hasEnded) return
    hasEnded = true
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
    gone.resolve()
    onEnd({ how, wasStopped })
  }

  function breakOff(why: string): void {
    fault ??= why
    stop().catch(() => {})
  }

  function stop(): Promise<void> {
    stopping ??= stopInOrder(child, gone.promise, stopStep * 1000)
    return stopping
  }

  return {
    pid: child.pid,
    get unread() {
      return child.stdin.writableLength
    },
    write(line) {
      if (child.stdin.writable) child.stdin.write(`${line}\n`)
    },
    pause: () => void child.stdout.pause(),
    resume: () => void child.stdout.resume(),
    stop() {
      wasStopped = true
      return stop()
    },
  }
}

async function stopInOrder(child: ChildProcess, gone: Promise<void>, step: number): Promise<void> {
  child.stdin?.end()
  child.stdout?.resume() // or it might never get to reading that
  if (await isWithin(gone, step)) return
  signalGroup(child, 'SIGTERM')
  if (await isWithin(gone, step)) return
  signalGroup(child, 'SIGKILL')
  await gone
}

function isWithin(gone: Promise<void>, milliseconds: number): Promise<boolean> {
  const clock = new AbortController()
  const inTime = gone.then(() => true)
  const late = wait(milliseconds, false, { signal: clock.signal }).catch(() => false)
  return Promise.race([inTime, late]).finally(() => clock.abort())
}

/** What the process left behind: it had its time to look after it. */
function endGroup(child: ChildProcess, stopStep: number): void {
  if (isWindows || !signalGroup(child, 'SIGTERM')) return
  setTimeout(() => signalGroup(child, 'SIGKILL'), stopStep * 1000).unref()
}

/** Whether there was anybody to get it. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): boolean {
  if (pid === undefined) return false
  try {
    return process.kill(isWindows ? pid : -pid, signal)
  } catch {
    return false // gone meanwhile
  }
}

/** Whoever ends Portcullis at once ends its children at once; of `kill -9` nobody hears, and then their stdin ends. */
function remember(pid: number): void {
  if (running.size === 0 && !isWatching) process.on('exit', endAll)
  isWatching = true
  running.add(pid)
}

function endAll(): void {
  for (const pid of running) {
    try {
      process.kill(isWindows ? pid : -pid, 'SIGKILL')
    } catch {
      // gone meanwhile
    }
  }
}

const running = new Set<number>()
let isWatching = false
const isWindows = process.platform === 'win32'

/** Bytes of a line of stderr: enough to see what was meant. */
const mostSaid = 2000

function whyNotStarted(error: Error, { command, cwd }: Launch): string {
  const code = 'code' in error ? error.code : undefined
  if (code === 'ENOENT')
    return `there is no program "${command}"${cwd === undefined ? '' : `, or no folder ${cwd}`}; name it by its path, or see to it that PATH has its folder`
  if (code === 'EACCES') return `"${command}" may not be run`
  return code === undefined ? error.message : `${error.message} (${String(code)})`
}
