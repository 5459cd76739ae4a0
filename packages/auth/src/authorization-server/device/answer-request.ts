import { deviceCodeGrantType } from '../../protocol/client-metadata.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'
import type { ServerContext } from '../context.ts'
import type { SignedIn } from '../interaction/interaction.ts'
import type { DeviceRequestRecord, GrantRecord } from '../records.ts'
import { endGrant } from '../revocation/end-grant.ts'
import type { Entry } from '../store.ts'
import { randomId, randomText } from '../tokens/base64url.ts'

/** A client that polls at the last moment still finds what the person allowed, seconds. */
const timeToFetch = 60

/**
 * Allows a request: writes its grant, at generation 1, since there is no code of generation 0, and what its client polls finds it. A client that
 * was registered is kept from now on. Resolves to the id of the grant; `undefined` where the request was answered, or is over. Throws `OAuthError`
 * `unauthorized_client` where the client expired, or was deleted, while the person decided.
 */
export async function allowRequest(
  request: Entry<DeviceRequestRecord>,
  signedIn: SignedIn,
  context: ServerContext,
): Promise<string | undefined> {
  for (;;) {
    const grantId = await tryToAllow(request, signedIn, context)
    if (grantId !== undefined) return grantId
    // The client may have changed instead, since somebody else consented to it at this moment.
    const { version } = (await context.options.store.get('deviceRequest', request.id)) ?? {}
    if (version !== request.version) return undefined
  }
}

/** Denies a request. Resolves to whether it was still waiting. */
export function denyRequest(
  { id, version, value }: Entry<DeviceRequestRecord>,
  { options: { store } }: ServerContext,
): Promise<boolean> {
  const { expiresAt } = value
  return store.commit([
    { kind: 'deviceRequest', id, version, value: { ...value, answer: { kind: 'denied' } }, expiresAt },
  ])
}

async function tryToAllow(
  { id, version, value }: Entry<DeviceRequestRecord>,
  { subject, authTime, displayName }: SignedIn,
  { options, derivedKeys, clients, grantEnds }: ServerContext,
): Promise<string | undefined> {
  const { store } = options
  const { clientId, resource, scope } = value
  const kept = await clients.keep(clientId)
  if (kept === undefined) throw gone()
  const now = options.now()
  const grantId = randomId()
  const grant: GrantRecord = {
    clientId,
    subject,
    ...(displayName !== undefined && { displayName }),
    scope,
    resource,
    grantType: deviceCodeGrantType,
    authTime,
    issuedAt: now,
    generation: 1,
    rotatedAt: now,
    keyId: derivedKeys.currentId,
    seed: randomText(16),
  }
  const expiresAt = Math.max(value.expiresAt, now + timeToFetch)
  const written = await store.commit([
    { kind: 'grant', id: grantId, version: 'absent', value: grant, expiresAt, index: { subject, client: clientId } },
    { kind: 'deviceRequest', id, version, value: { ...value, answer: { kind: 'allowed', grantId } }, expiresAt },
    ...kept,
  ])
  if (!written) return undefined
  // Whoever deleted the client a moment ago may have looked for its grants before this one was there.
  if ((await clients.keep(clientId)) === undefined) {
    await endGrant(grantId, 'client_deleted', grantEnds)
    throw gone()
  }
  return grantId
}

function gone(): OAuthError {
  return new OAuthError('unauthorized_client', 'The client is not registered any more')
}
