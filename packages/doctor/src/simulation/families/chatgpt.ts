import type { ClientProfile } from '@portcullis/clients'
import { type Exchange, statusOf } from '../../evidence/exchange.ts'
import type { FamilyWalk } from '../family.ts'
import { type HeardChallenge, hear } from '../steps/challenge.ts'
import { discover } from '../steps/discovery.ts'
import { readReply } from '../steps/first-answer.ts'
import { whyUnknown } from '../steps/not-asked.ts'
import { fallsBack, orOlder } from '../steps/older-transport.ts'
import { signIn } from '../steps/sign-in.ts'
import { isSuccess } from '../steps/success.ts'
import { Footprints, hasEnded, type StopReason, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'

/**
 * Connectors and apps of ChatGPT: as OpenAI's documents and captures of others have it. It looks for metadata whether or not a challenge asks
 * for a token, and where there is none, it uses a server that lets it in.
 */
export const walkChatgpt: FamilyWalk = async (client, wire) => {
  const steps = new Footprints()
  const answer = await wire.first('post_initialize', { redirects: 'follow' })
  const unknown = whyUnknown(answer)
  if (unknown !== undefined) return steps.cannotTell('reach', unknown)
  steps.at(statusOf(answer) === undefined ? 'reach' : 'challenge', answer)
  if (statusOf(answer) === undefined) return steps.stop('reach', 'unreachable')
  const spoken = await orOlder(answer, wire, steps, fallsBack(client))
  if (hasEnded(spoken)) return spoken
  if (!isMcp(spoken)) return steps.stop('challenge', 'wrong_status')

  const walk = await signInAt(client, wire, hear(spoken), steps)
  const isLetIn = isSuccess(answer) && readReply(answer).kind === 'result'
  const isOpen = walk.end.kind === 'stops' && foundNothing.includes(walk.end.because) && isLetIn
  return isOpen ? steps.end({ kind: 'needs_no_sign_in' }) : inItsWords(walk, client, wire.target)
}

/** It signs in also where nobody asks it to, but not where there is nothing to talk to. */
function isMcp(answer: Exchange): boolean {
  const status = statusOf(answer) ?? 0
  return status < 500 && ![404, 405, 410].includes(status)
}

async function signInAt(
  client: ClientProfile,
  wire: Wire,
  challenge: HeardChallenge,
  steps: Footprints,
): Promise<Walk> {
  const discovered = await discover(client, wire, challenge, 'stops', steps)
  return hasEnded(discovered) ? discovered : signIn(client, wire, discovered, steps)
}

function inItsWords(walk: Walk, client: ClientProfile, typed: string): Walk {
  const { end } = walk
  if (end.kind !== 'stops') return walk
  const words =
    end.because === 'no_way_to_register'
      ? `The server ${new URL(typed).host} doesn't support RFC 7591 Dynamic Client Registration`
      : foundNothing.includes(end.because) && client.words?.authorization_server_metadata?.value
  return words ? { ...walk, end: { ...end, words } } : walk
}

const foundNothing: readonly StopReason[] = [
  'resource_metadata_not_found',
  'resource_metadata_unusable',
  'authorization_server_metadata_not_found',
  'authorization_server_metadata_unusable',
]
