import { createLocalKeys } from '../../jwt/local-keys.ts'
import { signingAlgorithms } from '../../jwt/sign.ts'
import { type TokenVerdict, verifyAccessToken } from '../../jwt/verify-access-token.ts'
import type { ServerContext } from '../context.ts'
import { claimsOf } from './access-token.ts'
import { type PresentedToken, parseOpaqueToken, verifyOpaqueToken } from './opaque-token.ts'

type Context = Pick<ServerContext, 'options' | 'publishedKeys' | 'derivedKeys'>

/** Verifies an access token of either form as one of ours, for any of our resources. Whether its grant has ended is asked elsewhere. */
export async function verifyOwnAccessToken(token: string, context: Context): Promise<TokenVerdict> {
  const opaque = parseOpaqueToken(token)
  if (opaque !== undefined) return verifyOpaque(opaque, context)
  const { options, publishedKeys } = context
  const keys = createLocalKeys(await publishedKeys())
  return verifyAccessToken(token, {
    rulesOf: (issuer) =>
      issuer === options.issuer ? { issuer, algorithms: signingAlgorithms, tokenType: 'at+jwt', keys } : undefined,
    audiences: options.resources.flatMap(({ resource, alsoServedAt }) => [resource, ...alsoServedAt]),
    maxTokenAge: undefined,
    clockTolerance: 0,
    now: options.now,
  })
}

async function verifyOpaque(presented: PresentedToken, { options, derivedKeys }: Context): Promise<TokenVerdict> {
  const grant = await options.store.get('grant', presented.grantId)
  if (grant === undefined) return { kind: 'invalid', reason: 'revoked' } // without its seed nobody can say more
  const facts = await verifyOpaqueToken(presented, grant.value, derivedKeys)
  if (facts === undefined) return { kind: 'invalid', reason: 'bad_signature' }
  if (options.now() >= facts.expiresAt) return { kind: 'invalid', reason: 'expired' }
  const { issuer } = options
  return { kind: 'valid', issuer, audience: facts.resource, claims: { ...claimsOf(issuer, facts) } }
}
