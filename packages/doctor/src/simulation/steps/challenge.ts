import type { ClientProfile } from '@portcullis/clients'
import { type Exchange, headerOf, statusOf } from '../../evidence/exchange.ts'
import { readChallenge } from '../../evidence/read-challenge.ts'
import type { FirstRequest } from '../../probes/requests.ts'
import { recorded } from '../alternatives.ts'
import { type Footprints, hasEnded, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import { readReply } from './first-answer.ts'
import { whyUnknown } from './not-asked.ts'
import { fallsBack, orOlder } from './older-transport.ts'

/** What a client takes out of the answer that makes it sign in. */
export interface HeardChallenge {
  /** `resource_metadata`: an absolute URL. */
  readonly pointer?: string
  readonly scope?: string
}

/** The first request, of a client of which only the profile is known; the end where it does not make it sign in. */
export async function seekChallenge(
  client: ClientProfile,
  wire: Wire,
  steps: Footprints,
): Promise<HeardChallenge | Walk> {
  const { firstRequest, protocolVersion } = client.challenge ?? {}
  const ask = (first: FirstRequest) => wire.first(first, { protocolVersion: protocolVersion?.value })
  if (firstRequest === undefined && isAlike(await ask('post_initialize'), await ask('post_discover')))
    return receive(await ask('post_initialize'), client, wire, steps)

  const first = recorded(firstRequest, 'challenge.firstRequest')
  const answer = await ask(first)
  if (first !== 'post_discover' || !isOfEarlierEra(answer)) return receive(answer, client, wire, steps)
  steps.at('challenge', answer)
  return receive(await wire.first('post_initialize'), client, wire, steps)
}

/** A Bearer challenge wherever it stands in the header; nothing where there is none. */
export function hear(answer: Exchange): HeardChallenge {
  const challenge = readChallenge(answer)
  const pointer = challenge?.resourceMetadata
  return {
    ...(pointer !== undefined && URL.canParse(pointer) && { pointer }),
    ...(challenge?.scope && { scope: challenge.scope }),
  }
}

/** Whether it does not matter which of the two a client sends. */
function isAlike(initialize: Exchange, discover: Exchange): boolean {
  if (isOfEarlierEra(discover)) return true
  const status = statusOf(initialize)
  if (status === undefined || status !== statusOf(discover)) return false
  if (status >= 200 && status < 300) return readReply(initialize).kind === readReply(discover).kind
  return headerOf(initialize, 'www-authenticate') === headerOf(discover, 'www-authenticate')
}

/** MCP 2026-07-28: a server that does not know `server/discover` is asked `initialize`. */
function isOfEarlierEra(answer: Exchange): boolean {
  const status = statusOf(answer)
  if (status === undefined || status === 401 || status === 403 || status >= 500) return false
  return status < 200 || status > 299 || readReply(answer).kind === 'error'
}

async function receive(
  first: Exchange,
  client: ClientProfile,
  wire: Wire,
  steps: Footprints,
): Promise<HeardChallenge | Walk> {
  const answer = await orOlder(first, wire, steps, fallsBack(client))
  if (hasEnded(answer)) return answer
  const unknown = whyUnknown(answer)
  if (unknown !== undefined) return steps.cannotTell('reach', unknown)
  const status = statusOf(answer)
  if (status === undefined) {
    steps.at('reach', answer)
    return steps.stop('reach', 'unreachable')
  }

  steps.at('challenge', answer)
  if (status >= 200 && status < 300) return readSuccess(answer, status, steps)
  if (status >= 300 && status < 400)
    return steps.cannotTell('challenge', 'Nobody has recorded whether it follows a redirect of the MCP URL')
  if (!makesItSignIn(answer, status, client)) return steps.stop('challenge', 'wrong_status')
  return pointedAt(hear(answer), client, steps)
}

function makesItSignIn(answer: Exchange, status: number, client: ClientProfile): boolean {
  if (status === 401) return client.challenge?.statuses?.value.includes(401) ?? true
  if (status !== 403) return client.challenge?.statuses?.value.includes(status) ?? false
  if (readChallenge(answer)?.error === 'insufficient_scope') return true
  return recorded(client.challenge?.statuses, 'challenge.statuses').includes(403)
}

function pointedAt(challenge: HeardChallenge, client: ClientProfile, steps: Footprints): HeardChallenge | Walk {
  if (challenge.pointer !== undefined) return challenge
  // Whoever is known to look at other places than the pointer needs none.
  const looksElsewhere = client.protectedResource?.order?.value.some((place) => place !== 'pointer') ?? false
  if (client.challenge?.needsHeader === undefined && looksElsewhere) return challenge
  return recorded(client.challenge?.needsHeader, 'challenge.needsHeader')
    ? steps.stop('challenge', 'no_pointer')
    : challenge
}

function readSuccess(answer: Exchange, status: number, steps: Footprints): Walk {
  // Accepted, says 202: the reply would come another way, and the client waits for it in vain.
  if (status === 202) return steps.stop('challenge', 'wrong_status')
  switch (readReply(answer).kind) {
    case 'result':
      return steps.end({ kind: 'needs_no_sign_in' })
    case 'open_stream':
      return steps.cannotTell('challenge', 'The stream of events brought no reply while the doctor waited')
    case 'error':
    case 'other':
      return steps.stop('challenge', 'not_challenged')
  }
}
