/** The parameters of a Bearer challenge (RFC 6750 §3, RFC 9728 §5.1), in the order in which they are sent. */
export interface Challenge {
  error?: 'invalid_request' | 'invalid_token' | 'insufficient_scope'
  errorDescription?: string
  /** The absolute URL of the protected resource metadata. */
  resourceMetadata?: string
  scope?: string
  /** Parameters without a meaning to us, behind the others. */
  further?: Readonly<Record<string, string>>
}

/** The value of a `WWW-Authenticate` header: one Bearer challenge, every value a quoted string (RFC 9110 §11.6.1). */
export function formatChallenge(challenge: Challenge): string {
  const parameters: [string, string | undefined][] = [
    ['error', challenge.error],
    ['error_description', challenge.errorDescription],
    ['resource_metadata', challenge.resourceMetadata],
    ['scope', challenge.scope],
    ...Object.entries(challenge.further ?? {}),
  ]
  const sent = parameters.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quote(value)}`]))
  return sent.length === 0 ? 'Bearer' : `Bearer ${sent.join(', ')}`
}

/** Why something cannot be a further parameter of a challenge, behind its name; `undefined` where it can. */
export function whyNotFurther(name: string, value: string): string | undefined {
  if (!/^[!#$%&'*+\-.^_`|~\w]+$/.test(name)) return 'is no name of a parameter (RFC 9110 §11.2)'
  if (known.includes(name.toLowerCase())) return 'has a meaning of its own in challenges, and cannot be set'
  return /^[\x20-\x7E]*$/.test(value) ? undefined : 'must be of printable ASCII'
}

const known: readonly string[] = ['error', 'error_description', 'resource_metadata', 'scope']

/**
 * The first Bearer challenge in a `WWW-Authenticate` value, also when other schemes stand beside it (RFC 9110 §11.6.1).
 * Returns `undefined` when there is none, or when the value cannot be parsed.
 */
export function parseChallenge(value: string): Challenge | undefined {
  const bearer = parseChallenges(value)?.find(({ scheme }) => scheme === 'bearer')
  if (bearer === undefined) return undefined
  const { error, error_description, resource_metadata, scope } = bearer.parameters
  return {
    ...(isBearerError(error) && { error }),
    ...(error_description !== undefined && { errorDescription: error_description }),
    ...(resource_metadata !== undefined && { resourceMetadata: resource_metadata }),
    ...(scope !== undefined && { scope }),
  }
}

function isBearerError(value: string | undefined): value is NonNullable<Challenge['error']> {
  return value === 'invalid_request' || value === 'invalid_token' || value === 'insufficient_scope'
}

function quote(value: string): string {
  // Header values are ASCII here; RFC 6750 §3 allows no quotes or backslashes in a description anyway.
  return `"${value.replace(/[^\x20-\x7E]/g, '?').replace(/["\\]/g, (character) => `\\${character}`)}"`
}

interface ParsedChallenge {
  scheme: string
  parameters: Record<string, string | undefined>
}

function parseChallenges(value: string): ParsedChallenge[] | undefined {
  const challenges: ParsedChallenge[] = []
  // One element: a scheme with an optional token68 or first parameter, or a further parameter of the scheme before it.
  const element =
    /[\s,]*(?:([!#$%&'*+\-.^_`|~\w]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~\w]+))(?=\s*(?:,|$))|([!#$%&'*+\-.^_`|~\w]+)(?:\s+([A-Za-z0-9\-._~+/]+=*)(?=\s*(?:,|$)))?(?=\s|,|$))/y
  while (element.lastIndex < value.length) {
    if (/^[\s,]*$/.test(value.slice(element.lastIndex))) return challenges
    const match = element.exec(value)
    if (match === null) return undefined
    const [, name, quoted, bare, scheme] = match
    if (scheme !== undefined) {
      challenges.push({ scheme: scheme.toLowerCase(), parameters: Object.create(null) })
      continue
    }
    const current = challenges.at(-1)
    if (current === undefined || name === undefined) return undefined
    current.parameters[name.toLowerCase()] ??= quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1')
  }
  return challenges
}
