import type { ClientProfile, Family, Step } from '@portcullis/clients'
import type { Evidence } from '../evidence/evidence.ts'
import type { Exchange } from '../evidence/exchange.ts'
import type { Voice } from '../probes/requests.ts'
import { type Leg, voiceOf } from '../probes/voices.ts'
import { onItsNetwork } from './on-its-network.ts'
import { hasPublicHost, looksPublic } from './public-url.ts'
import { isObject, readJson } from './steps/json-document.ts'
import { takeWalk } from './take-walk.ts'
import type { ClientVerdict } from './verdict.ts'
import type { Caveat, Walk, WalkEnd } from './walk.ts'
import { createWire } from './wire.ts'

/** The answer that shut out a `User-Agent` where it is shut out and others are not, as was seen before. */
export type ShutOut = (voice: Voice, leg: Leg, url: string) => Exchange | undefined | false

/** What the doctor says of each client, in the order of the profiles. They share what was asked once, but for what shuts out some of them. */
export async function simulate(
  evidence: Evidence,
  profiles: readonly ClientProfile[],
  shutOut: ShutOut,
): Promise<readonly ClientVerdict[]> {
  const verdicts: ClientVerdict[] = []
  // One after the other: what one client has asked the next need not ask again, and requests are few.
  for (const profile of profiles) verdicts.push(await verdictOf(profile, evidence, shutOut))
  return verdicts
}

async function verdictOf(client: ClientProfile, evidence: Evidence, shutOut: ShutOut): Promise<ClientVerdict> {
  const refusal = (leg: Leg, url: string) => refusalOf(client, leg, url, shutOut)
  const walked = await takeWalk(client, createWire(evidence, refusal)).catch(failedWalk)
  const walk = onItsNetwork(walked, client, evidence, refusal)

  const caveats: Caveat[] = [
    ...addressCaveats(client, evidence.target),
    ...walk.caveats,
    ...(walk.end.kind === 'needs_no_sign_in' && wantsTokens(evidence) ? [{ kind: 'anonymous' } as const] : []),
  ]
  return {
    client: { id: client.id, name: client.name, ...egressOf(client) },
    basis: 'documents',
    caveats,
    walk,
    ...said(walk.end, client, caveats),
  }
}

/** Whoever looks at the MCP URL with two libraries needs both to be let in. */
function refusalOf(client: ClientProfile, leg: Leg, url: string, shutOut: ShutOut): Exchange | undefined {
  const own = shutOut(voiceOf(client, leg), leg, url) || undefined
  return own ?? (leg === 'mcp' ? shutOut(voiceOf(client, 'document'), leg, url) || undefined : undefined)
}

function egressOf({ network }: ClientProfile): { egress?: readonly string[] } {
  const { egress, egressList } = network ?? {}
  if (egress !== undefined) return { egress: egress.value }
  return egressList === undefined ? {} : { egress: [egressList.value] }
}

/** What one client trips over in the doctor must not cost the report on all of them. */
function failedWalk(): Walk {
  const step = 'reach'
  return {
    steps: [{ step, evidence: [] }],
    end: { kind: 'cannot_tell', step, why: 'The doctor itself failed here', unknown: 'server' },
    caveats: [],
  }
}

function said(
  end: WalkEnd,
  client: ClientProfile,
  caveats: readonly Caveat[],
): Pick<ClientVerdict, 'kind' | 'step' | 'words' | 'why'> {
  switch (end.kind) {
    case 'asks_for_authorization':
    case 'needs_no_sign_in':
      return { kind: caveats.length === 0 ? 'connects' : 'connects_with_caveat' }
    case 'stops': {
      const ofProfile = wordsAreWalked.has(client.family.value) ? undefined : wordsOf(client, end.step)
      const words = (end.words ?? ofProfile)?.trim() ?? ''
      return { kind: 'stops', step: end.step, ...(words !== '' && { words }) }
    }
    case 'cannot_tell':
      return { kind: 'cannot_tell', step: end.step, why: end.why }
    default:
      return end satisfies never
  }
}

/**
 * Families whose own code was read: their walks know the words for each fault, or that nobody knows them. A profile has one text for a step,
 * which would be that of another fault there.
 */
const wordsAreWalked: ReadonlySet<Family> = new Set([
  'sdk-1',
  'sdk-2',
  'mcp-remote',
  'claude-code',
  'rmcp',
  'vscode',
  'gemini',
])

/** What stands in braces differs each time, and nobody has filled it in here. */
function wordsOf(client: ClientProfile, step: Step): string | undefined {
  const words = client.words?.[step]?.value
  return words?.includes('{') ? undefined : words
}

function addressCaveats(client: ClientProfile, target: string): readonly Caveat[] {
  if (mustBePublic(client)) return looksPublic(target) ? [] : [{ kind: 'needs_public_url' }]
  const mustBeAllowed = client.network?.reaches?.value === 'public_or_allowed' && !hasPublicHost(target)
  return mustBeAllowed ? [{ kind: 'needs_allowed_address' }] : []
}

function mustBePublic(client: ClientProfile): boolean {
  return client.network?.reaches?.value === 'public_https' || client.runs.value === 'hosted'
}

/** A server that says which authorization server it trusts means to ask for tokens. */
function wantsTokens({ exchanges }: Evidence): boolean {
  return exchanges.some(isResourceMetadata)
}

function isResourceMetadata(exchange: Exchange): boolean {
  if (!exchange.request.url.includes('/.well-known/oauth-protected-resource')) return false
  const document = readJson(exchange)
  return document.kind === 'value' && isObject(document.value) && 'authorization_servers' in document.value
}
