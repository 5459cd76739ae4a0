import { createLocalKeys } from '../../jwt/local-keys.ts'
import { verifyIdTokenHint } from '../../jwt/verify-id-token-hint.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import type { ServerContext } from '../context.ts'
import { AuthorizationRefusedError } from '../interaction/authorization-refused-error.ts'

/**
 * Whom the client expects to be signed in (`id_token_hint`, OpenID Connect Core §3.1.2.1): nobody else may be answered for (§3.1.2.2). `undefined`
 * where it names nobody. Throws `AuthorizationRefusedError` `invalid_request` where the hint is no ID token of ours for this client.
 */
export async function hintedSubject(
  single: Parameters,
  clientId: string,
  { options: { issuer }, publishedKeys }: Pick<ServerContext, 'options' | 'publishedKeys'>,
): Promise<string | undefined> {
  const hint = single.get('id_token_hint')
  if (hint === undefined) return undefined
  const keys = createLocalKeys(await publishedKeys())
  const subject = await verifyIdTokenHint(hint, { issuer, clientId, keys })
  if (subject !== undefined) return subject
  throw new AuthorizationRefusedError(
    'invalid_request',
    'wrong_id_token_hint',
    "The parameter 'id_token_hint' is no ID token that this server issued to this client, or its key is published no more",
  )
}
