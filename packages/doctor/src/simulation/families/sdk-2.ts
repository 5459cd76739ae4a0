import type { ClientProfile } from '@portcullis/clients'
import { type Exchange, statusOf } from '../../evidence/exchange.ts'
import type { FamilyWalk } from '../family.ts'
import { readReply } from '../steps/first-answer.ts'
import { isObject, stringsIn } from '../steps/json-document.ts'
import { fallsBack, orOlder } from '../steps/older-transport.ts'
import type { RegistrationWords } from '../steps/registration.ts'
import { authorize } from '../steps/sdk-authorization.ts'
import type { SdkChallenge } from '../steps/sdk-challenge.ts'
import { discover, type SdkDiscoveryRules } from '../steps/sdk-discovery.ts'
import { receive, redirectsOfMessages, type SdkTransportWords } from '../steps/sdk-first-request.ts'
import { Footprints, hasEnded, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'

/** `@modelcontextprotocol/client` 2.4.0, and programs built on it. With `post_discover` first it negotiates the era (`mode: 'auto'`). */
export const walkSdk2: FamilyWalk = async (client, wire) => {
  const steps = new Footprints()
  const challenge =
    client.challenge?.firstRequest?.value === 'post_discover'
      ? await negotiate(client, wire, steps)
      : await initialize(client, wire, steps)
  if (hasEnded(challenge)) return challenge

  const discovery = await discover(wire, challenge.pointer, rules, steps)
  if (hasEnded(discovery)) return discovery

  const scope = challenge.scope ?? (discovery.resource?.scopes?.join(' ') || undefined)
  const offlineAccess = client.authorization?.offlineAccess?.value ?? 'if_listed'
  return authorize(
    wire,
    client,
    discovery,
    { scope, offlineAccess, serialisesResource: false, registrationWords },
    steps,
  )
}

/** The probe `server/discover`: what it does not understand is a server of the earlier era, to be asked `initialize`. */
async function negotiate(client: ClientProfile, wire: Wire, steps: Footprints): Promise<SdkChallenge | Walk> {
  const protocolVersion = client.challenge?.protocolVersion?.value
  const answer = await wire.first('post_discover', { protocolVersion, redirects: redirectsOfMessages })
  if (isOfEarlierEra(answer)) {
    steps.at('challenge', answer)
    return initialize(client, wire, steps)
  }
  const rules = { statuses: statusesOf(client), schemes, words: probeWords }
  return receive(answer, rules, steps)
}

async function initialize(client: ClientProfile, wire: Wire, steps: Footprints): Promise<SdkChallenge | Walk> {
  const answer = await wire.first('post_initialize', { redirects: redirectsOfMessages })
  const taken = await orOlder(answer, wire, steps, fallsBack(client))
  return hasEnded(taken) ? taken : receive(taken, { statuses: statusesOf(client), schemes, words }, steps)
}

function statusesOf(client: ClientProfile): readonly number[] {
  return client.challenge?.statuses?.value ?? [401]
}

/** `classifyProbeOutcome`. */
function isOfEarlierEra(answer: Exchange): boolean {
  const status = statusOf(answer)
  if (status === undefined || status === 401 || status === 403 || status >= 500) return false
  if (status < 200 || status > 299) return true
  const reply = readReply(answer)
  if (reply.kind === 'error') return true
  return reply.kind === 'result' && !isDiscoverResult(reply.result)
}

function isDiscoverResult(result: unknown): boolean {
  return isObject(result) && stringsIn(result.supportedVersions)?.includes('2026-07-28') === true
}

const schemes = ['bearer', 'dpop']

const rules: SdkDiscoveryRules = {
  redirects: 'within_origin',
  goesOnAfter: (status) => status < 500 || status === 502,
  withoutAnswer: { kind: 'throws', words: 'fetch failed' },
  comparesIssuer: true,
}

const registrationWords: RegistrationWords = {
  rejected: (status) => (status < 300 ? undefined : `Dynamic Client Registration rejected (HTTP ${status})`),
  withoutAnswer: 'fetch failed',
}

const words: SdkTransportWords = {
  noAnswer: 'fetch failed',
  status: (body) => `Error POSTing to endpoint: ${body}`,
  redirect: (to, { isDowngrade }) =>
    isDowngrade
      ? `Redirect from https to plain http not followed; try ${to} as the endpoint (redirectPolicy: 'same-origin')`
      : `Redirect to ${to} not followed; use that URL as the endpoint if it is the intended server (redirectPolicy: 'same-origin')`,
  contentType: (value) => `Unexpected content type: ${value ?? null}`,
  error: (_, message) => message,
}

const probeWords: SdkTransportWords = {
  ...words,
  noAnswer: 'Version negotiation probe failed: fetch failed',
  status: (_, status) =>
    status === 403
      ? 'Version negotiation failed: the server denied access (HTTP 403)'
      : `Version negotiation failed: the server answered the probe with HTTP ${status}`,
  contentType: (value) =>
    `Version negotiation probe failed: the server answered with an unusable reply (Unexpected content type: ${value ?? null})`,
}
