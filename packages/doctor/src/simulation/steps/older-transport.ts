import type { ClientProfile } from '@portcullis/clients'
import type { Exchange } from '../../evidence/exchange.ts'
import { olderTransport } from '../../probes/older-transport.ts'
import { recorded } from '../alternatives.ts'
import type { Footprints, Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'

/**
 * The answer that a client goes on with after its first POST: where the server is of the transport of 2024-11-05 and the client falls back to it,
 * the challenge to its GET, or the end, since it is in.
 */
export async function orOlder(
  post: Exchange,
  wire: Wire,
  steps: Footprints,
  fallsBack: () => boolean,
): Promise<Exchange | Walk> {
  if (!mayBeOlder(post)) return post
  const get = await wire.first('get', { redirects: 'follow' })
  const older = olderTransport(post, get)
  if (older === undefined || !fallsBack()) return post
  steps.at('challenge', post, get)
  return older === 'open' ? steps.end({ kind: 'needs_no_sign_in' }) : get
}

/** As its profile says. */
export function fallsBack(client: ClientProfile): () => boolean {
  return () => recorded(client.challenge?.olderTransport, 'challenge.olderTransport') === 'falls_back'
}

/** Whether a server is of that transport, whoever asks. */
export async function isOfOlderTransport(wire: Wire): Promise<boolean> {
  const post = await wire.first('post_initialize')
  return mayBeOlder(post) && olderTransport(post, await wire.first('get', { redirects: 'follow' })) !== undefined
}

function mayBeOlder({ outcome }: Exchange): boolean {
  return outcome.kind === 'answer' && outcome.status >= 400 && outcome.status < 500 && outcome.status !== 401
}
