import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './free-port.ts'

/** A process under test, with what the kernel knows of it (Linux). */
export interface Program {
  readonly name: string
  readonly pid: number | undefined
  /** What it wrote so far, to both outputs. */
  output(): string
  /** CPU time it used so far, threads and children included, in microseconds. */
  cpu(): number
  /** Memory it holds now, in bytes. */
  memory(): number
  /** The most it ever held, in bytes. */
  peakMemory(): number
  /** Resolves to the first match in what it writes; rejects when it ends without one. */
  writes(pattern: RegExp): Promise<RegExpExecArray>
  stop(): Promise<void>
}

export interface Server extends Program {
  readonly port: number
}

export interface ProgramOptions {
  name: string
  command: readonly string[]
  folder?: string
  env?: Readonly<Record<string, string>>
}

export function startProgram({ name, command, folder, env = {} }: ProgramOptions): Program {
  const [file = '', ...args] = command
  const child = spawn(file, args, { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close').catch(() => {})
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-100_000)
    })
  child.on('error', (error) => {
    output += String(error)
  })
  const processes = () => familyOf(child)
  return {
    name,
    pid: child.pid,
    output: () => output,
    cpu: () => sum(processes().map(cpuOf)),
    memory: () => sum(processes().map((pid) => statusOf(pid, 'VmRSS'))),
    peakMemory: () => sum(processes().map((pid) => statusOf(pid, 'VmHWM'))),
    writes(pattern) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output)
          if (found !== null) resolve(found)
        }
        child.stdout.on('data', look)
        child.once('close', () => reject(new Error(`${name} ended without writing ${pattern}:\n${output}`)))
        look()
      })
    },
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
      await ended
      clearTimeout(timer)
    },
  }
}

/** Starts a script of `servers/` under this Node, and resolves once it has said that it listens. */
export async function startServer(
  options: Omit<ProgramOptions, 'command'> & { script: readonly string[] },
): Promise<Server> {
  const { script, env, ...rest } = options
  const port = await freePort()
  const command = [process.execPath, ...script]
  const program = startProgram({ ...rest, command, env: { ...env, PORT: String(port) } })
  await program.writes(/^listening$/m)
  return { ...program, port }
}

/** Resolves once `url` answers 200. Rejects after 20 seconds. */
export async function untilReady(url: string, program: Program): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const response = await fetch(url).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.ok) return
    await wait(50)
  }
  throw new Error(`${program.name} is not ready at ${url}:\n${program.output()}`)
}

/** The process and its children: nginx works in one. */
function familyOf({ pid }: ChildProcess): readonly number[] {
  if (pid === undefined) throw new Error('A program that was not started has no process')
  const known = families.get(pid)
  if (known !== undefined) return known
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number)
  const family = [pid, ...children]
  families.set(pid, family)
  return family
}

const families = new Map<number, readonly number[]>()

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
  } catch {
    return undefined // it has ended in the meantime
  }
}

/** The scheduler counts in nanoseconds, each thread by itself; `stat` only in hundredths of a second. */
function cpuOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  return sum(
    threads.map((thread) => {
      try {
        return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]) / 1000
      } catch {
        return 0 // a thread that has ended in the meantime
      }
    }),
  )
}

function statusOf(pid: number, field: string): number {
  const [, kibibytes] =
    new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kibibytes) * 1024
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
