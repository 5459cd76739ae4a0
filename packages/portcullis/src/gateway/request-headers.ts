import { isIdentityHeader } from './identity-headers.ts'
import type { Session } from './session.ts'

/**
 * The headers for the upstream, as names and values in turn: those of the request without credentials, identity, routing and what
 * belongs to one connection (law 7; RFC 9110 §7.6.1), and `own` behind them. `Mcp-*`, `Accept` and all that is unknown go on untouched (P-15);
 * `Last-Event-ID` goes on within a session alone, since only a session shows whose events they are (P-10).
 */
export function upstreamHeaders(
  { rawHeaders }: { readonly rawHeaders: readonly string[] },
  { upstreamId }: Pick<Session, 'upstreamId'>,
  own: readonly (readonly string[])[],
  passing: PassingHeaders = 'usual',
): string[] {
  const ruleOf = rules[passing]
  const headers: string[] = []
  let connection: Set<string> | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const value = rawHeaders[index + 1] ?? ''
    const rule = ruleOf(name)
    if (rule === 'connection') connection = optionsIn(value, connection)
    if (rule === 'pass' || (rule === 'resume' && upstreamId !== undefined)) headers.push(name, value)
  }
  const kept = connection === undefined ? headers : without(headers, connection)
  // Answers are passed on as they come, and servers that compress event streams hold them back.
  kept.push('Accept-Encoding', 'identity')
  if (upstreamId !== undefined) kept.push('Mcp-Session-Id', upstreamId)
  for (const pairs of own) kept.push(...pairs)
  return kept
}

/** Where the request came in: the public URL, as configured, and the caller's address. */
export function forwardedHeaders({ protocol, host }: URL, address: string | undefined): readonly string[] {
  const place = ['X-Forwarded-Proto', protocol.slice(0, -1), 'X-Forwarded-Host', host]
  return address === undefined ? place : [...place, 'X-Forwarded-For', address.replace(/^::ffff:/, '')]
}

/** Which headers of a client the upstream gets: all but those that are known to be no business of its, or none but those that are known to be. */
export type PassingHeaders = 'usual' | 'strict'

/** `pass`: goes on. `resume`: goes on within a session. `connection`: names others that do not go on. `drop`: stays here. */
type Rule = 'pass' | 'resume' | 'connection' | 'drop'

/** The rule for a header, by its name as sent. */
const rules: Readonly<Record<PassingHeaders, (name: string) => Rule>> = {
  usual: remembering(judge),
  strict: remembering((name) => (harmless.test(name) ? judge(name) : 'drop')),
}

/** Remembered, since the same few names come with every request. */
function remembering(judge: (name: string) => Rule): (name: string) => Rule {
  const remembered = new Map<string, Rule>()
  return (name) => {
    const known = remembered.get(name)
    if (known !== undefined) return known
    const rule = judge(name.toLowerCase())
    if (remembered.size < 1000) remembered.set(name, rule)
    return rule
  }
}

function judge(name: string): Rule {
  if (name === 'connection' || name === 'last-event-id') return name === 'connection' ? 'connection' : 'resume'
  if (dropped.has(name) || name.startsWith('proxy-') || name.startsWith('access-control-')) return 'drop'
  if (isIdentityHeader(name)) return 'drop'
  // Servers behind CGI and its heirs (WSGI, Rack, PHP) read `X_Portcullis_Subject` and, some, `X.Portcullis.Subject` as X-Portcullis-Subject.
  return plainName.test(name) || name.startsWith('mcp-param-') ? 'pass' : 'drop'
}

/** What MCP, content and tracing need. `baggage` is not among it: programs put people there. */
const harmless =
  /^(?:accept|accept-language|connection|content-.*|last-event-id|mcp-.*|user-agent|traceparent|tracestate|b3|x-b3-.*|x-request-id)$/

const plainName = /^[a-z0-9-]+$/

const dropped = new Set([
  // Credentials
  'authorization',
  'cookie',
  'cookie2',
  'dpop',
  // Of this connection (RFC 9110 §7.6.1), and framing, which is made anew
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // Checked here, and said anew or not at all
  'accept-encoding',
  'host',
  'mcp-session-id',
  'origin',
  // CGI gives it to programs as HTTP_PROXY, and their HTTP clients then send everything there (CVE-2016-5385)
  'proxy',
])

function optionsIn(value: string, options = new Set<string>()): Set<string> {
  for (const option of value.split(',')) {
    const name = option.trim().toLowerCase()
    if (name !== '' && name !== 'keep-alive' && name !== 'close') options.add(name)
  }
  return options
}

function without(headers: string[], names: ReadonlySet<string>): string[] {
  if (names.size === 0) return headers
  const kept: string[] = []
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? ''
    if (!names.has(name.toLowerCase())) kept.push(name, headers[index + 1] ?? '')
  }
  return kept
}
