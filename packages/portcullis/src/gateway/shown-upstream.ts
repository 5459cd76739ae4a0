import { redactTarget, redactText } from '../operations/redact.ts'

/** An upstream for people: the query of its URL, or its arguments, may hold a key (law 11). */
export function shownUpstream(upstream: string | StdioLike): string {
  if (typeof upstream === 'string') return redactTarget(upstream)
  return [upstream.command, ...shownArguments(upstream.args ?? [])].join(' ')
}

function shownArgument(arg: string): string {
  const [name = ''] = arg.split('=', 1)
  if (name !== arg && secretName.test(name)) return `${name}=${mask}`
  return redactText(redactTarget(arg)).replace(/\/\/[^/?#]*@/, `//${mask}@`)
}

/** The same in the form in which it is set: of its environment nothing but what is filled in from elsewhere. */
export function redactedUpstream<Upstream extends string | StdioLike>(upstream: Upstream): string | StdioLike {
  if (typeof upstream === 'string') return redactTarget(upstream)
  const { args = [], env = {} } = upstream
  const shownEnv = Object.entries(env).map(([name, value]) => [name, /^\$\{[^}]+\}$/.test(value) ? value : mask])
  return { ...upstream, args: shownArguments(args), env: Object.fromEntries(shownEnv) }
}

interface StdioLike {
  readonly command: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

function shownArguments(args: readonly string[]): string[] {
  return args.map((arg, at) => (secretName.test(args[at - 1] ?? '') ? mask : shownArgument(arg)))
}

/** A flag after which a secret comes. */
const secretName = /^-[^=]*(?:auth|credential|key|pass|secret|token)[^=]*$/i
const mask = '[redacted]'
