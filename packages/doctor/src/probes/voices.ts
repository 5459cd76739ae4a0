import { type ClientProfile, profiles } from '@portcullis/clients'
import { type Evidence, seenAsSent } from '../evidence/evidence.ts'
import { type Exchange, type ProbeRequest, statusOf } from '../evidence/exchange.ts'
import { doctorUserAgent, documentRequest, endpointRequest, mcpRequest, type Voice } from './requests.ts'

/** Where something in between may treat clients apart: at the MCP URL, at documents, at the endpoints of an authorization server. */
export type Leg = 'mcp' | 'document' | 'endpoint'

/** The `User-Agent` that a client sends on one leg, with its version in it; `undefined` where nobody knows. */
export function voiceOf({ network, version }: ClientProfile, leg: Leg): Voice {
  const { mcp, discovery, registration } = network?.userAgent ?? {}
  const known = { mcp, document: discovery ?? mcp, endpoint: registration ?? discovery ?? mcp }[leg]
  return known?.value.replaceAll('{version}', version?.value ?? '0')
}

/** As whom the doctor asks on one leg, each `User-Agent` of a known client once, those that edges know best first. */
export function voicesOn(leg: Leg): readonly string[] {
  const ofClients = byFame.flatMap((client) => voiceOf(client, leg) ?? [])
  // Whoever fetches documents with a library looks at the MCP URL with it too, as long as there is no token.
  const first = leg === 'mcp' ? famous.flatMap((client) => voiceOf(client, 'document') ?? []) : []
  return [...new Set([...first, ...ofClients, ...(leg === 'mcp' ? ofNoClient : [])])]
}

/** Those that edges have rules for, and that most people come with. */
const famous = profiles.filter(({ id }) => ['claude', 'chatgpt', 'claude-code'].includes(id))
const byFame = [
  ...famous,
  ...profiles.filter(({ runs }) => runs.value === 'hosted'),
  ...profiles.filter(({ runs }) => runs.value !== 'hosted'),
]

/** Those of them that are asked first, wherever they come by. */
export function famousOn(leg: Leg): readonly string[] {
  return [...new Set(famous.flatMap((client) => voiceOf(client, leg) ?? []))]
}

/** A browser, nobody, and what people try it with. */
export const ofNoClient: readonly string[] = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  '',
  'curl/8.17.0',
]

/** The question that is put in every voice. */
export function spoken(leg: Leg, url: string, voice: Voice): ProbeRequest {
  switch (leg) {
    case 'mcp':
      return mcpRequest(url, 'post_initialize', { voice })
    case 'document':
      return documentRequest(url, voice)
    case 'endpoint':
      return endpointRequest(url, voice)
    default:
      return leg satisfies never
  }
}

export interface Heard {
  readonly voice: Voice
  readonly exchange: Exchange
}

/** What each voice was answered at the MCP URL. */
export function heard(evidence: Evidence): readonly Heard[] {
  return heardAt(evidence, 'mcp', evidence.target)
}

function heardAt({ exchanges }: Evidence, leg: Leg, url: string): readonly Heard[] {
  return [...new Set([undefined, ...voicesOn(leg), ...ofNoClient])].flatMap((voice) => {
    const exchange = seenAsSent(exchanges, spoken(leg, url, voice))
    return exchange === undefined ? [] : [{ voice, exchange }]
  })
}

/** A place where some voices are shut out while others are not. */
export interface VoicesApart {
  readonly leg: Leg
  readonly url: string
  readonly blocked: readonly Heard[]
  /** One that got through. */
  readonly other: Heard
}

/** Each place where voices are treated apart, the MCP URL first. */
export function voicesApart(evidence: Evidence): readonly VoicesApart[] {
  const places = new Map<string, { leg: Leg; url: string }>()
  for (const { request } of evidence.exchanges) {
    const leg = legOf(request, evidence.target)
    if (leg !== undefined) places.set(`${leg} ${request.url}`, { leg, url: request.url })
  }
  return [...places.values()].flatMap(({ leg, url }) => {
    const all = heardAt(evidence, leg, url)
    const blocked = all.filter(({ exchange }) => isShutOut(exchange))
    const other = all.find(({ exchange }) => statusOf(exchange) !== undefined && !isShutOut(exchange))
    return blocked.length === 0 || other === undefined ? [] : [{ leg, url, blocked, other }]
  })
}

function legOf(request: ProbeRequest, target: string): Leg | undefined {
  const { method, url } = request
  if (method === 'POST') return url === target ? 'mcp' : undefined
  if (method !== 'GET') return undefined
  return 'mcp-protocol-version' in request.headers ? 'document' : url === target ? undefined : 'endpoint'
}

/**
 * The answer that shut out a client of this `User-Agent`, or of another version of it: edges look at products. Documents of one origin stand
 * for each other, endpoints only for themselves.
 */
export function shutOutAs(apart: readonly VoicesApart[], voice: Voice, leg: Leg, url: string): Exchange | undefined {
  const isThere = (place: VoicesApart) =>
    place.leg === leg && (leg === 'document' ? originOf(place.url) === originOf(url) : place.url === url)
  for (const { blocked } of apart.filter(isThere)) {
    const found = blocked.find((each) => productOf(each.voice) === productOf(voice))
    if (found !== undefined) return found.exchange
  }
  return undefined
}

/** The evidence for whoever asks in the doctor's place: where its own name is shut out, in a voice that is not. */
export function speaking(evidence: Evidence): Evidence {
  const apart = voicesApart(evidence).find(({ leg }) => leg === 'mcp')
  const voice = apart?.blocked.some((each) => each.voice === undefined) ? apart.other.voice : undefined
  if (voice === undefined) return evidence
  const as = (request: ProbeRequest): ProbeRequest =>
    request.headers['user-agent'] === doctorUserAgent
      ? { ...request, headers: { ...request.headers, 'user-agent': voice } }
      : request
  return {
    ...evidence,
    get notAsked() {
      return evidence.notAsked
    },
    as,
    ask: (request) => evidence.ask(as(request)),
  }
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined
}

function productOf(voice: Voice): string | undefined {
  return voice?.replace(/\/.*$/s, '').toLowerCase()
}

/** As edges shut out: a refusal, or the connection cut. A timeout or a limit of requests may be chance. */
export function isShutOut(exchange: Exchange): boolean {
  const { outcome } = exchange
  if (outcome.kind === 'failure') return outcome.reason === 'connection_closed'
  return outcome.status === 403 || outcome.status === 406 || outcome.status === 503 || outcome.status >= 520
}
