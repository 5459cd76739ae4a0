import type { ClientProfile } from '@portcullis/clients'
import { type Evidence, seen } from '../evidence/evidence.ts'
import type { Exchange } from '../evidence/exchange.ts'
import { emptyTokenRequest, mcpRequest } from '../probes/requests.ts'
import { endpointIn, serverDocuments } from '../probes/server-documents.ts'
import { patiently } from './patience.ts'
import { looksPublic } from './public-url.ts'
import type { Walk } from './walk.ts'
import type { Refusal } from './wire.ts'

/** What a walk comes to on the network that its client has: where it is shut out by its name, the ports that it reaches, the seconds that it waits. */
export function onItsNetwork(walk: Walk, client: ClientProfile, evidence: Evidence, refusal: Refusal): Walk {
  const { target } = evidence
  if (!reachesPort(client, target)) {
    const first = seen(evidence, mcpRequest(target, 'post_initialize'))
    const steps = [{ step: 'reach', evidence: first === undefined ? [] : [first.id] }] as const
    return { steps, end: { kind: 'stops', step: 'reach', because: 'port_not_reached' }, caveats: [] }
  }
  const tokenEndpoint = tokenEndpointOf(walk, evidence)
  const token = tokenEndpoint === undefined ? undefined : seen(evidence, emptyTokenRequest(tokenEndpoint))
  return patiently(
    missesToken(
      staysOutside(walk, refusal('mcp', target)),
      tokenEndpoint === undefined ? undefined : refusal('endpoint', tokenEndpoint),
    ),
    client,
    evidence,
    token,
  )
}

/** Of addresses that are public alone: of others nobody connects before they are. */
function reachesPort({ network }: ClientProfile, url: string): boolean {
  if (network?.ports === undefined || !looksPublic(url)) return true
  return network.ports.value.includes(Number(new URL(url).port || 443))
}

/** Whoever is shut out by name is shut out with a token too, whatever it does in between. */
function staysOutside(walk: Walk, refused: Exchange | undefined): Walk {
  if (refused === undefined || walk.end.kind === 'stops') return walk
  const isAnswered = refused.outcome.kind === 'answer'
  const step = isAnswered ? 'challenge' : 'reach'
  const end = { kind: 'stops', step, because: isAnswered ? 'wrong_status' : 'unreachable' } as const
  return { steps: [{ step, evidence: [refused.id] }], end, caveats: [] }
}

/** The browser opens, and then nobody gets a token. */
function missesToken(walk: Walk, refused: Exchange | undefined): Walk {
  if (refused === undefined || walk.end.kind !== 'asks_for_authorization') return walk
  const steps = walk.steps.map((taken) =>
    taken.step === 'authorization_request' ? { ...taken, evidence: [...taken.evidence, refused.id] } : taken,
  )
  return { ...walk, steps, end: { kind: 'stops', step: 'authorization_request', because: 'token_endpoint_refuses' } }
}

function tokenEndpointOf({ end }: Walk, evidence: Evidence): string | undefined {
  if (end.kind !== 'asks_for_authorization') return undefined
  const used = serverDocuments(evidence).find(
    ({ document }) => document.authorization_endpoint === end.request.endpoint,
  )
  return used && endpointIn(used.document, 'token_endpoint')
}
