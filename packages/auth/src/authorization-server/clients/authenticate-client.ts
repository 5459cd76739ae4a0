import { parseBasicCredentials } from '../../protocol/basic-credentials.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import { TokenRefusedError } from '../grants/token-refused-error.ts'
import type { AuthorizationServerKinds, ClientRecord } from '../records.ts'
import type { Store } from '../store.ts'
import { hashClientSecret, sameHash } from './secret-hash.ts'

/** A client that has shown what it registered to show. */
export interface AuthenticatedClient {
  clientId: string
  client: ClientRecord
}

interface Credentials {
  clientId: string
  secret: string | undefined
}

/**
 * Authenticates the client of a token or revocation request, by exactly one method (RFC 6749 §2.3, RFC 7591 §2).
 * Throws `OAuthError`: `invalid_request` where there are two methods or no client, `invalid_client` where it is unknown or its secret wrong.
 */
export async function authenticateClient(
  request: Request,
  parameters: Parameters,
  store: Store<AuthorizationServerKinds>,
): Promise<AuthenticatedClient> {
  const { clientId, secret } = credentialsOf(request.headers.get('authorization'), parameters)
  const entry = await store.get('client', clientId)
  if (entry === undefined)
    throw new TokenRefusedError('invalid_client', 'unknown_client', 'The client is not known here; register again')
  const { secretHash } = entry.value
  if (secretHash === undefined) {
    if (secret !== undefined) throw new OAuthError('invalid_client', 'The client is registered without a secret')
    return { clientId, client: entry.value }
  }
  if (secret === undefined) throw new OAuthError('invalid_client', 'The client must authenticate with its secret')
  if (!sameHash(await hashClientSecret(secret), secretHash))
    throw new OAuthError('invalid_client', 'The client secret is wrong')
  return { clientId, client: entry.value }
}

function credentialsOf(authorization: string | null, parameters: Parameters): Credentials {
  const named = parameters.get('client_id')
  const posted = parameters.get('client_secret')
  if (parameters.has('client_assertion'))
    throw new OAuthError('invalid_client', 'Client assertions are not accepted here')
  if (authorization === null) {
    if (named === undefined) throw new OAuthError('invalid_request', "The parameter 'client_id' is missing")
    return { clientId: named, secret: posted }
  }
  const basic = parseBasicCredentials(authorization)
  if (basic === undefined) throw new OAuthError('invalid_client', 'The Authorization header is no Basic credentials')
  if (posted !== undefined) throw new OAuthError('invalid_request', 'The client authenticates by two methods at once')
  if (named !== undefined && named !== basic.clientId)
    throw new OAuthError(
      'invalid_request',
      "The parameter 'client_id' names another client than the Authorization header",
    )
  return basic
}
