import { execFile } from 'node:child_process'
import { join } from 'node:path'

/** One thing that a tool says of a server. */
export interface Said {
  code: string
  severity: string
  text: string
}

export interface Tool {
  name: string
  /** What is run; `undefined` where it is not installed. */
  command: readonly [string, ...string[]] | undefined
  args(target: string): readonly string[]
  read(stdout: string): readonly Said[]
}

const peers = join(import.meta.dirname, '..', '..', 'peers')

/** Other diagnosis tools, each told to print what machines read. The last two are not on npm: scenes/README.md says how to get them. */
export const tools: readonly Tool[] = [
  {
    name: '@mcpjam/sdk 1.14.0, OAuth conformance',
    command: [process.execPath, join(peers, 'mcpjam.ts')],
    args: (target) => [target],
    read: (stdout) => JSON.parse(stdout.slice(stdout.indexOf('['))),
  },
  {
    name: 'authprobe b8ab947, scan',
    command: given('AUTHPROBE'),
    args: (target) => ['scan', target, '--allow-private-issuers', '--timeout', '20', '--json', '-'],
    read: (stdout) => {
      const { findings = [] }: { findings?: { code: string; severity: string; evidence?: string[] }[] } =
        JSON.parse(stdout)
      return findings.map(({ code, severity, evidence = [] }) => ({ code, severity, text: evidence.join(' ') }))
    },
  },
  {
    name: 'authgent-server 0.3.4, lint',
    command: given('AUTHGENT_SERVER'),
    // It wants the base URL.
    args: (target) => ['lint', new URL(target).origin, '-f', 'json'],
    read: (stdout) => {
      const said: { check_id: string; severity: string; title: string; detail: string }[] = JSON.parse(stdout)
      return said.map(({ check_id, severity, title, detail }) => ({
        code: check_id,
        severity,
        text: `${title}: ${detail}`,
      }))
    },
  },
]

function given(name: string): readonly [string] | undefined {
  const path = process.env[name]
  return path === undefined ? undefined : [path]
}

/** What a tool said of a server; `said` is absent where it gave no report. */
export interface Told {
  tool: string
  milliseconds: number
  said?: readonly Said[]
}

/** Runs a tool on a server. Its exit code speaks of the server; whether it worked, its report does. */
export function ask({ name, command, args, read }: Tool, target: string): Promise<Told> {
  const [file = '', ...before] = command ?? []
  const began = performance.now()
  return new Promise((resolve) => {
    execFile(file, [...before, ...args(target)], { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) => {
      const told = { tool: name, milliseconds: Math.round(performance.now() - began) }
      try {
        resolve({ ...told, said: read(stdout) })
      } catch {
        resolve(told)
      }
    })
  })
}
