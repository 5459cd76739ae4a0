import { deviceCodeGrantType } from '../../protocol/client-metadata.ts'
import type { TokenRefusal } from '../../protocol/events.ts'
import { requireParameter } from '../../protocol/parameters.ts'
import { consume, requireUnused } from '../clients/client-assertion.ts'
import type { ServerContext } from '../context.ts'
import { parseDeviceCode, verifyDeviceCode } from '../device/device-code.ts'
import type { DeviceRequestRecord } from '../records.ts'
import { endGrant } from '../revocation/end-grant.ts'
import { type ExtraClaims, extraClaims } from '../tokens/claims.ts'
import type { GrantType, Issued, TokenRequest } from './grant-type.ts'
import { redeemDeviceCode } from './redeem-device-code.ts'
import { signTokens } from './sign-tokens.ts'
import { requireSameTarget } from './target.ts'
import { TokenRefusedError } from './token-refused-error.ts'
import { isUnchanged } from './unchanged.ts'

/** The device code grant (RFC 8628 §3.4). */
export const deviceCode: GrantType = {
  name: deviceCodeGrantType,
  isOffered: ({ deviceAuthorization }) => deviceAuthorization !== undefined,

  async issue(request, context) {
    const presented = parseDeviceCode(requireParameter(request.parameters.single, 'device_code'))
    if (presented === undefined) throw invalidGrant('malformed_secret', 'The device code is malformed')
    const entry = await context.options.store.get('deviceRequest', presented.requestId)
    if (entry === undefined) throw expired()
    if (!(await verifyDeviceCode(presented, entry.value, context.derivedKeys)))
      throw invalidGrant('forged_secret', 'The device code is not valid')
    validate(entry.value, request, context)
    const { answer } = entry.value
    if (answer === undefined) throw await waiting(entry.id, context)
    if (answer.kind === 'denied') throw new TokenRefusedError('access_denied', 'denied', 'The request was denied')
    request.known.grantId = answer.grantId
    return redeem(answer.grantId, request, context)
  },
}

function validate(
  { clientId, resource }: DeviceRequestRecord,
  { client, parameters }: TokenRequest,
  { options }: ServerContext,
): void {
  if (clientId !== client.clientId) throw invalidGrant('wrong_client', 'The device code was issued to another client')
  if (!client.client.grantTypes.includes(deviceCodeGrantType))
    throw new TokenRefusedError(
      'unauthorized_client',
      'grant_type_not_allowed',
      'The client is not registered for this grant type',
    )
  requireSameTarget(parameters.resource, resource, options.resources)
}

/** One poll in each interval, less a second for what is late on the way, costs a read and a count, and nothing else. */
async function waiting(requestId: string, { options }: ServerContext): Promise<TokenRefusedError> {
  const interval = options.deviceAuthorization?.interval ?? 1
  const polls = await options.store.count(`poll ${requestId}`, Math.max(1, interval - 1))
  return polls > 1
    ? new TokenRefusedError('slow_down', 'polled_too_often', 'Wait five seconds longer between two polls')
    : new TokenRefusedError('authorization_pending', 'authorization_pending', 'Nobody has answered yet')
}

async function redeem(grantId: string, { client, known }: TokenRequest, context: ServerContext): Promise<Issued> {
  const { options, grantEnds } = context
  const { store, interaction } = options
  let claims: ExtraClaims | undefined
  for (;;) {
    const entry = await store.get('grant', grantId)
    if (entry === undefined) throw invalidGrant('unknown_or_expired_grant', 'What was allowed is not valid any more')
    const grant = entry.value
    if (interaction.isActive !== undefined && !(await interaction.isActive(grant.subject))) {
      await endGrant(grantId, 'subject_disabled', grantEnds)
      throw invalidGrant('subject_disabled', 'The account behind the grant cannot be used any more')
    }
    const now = options.now()
    const refreshable = client.client.grantTypes.includes('refresh_token')
    const redemption = redeemDeviceCode(grant, {
      now,
      accessTokenLifetime: options.accessTokenLifetime,
      refreshTokenLifetime: refreshable ? options.grantLifetime : 0,
      replayWindow: options.refreshReplayWindow,
    })
    if (redemption.kind === 'reuse') {
      await endGrant(grantId, 'device_code_reused', grantEnds)
      throw invalidGrant('device_code_reused', 'The device code was used before; the grant has been revoked')
    }
    const { subject, clientId, resource, scope } = grant
    // Claims and signatures are the last that can fail before the code is used up.
    claims ??= await extraClaims({ subject, clientId, resource, scope, grantId }, options)
    const isReplay = redemption.kind === 'replay'
    const issued = { grantId, grant: redemption.grant, scope, claims, isReplay, withRefreshToken: refreshable }
    const signed = await signTokens(issued, context)
    if (redemption.kind === 'first') {
      const { accessTokensUntil = now, refreshTokensUntil = now } = redemption.grant
      const written = await store.commit([
        {
          kind: 'grant',
          id: grantId,
          version: entry.version,
          value: redemption.grant,
          expiresAt: Math.max(refreshTokensUntil, accessTokensUntil),
          index: { subject, client: clientId },
        },
        ...client.consumption,
      ])
      if (!written) {
        await requireUnused(client.consumption, store)
        continue // somebody was quicker: read again, decide again
      }
    } else {
      const asked = [options.claims, options.signer, interaction.isActive]
      if (!(await isUnchanged(entry, asked, store))) continue // it ended, or moved on
      await consume(client.consumption, store)
    }
    known.grantId = grantId
    return { ...issued, signed }
  }
}

/** Of a code that never was, the same is said: there is nothing to learn by guessing. */
function expired(): TokenRefusedError {
  return new TokenRefusedError(
    'expired_token',
    'unknown_or_expired_device_code',
    'The device code has expired; begin again',
  )
}

function invalidGrant(reason: TokenRefusal, description: string): TokenRefusedError {
  return new TokenRefusedError('invalid_grant', reason, description)
}
