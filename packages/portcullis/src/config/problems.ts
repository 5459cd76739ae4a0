import { nearest } from '@portcullis/auth/protocol'
import type * as z from 'zod'
import { redactTarget } from '../operations/redact.ts'
import { namesWithin } from './schema-walk.ts'

/** One thing that cannot stand, with the place where it was set: `portcullis.yaml:3`, `--port`, `PORTCULLIS_LISTEN_PORT`. */
export interface Problem {
  path: readonly PropertyKey[]
  /** Goes on from the name of the setting, and says what to do: `must be a whole number from 0 to 65535, but is "x"`. */
  message: string
  /** Default: nowhere, where a setting is missing. */
  place?: string
}

/** The configuration cannot stand. The message has a line for each problem. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}

/** The problems that the schema found, in our words. `valueAt` gives what stood at a path. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  valueAt: (path: readonly PropertyKey[]) => unknown,
): Problem[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'invalid_union') {
      const meant = issue.errors.find((errors) => !errors.some(isOfAnotherKind))
      const within = (meant ?? []).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
      if (within.length > 0) return problemsOf(within, valueAt)
    }
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownName(issue.path, key))
    const value = valueAt(issue.path)
    // What was written in place of the name of a variable may be its content (law 11).
    const isShown = value !== undefined && issue.path.at(-1) !== 'secretVariable'
    return [
      {
        path: issue.path,
        message: isShown ? `${issue.message}, but is ${quote(value)}${slip(issue, value)}` : issue.message,
      },
    ]
  })
}

/** The choice that was most likely meant. */
function slip(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return ''
  const near = nearest(value, issue.values.map(String))
  return near === undefined ? '' : `; did you mean ${near}?`
}

/** `listen.port`, `allowedHosts[0]`, `tools["add note"].scopes`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((before, step) => {
    if (typeof step === 'number') return `${before}[${step}]`
    const name = String(step)
    if (!/^[A-Za-z_][\w-]*$/.test(name)) return `${before}["${name}"]`
    return before === '' ? name : `${before}.${name}`
  }, '')
}

/** Whether a value is none of those that an alternative is for. */
function isOfAnotherKind({ code, path }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' && path.length === 0
}

function unknownName(path: readonly PropertyKey[], key: string): Problem {
  const names = namesWithin(path)
  const meant = meantBy(key, path)
  const remedy =
    meant === undefined ? `known are ${names.join(', ')}` : `did you mean ${formatPath([...path, ...meant])}?`
  return { path: [...path, key], message: `is not a setting; ${remedy}` }
}

function meantBy(key: string, path: readonly PropertyKey[]): readonly string[] | undefined {
  const names = namesWithin(path)
  const elsewhere = Object.hasOwn(wordsOfOthers, key) ? wordsOfOthers[key] : undefined
  if (elsewhere !== undefined && names.includes(elsewhere)) return [elsewhere]
  // One level further in, as whoever copies the settings of a client has it.
  const section = names.find((name) => namesWithin([...path, name]).includes(key))
  if (section !== undefined) return [section, key]
  const near = nearest(key, names)
  return near === undefined ? undefined : [near]
}

/** What others call it in their settings: MCP clients, and applications with an identity provider. */
const wordsOfOthers: Readonly<Record<string, string>> = {
  url: 'upstream',
  cmd: 'command',
  mcpServers: 'servers',
  secret: 'secretFile',
  clientSecret: 'secretFile',
  client_secret: 'secretFile',
}

function formatProblem({ path, message, place }: Problem): string {
  const name = formatPath(path)
  const sentence = name === '' ? message : `${name} ${message}`
  return place === undefined ? sentence : `${place}: ${sentence}`
}

/** A value as a message may show it: without the password or the key that a URL may carry (law 11). */
function quote(value: unknown): string {
  const shown = (_: string, part: unknown) =>
    typeof part === 'string' ? redactTarget(part).replace(/\/\/[^/?#]*@/g, '//[redacted]@') : part
  const text = JSON.stringify(value, shown) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
