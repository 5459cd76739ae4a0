import { hashClientSecret, sameHash } from '../clients/secret-hash.ts'
import type { ServerContext } from '../context.ts'
import { jsonResponse, methodNotAllowed } from '../responses.ts'
import { readFeed } from '../revocation/feed.ts'

/** The revocation feed over HTTP, for resource servers elsewhere that show a secret of `revocationReaders` (law 14). */
export async function revocationsEndpoint(request: Request, { options }: ServerContext): Promise<Response> {
  if (request.method !== 'GET') return methodNotAllowed('GET')
  const [, secret = ''] = /^bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  const presented = await hashClientSecret(secret)
  const known = await Promise.all(options.revocationReaders.map(hashClientSecret))
  if (!known.some((hash) => sameHash(hash, presented))) {
    const response = jsonResponse(
      { error: 'invalid_token', error_description: 'The revocation feed wants the secret of a reader' },
      401,
    )
    response.headers.set('www-authenticate', 'Bearer')
    return response
  }
  const { ended, position } = await readFeed(
    options.store,
    new URL(request.url).searchParams.get('position') ?? undefined,
  )
  return jsonResponse({
    ended: ended.map(({ grantId, expiresAt }) => ({ grant_id: grantId, expires_at: expiresAt })),
    position,
  })
}
