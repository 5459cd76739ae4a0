import { type Challenge, challengesIn } from './challenges.ts'
import { type Answer, exchange, type Sent } from './exchange.ts'
import type { Issuer } from './issuer.ts'
import { initialize, ofMcp } from './messages.ts'

/** A server that is asked: ours, or any other that is set up for this resource and this issuer, and needs this scope for everything. */
export interface ProbeTarget {
  port: number
  resource: string
  scope: string
  issuer: Issuer
}

/** One thing that clients go by, in whatever words a server says it. */
export interface Probe {
  name: string
  /** The same, where there is room for a word or two. */
  title: string
  /** What is wrong, in a few words; `undefined` where nothing is. */
  ask: (target: ProbeTarget) => Promise<string | undefined>
}

/** Wants a server that never had the keys of its issuer. */
export const keysDownProbe: Probe = {
  name: 'a good token while the keys of its issuer cannot be had',
  title: 'keys down',
  ask: whileKeysAreDown,
}

/** What has to work with every server, whatever it is made of. */
export const probes: readonly Probe[] = [
  { name: 'no credentials', title: 'no token', ask: withoutCredentials },
  { name: 'a token that has expired, is for another resource, is none', title: 'bad token', ask: withBadTokens },
  { name: 'a good token that lacks a scope', title: 'scope', ask: withoutScope },
  { name: 'metadata by the path of the resource', title: 'metadata', ask: metadataByPath },
  { name: 'metadata at the root', title: 'at the root', ask: metadataAtRoot },
  { name: 'a spoofed X-Forwarded-Host', title: 'spoofed', ask: spoofed },
  { name: 'metadata for a page of another origin, and Basic', title: 'elsewhere', ask: fromElsewhere },
]

/** In the order in which they are asked and told. */
export const allProbes: readonly Probe[] = [keysDownProbe, ...probes]

export interface Probed {
  probe: string
  /** `undefined` where nothing is wrong. */
  problem: string | undefined
}

export async function probed({ name, ask }: Probe, target: ProbeTarget): Promise<Probed> {
  const problem = await ask(target).catch(
    (cause: unknown) => `no answer: ${cause instanceof Error ? cause.message : cause}`,
  )
  return { probe: name, problem }
}

async function whileKeysAreDown(target: ProbeTarget): Promise<string | undefined> {
  const { issuer } = target
  issuer.keysAreUp = false
  try {
    const { status, headers } = await post(target, withToken(issuer.token()))
    if (status !== 503) return `status ${status}`
    if (headers['www-authenticate'] !== undefined) return '503 with a challenge'
    return headers['retry-after'] === undefined ? '503 without Retry-After' : undefined
  } finally {
    issuer.keysAreUp = true
  }
}

async function withoutCredentials(target: ProbeTarget): Promise<string | undefined> {
  const { status, challenge } = challengedBy(await post(target), target)
  if (typeof challenge === 'string') return challenge
  if (status !== 401) return `status ${status}`
  if (challenge.parameters.error !== undefined) return `error="${challenge.parameters.error}" (RFC 6750 §3.1)`
  return challenge.parameters.scope === target.scope ? undefined : 'no scope'
}

async function withBadTokens(target: ProbeTarget): Promise<string | undefined> {
  const { issuer } = target
  const now = Math.floor(Date.now() / 1000)
  const bad = {
    expired: issuer.token({ iat: now - 660, exp: now - 60 }),
    'for another': issuer.token({ aud: 'https://other.example/mcp' }),
    none: 'nonsense',
  }
  for (const [name, token] of Object.entries(bad)) {
    const { status, challenge } = challengedBy(await post(target, withToken(token)), target)
    if (typeof challenge === 'string') return `${name}: ${challenge}`
    if (status !== 401) return `${name}: status ${status}`
    if (challenge.parameters.error !== 'invalid_token') return `${name}: error="${challenge.parameters.error}"`
  }
  return undefined
}

