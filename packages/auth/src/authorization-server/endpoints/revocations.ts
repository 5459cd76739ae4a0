import { formatChallenge } from '../../protocol/challenge.ts'
import { requestRefused } from '../../protocol/request-refused.ts'
import { hashClientSecret, sameHash } from '../clients/secret-hash.ts'
import type { ServerContext } from '../context.ts'
import type { PlainRequest, PlainResponse } from '../plain-http.ts'
import { jsonResponse } from '../responses.ts'
import { readFeed } from '../revocation/feed.ts'

/** The revocation feed over HTTP, for resource servers elsewhere that show a secret of `revocationReaders` (law 14). */
export async function revocationsEndpoint(request: PlainRequest, { options }: ServerContext): Promise<PlainResponse> {
  const [, secret = ''] = /^bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  const presented = await hashClientSecret(secret)
  const known = await Promise.all(options.revocationReaders.map(hashClientSecret))
  if (!known.some((hash) => sameHash(hash, presented))) {
    const detail = 'The revocation feed wants the secret of a reader'
    const path = request.pathname
    options.onEvent(requestRefused({ method: request.method, path }, { status: 401, reason: 'unknown_reader', detail }))
    return jsonResponse({ error: 'invalid_token', error_description: detail }, 401).with({
      'www-authenticate': formatChallenge(secret === '' ? {} : { error: 'invalid_token' }),
    })
  }
  const presentedPosition = new URL(request.url).searchParams.get('position') ?? undefined
  const { issuer, ended, position, keysTakenBack } = await readFeed(options, presentedPosition)
  return jsonResponse({
    issuer,
    ended: ended.map(({ grantId, expiresAt }) => ({ grant_id: grantId, expires_at: expiresAt })),
    position,
    ...(keysTakenBack !== undefined && { keys_taken_back: keysTakenBack }),
  })
}
