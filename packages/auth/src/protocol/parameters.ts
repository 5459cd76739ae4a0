import { OAuthError } from './oauth-error.ts'

/** Parameters of a request, each at most once (RFC 6749 §3.1 and §3.2: none may be repeated, an empty one counts as omitted). */
export type Parameters = ReadonlyMap<string, string>

/** What a query or a form holds. */
export interface RequestParameters {
  single: Parameters
  /** May be repeated (RFC 8707 §2). */
  resource: readonly string[]
  /** Names of parameters that stand there twice and must not; the first value is kept. */
  repeated: readonly string[]
}

/**
 * Reads a query string or a form body.
 * Throws `OAuthError` `invalid_request` where the text is not UTF-8 once decoded.
 */
export function readParameters(text: string): RequestParameters {
  const single = new Map<string, string>()
  const resource = new Set<string>()
  const repeated: string[] = []
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decode(at === -1 ? pair : pair.slice(0, at))
    const value = decode(at === -1 ? '' : pair.slice(at + 1))
    if (value === '') continue
    if (name !== 'resource' && single.has(name)) repeated.push(name)
    else if (name !== 'resource') single.set(name, value)
    else resource.add(value)
  }
  return { single, resource: [...resource], repeated }
}

/**
 * Reads a query string or a form body in which no parameter may be repeated, `resource` excepted (RFC 6749 §3.2).
 * Throws `OAuthError` `invalid_request` otherwise.
 */
export function parseParameters(text: string): RequestParameters {
  const parameters = readParameters(text)
  requireUnrepeated(parameters)
  return parameters
}

/** Throws `OAuthError` `invalid_request` when a parameter is repeated. */
export function requireUnrepeated({ repeated: [name] }: RequestParameters): void {
  if (name !== undefined) throw new OAuthError('invalid_request', `The parameter '${printable(name)}' is repeated`)
}

/** The value of a parameter that must be there. Throws `OAuthError` `invalid_request` when it is not. */
export function requireParameter(parameters: Parameters, name: string): string {
  const value = parameters.get(name)
  if (value === undefined) throw new OAuthError('invalid_request', `The parameter '${name}' is missing`)
  return value
}

/** `text` as it may stand in an error description: so many characters of visible ASCII without quotes and backslashes (RFC 6749 §5.2). */
export function printable(text: string, most = 60): string {
  const visible = text.slice(0, most + 1).replace(/[^\x20-\x21\x23-\x5B\x5D-\x7E]/g, '?')
  return visible.length > most ? `${visible.slice(0, most - 3)}...` : visible
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    throw new OAuthError('invalid_request', 'A parameter is not percent-encoded UTF-8', { cause })
  }
}