async function withoutScope(target: ProbeTarget): Promise<string | undefined> {
  const answer = await post(target, withToken(target.issuer.token({ scope: 'something:else' })))
  if (answer.status !== 403) return `status ${answer.status}`
  const { challenge } = challengedBy(answer, target)
  if (typeof challenge === 'string') return challenge
  const { error, scope = '' } = challenge.parameters
  if (error !== 'insufficient_scope') return `error="${error}"`
  return scope.split(' ').includes(target.scope) ? undefined : 'no scope'
}

async function metadataByPath(target: ProbeTarget): Promise<string | undefined> {
  const answer = await ask(target, { target: metadataPath(target) })
  return answer.status === 200 ? whyNotMetadata(answer, target) : `status ${answer.status}`
}

async function metadataAtRoot(target: ProbeTarget): Promise<string | undefined> {
  const answer = await ask(target, { target: '/.well-known/oauth-protected-resource' })
  if (answer.status === 404) return undefined
  return answer.status === 200 ? whyNotMetadata(answer, target) : `status ${answer.status}`
}

async function spoofed(target: ProbeTarget): Promise<string | undefined> {
  const headers = [
    ['X-Forwarded-Host', 'attacker.example'],
    ['X-Forwarded-Proto', 'http'],
    ['Forwarded', 'host=attacker.example'],
  ] as const
  const answers = {
    challenge: await post(target, headers),
    metadata: await ask(target, { target: metadataPath(target), headers }),
  }
  for (const [what, answer] of Object.entries(answers))
    if (JSON.stringify(answer).includes('attacker.example')) return `the ${what} believes it`
  return undefined
}

async function fromElsewhere(target: ProbeTarget): Promise<string | undefined> {
  const origin = ['Origin', 'https://inspector.example'] as const
  const read = await ask(target, { target: metadataPath(target), headers: [origin] })
  if (read.status !== 200) return `metadata: status ${read.status}`
  const allowed = read.headers['access-control-allow-origin']
  if (allowed !== '*' && allowed !== origin[1]) return 'metadata: no CORS'
  const headers = [origin, ['Access-Control-Request-Method', 'GET']] as const
  const preflight = await ask(target, { method: 'OPTIONS', target: metadataPath(target), headers })
  if (preflight.status >= 300) return `preflight: status ${preflight.status}`
  const { challenge } = challengedBy(await post(target, [['Authorization', 'Basic YTpi']]), target)
  return typeof challenge === 'string' ? `Basic: ${challenge}` : undefined
}

function withToken(token: string): Headers {
  return [['Authorization', `Bearer ${token}`]]
}

type Headers = NonNullable<Sent['headers']>

function post(target: ProbeTarget, headers: Headers = []): Promise<Answer> {
  const { pathname } = new URL(target.resource)
  return ask(target, { method: 'POST', target: pathname, headers: [...headers, ...ofMcp], body: initialize })
}

function ask({ port, resource }: ProbeTarget, sent: Sent): Promise<Answer> {
  return exchange(sent, { port, host: new URL(resource).host })
}

function metadataPath({ resource }: ProbeTarget): string {
  return `/.well-known/oauth-protected-resource${new URL(resource).pathname}`
}

/** The first challenge, which must be one for Bearer that leads to the metadata; or what is wrong with it. */
function challengedBy(
  { status, headers: { 'www-authenticate': header } }: Answer,
  { resource }: ProbeTarget,
): { status: number; challenge: Challenge | string } {
  if (header === undefined) return { status, challenge: `status ${status} without a challenge` }
  const challenges = challengesIn(header)
  if (typeof challenges === 'string') return { status, challenge: challenges }
  const [first] = challenges
  if (first?.scheme !== 'bearer') return { status, challenge: `the first challenge is for ${first?.scheme}` }
  const { resource_metadata: url } = first.parameters
  const isThere = url !== undefined && URL.canParse(url) && new URL(url).origin === new URL(resource).origin
  return { status, challenge: isThere ? first : 'no resource_metadata' }
}

function whyNotMetadata({ body }: Answer, { resource, issuer }: ProbeTarget): string | undefined {
  try {
    const { resource: named, authorization_servers: servers } = JSON.parse(body)
    if (named !== resource) return `resource is "${named}"`
    return servers?.includes(issuer.url) ? undefined : `authorization_servers is ${JSON.stringify(servers)}`
  } catch {
    return 'no JSON'
  }
}
