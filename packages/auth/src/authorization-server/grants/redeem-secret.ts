import type { TokenRefusal } from '../../protocol/events.ts'
import { requireParameter } from '../../protocol/parameters.ts'
import { consume, requireUnused } from '../clients/client-assertion.ts'
import type { ServerContext } from '../context.ts'
import type { GrantRecord } from '../records.ts'
import { endGrant } from '../revocation/end-grant.ts'
import { type ExtraClaims, extraClaims } from '../tokens/claims.ts'
import type { Issued, TokenRequest } from './grant-type.ts'
import { redeem } from './redeem.ts'
import { parseSecret, verifySecret } from './secret.ts'
import type { SecretGrant } from './secret-grant.ts'
import { signTokens } from './sign-tokens.ts'
import { requireSameTarget } from './target.ts'
import { TokenRefusedError } from './token-refused-error.ts'
import { isUnchanged } from './unchanged.ts'

/**
 * Redeems a code or refresh token: verify what was presented, validate it whole, redeem in one commit. Nothing is consumed before everything is
 * validated (law 5). Throws `TokenRefusedError` or `OAuthError`.
 */
export async function redeemSecret(
  hooks: SecretGrant,
  { parameters, client, known }: TokenRequest,
  context: ServerContext,
): Promise<Issued> {
  const { options, derivedKeys } = context
  const presented = parseSecret(requireParameter(parameters.single, hooks.secretParameter))
  if (presented === undefined) throw invalidGrant('malformed_secret', `The ${nameOf(hooks)} is malformed`)
  if (presented.kind !== hooks.kind) throw invalidGrant('wrong_kind', `What was presented is no ${nameOf(hooks)}`)
  let claims: ExtraClaims | undefined
  for (;;) {
    const entry = await options.store.get('grant', presented.grantId)
    if (entry === undefined)
      throw invalidGrant('unknown_or_expired_grant', `The ${nameOf(hooks)} is not valid any more`)
    const grant = entry.value
    if (!(await verifySecret(presented, grant.seed, derivedKeys)))
      throw invalidGrant('forged_secret', `The ${nameOf(hooks)} is not valid`)
    known.grantId = presented.grantId
    if (grant.clientId !== client.clientId)
      throw invalidGrant('wrong_client', `The ${nameOf(hooks)} was issued to another client`)
    if (!client.client.grantTypes.includes(hooks.kind === 'code' ? 'authorization_code' : 'refresh_token'))
      throw new TokenRefusedError(
        'unauthorized_client',
        'refresh_not_allowed',
        'The client is not registered for this grant type',
      )
    requireSameTarget(parameters.resource, grant.resource, options.resources)
    await hooks.validate(grant, parameters.single)
    const scope = hooks.scope(grant, parameters.single)
    if (options.interaction.isActive !== undefined && !(await options.interaction.isActive(grant.subject))) {
      await endGrant(presented.grantId, 'subject_disabled', context.grantEnds)
      throw invalidGrant('subject_disabled', 'The account behind the grant cannot be used any more')
    }
    const now = options.now()
    const refreshable = client.client.grantTypes.includes('refresh_token')
    const redemption = redeem(grant, {
      generation: presented.generation,
      now,
      keyId: derivedKeys.currentId,
      accessTokenLifetime: options.accessTokenLifetime,
      refreshTokenLifetime: refreshable ? options.grantLifetime : 0,
      replayWindow: options.refreshReplayWindow,
    })
    if (redemption.kind === 'reuse') {
      await endGrant(presented.grantId, redemption.reason, context.grantEnds)
      throw invalidGrant(
        redemption.reason === 'code_reused' ? 'code_reused' : 'refresh_token_reused',
        reuseDescription[hooks.kind],
      )
    }
    if (redemption.kind === 'expired')
      throw invalidGrant('unknown_or_expired_grant', `The ${nameOf(hooks)} is not valid any more`)
    const { subject, clientId, resource } = grant
    // Claims and signatures are the last that can fail before what was presented is used up.
    claims ??= await extraClaims({ subject, clientId, resource, scope, grantId: presented.grantId }, options)
    const issued: Omit<Issued, 'signed'> = {
      grantId: presented.grantId,
      grant: redemption.grant,
      scope,
      claims,
      isReplay: redemption.kind === 'replay',
      withRefreshToken: refreshable,
      ...(scope.includes('openid') && { idToken: idTokenOf(hooks, grant) }),
    }
    const signed = await signTokens(issued, context)
    if (redemption.kind === 'rotate') {
      const { accessTokensUntil = now, refreshTokensUntil = now } = redemption.grant
      const moved = await options.store.commit([
        {
          kind: 'grant',
          id: entry.id,
          version: entry.version,
          value: redemption.grant,
          expiresAt: Math.max(refreshTokensUntil, accessTokensUntil),
          index: { subject: grant.subject, client: grant.clientId },
        },
        ...client.consumption,
      ])
      if (!moved) {
        await requireUnused(client.consumption, options.store)
        continue // somebody was quicker: read again, decide again
      }
    } else {
      const asked = [options.claims, options.signer, options.interaction.isActive]
      if (!(await isUnchanged(entry, asked, options.store))) continue // it ended, or moved on
      await consume(client.consumption, options.store)
    }
    return { ...issued, signed }
  }
}

/** The nonce is for the first ID token alone (OpenID Connect Core §12.2). */
function idTokenOf({ kind }: SecretGrant, { nonce }: GrantRecord): NonNullable<Issued['idToken']> {
  return kind === 'code' && nonce !== undefined ? { nonce } : {}
}

const reuseDescription = {
  code: 'The authorization code was used before; what was issued for it has been revoked',
  refresh: 'The refresh token was used before; the grant has been revoked',
}

function nameOf({ kind }: SecretGrant): string {
  return kind === 'code' ? 'authorization code' : 'refresh token'
}

function invalidGrant(reason: TokenRefusal, description: string): TokenRefusedError {
  return new TokenRefusedError('invalid_grant', reason, description)
}
