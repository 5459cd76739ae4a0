import { execFile } from 'node:child_process'

/** One thing that a tool says of a server. */
export interface Said {
  code: string
  /** `error` where the tool itself counts it as broken, `warning` for less, `note` for what it only shows. */
  severity: 'error' | 'warning' | 'note'
  text: string
}

/** One command line of a tool. */
export interface Run {
  args: readonly string[]
  env?: Readonly<Record<string, string>>
  /** Seconds after which it is ended, and what it wrote until then is read. Default: 60. */
  limit?: number
  /** What it writes when it has said all that it will say without a person: it is ended then. */
  until?: RegExp
  /** What it says in what it wrote. Throws where that is no report. */
  read(output: Output): readonly Said[]
}

export interface Output {
  stdout: string
  stderr: string
}

export interface Tool {
  name: string
  /** What is run; `undefined` where it is not installed. */
  command: readonly [string, ...string[]] | undefined
  /** All that it has to say of a server, as its own documentation tells users to ask. */
  runs(target: string): readonly Run[]
  /** What all runs say together. Default: all that any of them says. */
  together?(said: readonly (readonly Said[])[]): readonly Said[]
  /** Whether it listens at a port of its own, so that two would be in each other's way. */
  oneAtATime?: boolean
  /** Whether a code can name a cause. Ours may not: the scenes were named after them. */
  codesCount: boolean
}

/** What a tool said of a server; `said` is absent where it gave no report. */
export interface Told {
  tool: string
  /** Of its slowest run. */
  milliseconds: number
  /** Of the run with the most; absent where nobody could count. */
  requests?: number
  said?: readonly Said[]
}

/** Asks a tool of a server, run after run. `count` says how many requests came since it was last asked. */
export function ask(tool: Tool, target: string, count: () => Promise<number | undefined>): Promise<Told> {
  if (tool.oneAtATime !== true) return askNow(tool, target, count)
  const told = Promise.resolve(queues.get(tool)).then(() => askNow(tool, target, count))
  queues.set(tool, told)
  return told
}

const queues = new Map<Tool, Promise<Told>>()

async function askNow(tool: Tool, target: string, count: () => Promise<number | undefined>): Promise<Told> {
  const reports: (readonly Said[])[] = []
  let milliseconds = 0
  let requests: number | undefined
  for (const run of tool.runs(target)) {
    await count()
    const began = performance.now()
    const output = await outputOf(tool, run)
    milliseconds = Math.max(milliseconds, Math.round(performance.now() - began))
    const came = await count()
    if (came !== undefined) requests = Math.max(requests ?? 0, came)
    const said = readOf(run, output)
    if (said !== undefined) reports.push(said)
  }
  const { together = (each) => each.flat() } = tool
  return {
    tool: tool.name,
    milliseconds,
    ...(requests !== undefined && { requests }),
    ...(reports.length > 0 && { said: once(together(reports).map(inBrief)) }),
  }
}

/** Its exit code speaks of the server; whether it worked, its report does. */
function outputOf({ command }: Tool, { args, env = {}, limit = 60, until }: Run): Promise<Output> {
  const [file = '', ...before] = command ?? []
  const options = { timeout: limit * 1000, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...env } }
  return new Promise((resolve) => {
    let ended: Output | undefined
    const child = execFile(file, [...before, ...args], options, (_error, stdout, stderr) =>
      resolve(ended ?? { stdout, stderr }),
    )
    child.stdin?.end()
    const written = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name]?.on('data', (text: string) => {
        written[name] += text
        if (ended !== undefined || until?.test(written[name]) !== true) return
        ended = { ...written }
        child.kill()
      })
  })
}

function readOf({ read }: Run, output: Output): readonly Said[] | undefined {
  try {
    return read(output)
  } catch {
    return undefined
  }
}

/** Several runs say the same. */
function once(said: readonly Said[]): readonly Said[] {
  return [...new Map(said.map((each) => [JSON.stringify(each), each])).values()]
}

function inBrief({ text, ...rest }: Said): Said {
  const line = text.replace(/\s+/g, ' ').trim()
  return { ...rest, text: line.length > 600 ? `${line.slice(0, 600)}…` : line }
}
