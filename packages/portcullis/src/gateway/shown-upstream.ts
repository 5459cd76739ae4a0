import { redactTarget, redactText } from '../operations/redact.ts'

/** An upstream for people: the query of its URL, or its arguments, may hold a key (law 11). */
export function shownUpstream(
  upstream: string | { readonly command: string; readonly args?: readonly string[] },
): string {
  if (typeof upstream === 'string') return redactTarget(upstream)
  const { command, args = [] } = upstream
  const shown = args.map((arg, at) => (secretName.test(args[at - 1] ?? '') ? mask : shownArgument(arg)))
  return [command, ...shown].join(' ')
}

function shownArgument(arg: string): string {
  const [name = ''] = arg.split('=', 1)
  if (name !== arg && secretName.test(name)) return `${name}=${mask}`
  return redactText(redactTarget(arg)).replace(/\/\/[^/?#]*@/, `//${mask}@`)
}

/** A flag after which a secret comes. */
const secretName = /^-.*(?:auth|credential|key|pass|secret|token)/i
const mask = '[redacted]'
