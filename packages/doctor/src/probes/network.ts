import { originOf } from '@portcullis/auth/protocol'
import { type Evidence, seenAsSent } from '../evidence/evidence.ts'
import type { ProbeRequest } from '../evidence/exchange.ts'
import { follow } from '../evidence/redirects.ts'
import { mcpRequest } from './requests.ts'
import { resourceDocument } from './resource-documents.ts'
import { endpointIn, issuersOf, serverDocument } from './server-documents.ts'
import { famousOn, isShutOut, type Leg, speaking, spoken, voicesApart, voicesOn } from './voices.ts'

/** N: whether the MCP URL can be reached. The evidence for all further questions: in another voice, where the doctor's own is shut out. */
export async function probeNetwork(evidence: Evidence): Promise<Evidence> {
  const { target } = evidence
  const first = await evidence.ask(mcpRequest(target, 'post_initialize'))
  // Whether it is the name that is shut out, or everybody, decides what all else is worth.
  if (isShutOut(first) || first.outcome.kind === 'failure') await askInVoices(evidence, 'mcp', target, voicesOn('mcp'))
  const speaker = speaking(evidence)
  await follow(speaker, await speaker.ask(mcpRequest(target, 'post_initialize')))
  return speaker
}

/** N: whether clients are treated apart by their `User-Agent`, wherever they come by: with the requests that are left, since they are many. */
export async function probeVoices(evidence: Evidence, speaker: Evidence): Promise<void> {
  const places = placesOf(speaker)
  const [mcp, ...others] = places
  // Who is shut out at the MCP URL is shut out, whatever the documents say.
  const isWorthIt = (voice: string) => {
    const exchange = seenAsSent(evidence.exchanges, spoken('mcp', mcp.url, voice))
    return exchange === undefined || !isShutOut(exchange)
  }
  for (const { leg, url } of others) await askInVoices(evidence, leg, url, famousOn(leg).filter(isWorthIt))
  await askInVoices(evidence, mcp.leg, mcp.url, voicesOn(mcp.leg))
  // Who is treated apart nowhere so far is let through to documents and endpoints too.
  if (voicesApart(evidence).length === 0) return
  for (const { leg, url } of others) await askInVoices(evidence, leg, url, voicesOn(leg).filter(isWorthIt))
}

interface Place {
  readonly leg: Leg
  readonly url: string
}

/** The MCP URL, the documents that are used, and the endpoints that clients ask by themselves. */
function placesOf(evidence: Evidence): readonly [Place, ...Place[]] {
  const resource = resourceDocument(evidence)
  const server = serverDocument(evidence, issuersOf(evidence).issuers[0])
  const documents = [resource, server].flatMap((found) => found?.url ?? [])
  const endpoints = ['registration_endpoint', 'token_endpoint'].flatMap(
    (field) => (server && endpointIn(server.document, field)) ?? [],
  )
  return [
    { leg: 'mcp', url: evidence.target },
    ...documents
      .filter((url, at) => documents.findIndex((other) => originOf(other) === originOf(url)) === at)
      .map((url) => ({ leg: 'document', url }) as const),
    ...endpoints.map((url) => ({ leg: 'endpoint', url }) as const),
  ]
}

function isAsked({ exchanges }: Evidence, request: ProbeRequest): boolean {
  return seenAsSent(exchanges, request) !== undefined
}

/** What is left for the clients that look further than the doctor has. */
const reserve = 3

async function askInVoices(evidence: Evidence, leg: Leg, url: string, voices: readonly string[]): Promise<void> {
  const requests = voices.map((voice) => spoken(leg, url, voice)).filter((request) => !isAsked(evidence, request))
  while (requests.length > 0) {
    const room = evidence.left() - reserve
    if (room < 1) return
    // At the MCP URL each keeps another back as long as it is under way: it may begin a session, which is ended.
    const most = leg === 'mcp' ? Math.max(Math.floor(room / 2), 1) : room
    await Promise.all(requests.splice(0, Math.min(most, atOnce)).map((request) => evidence.ask(request)))
  }
}

/** As many as there are connections. */
const atOnce = 6
