import type { ClientMetadata } from '../../protocol/client-metadata.ts'
import type { ResolvedOptions } from '../config.ts'
import type { ClientRecord } from '../records.ts'
import { randomId, randomText } from '../tokens/base64url.ts'
import { needsSecret } from './known-clients.ts'
import { hashClientSecret } from './secret-hash.ts'
import { takePlace } from './unused-clients.ts'

/** A client as it stands in the answer to its registration. */
export interface Registration {
  clientId: string
  client: ClientRecord
  /** Shown once. */
  secret?: string
  /** Somebody registered it a moment ago. */
  isRepeated?: true
}

/** What is registered, and by whom as far as that counts: the `by` of its initial access. */
export interface RegistrationRequest {
  metadata: ClientMetadata
  by: string
}

type Options = Pick<
  ResolvedOptions,
  'store' | 'now' | 'knownClients' | 'unusedClientLifetime' | 'registrationReplayWindow'
>

/**
 * The client that the same registration gave a moment ago: clients register twice within seconds, and twice is as good as once. Only one that holds
 * no secret is given to whoever asks alike: its identifier is public, and its codes go to the same redirect URIs (docs/threat-model.md).
 * `undefined` where there is none, or it is gone.
 */
export async function repeatedRegistration(
  request: RegistrationRequest,
  options: Options,
): Promise<Registration | undefined> {
  const key = await keyOf(request, options)
  const recent = key === undefined ? undefined : await options.store.get('recentRegistration', key)
  return recent && registrationOf(recent.value.clientId, options)
}

/**
 * Registers a client. Anybody may: what nobody consents to goes again (`startGrant` keeps the others), so that the store does not fill up. Of those
 * who register the same at the same time one does, and the others get its client: they have not used their `place`.
 */
export async function registerClient(
  request: RegistrationRequest & { place: number },
  options: Options,
): Promise<Registration> {
  const { store } = options
  const secret = hasSecret(request.metadata, options) ? randomText(32) : undefined
  const key = await keyOf(request, options)
  const issuedAt = options.now()
  const value: ClientRecord = {
    ...request.metadata,
    issuedAt,
    ...(secret !== undefined && { secretHash: await hashClientSecret(secret) }),
  }
  const expiresAt = issuedAt + options.unusedClientLifetime
  for (;;) {
    const recent = key === undefined ? undefined : await store.get('recentRegistration', key)
    const same = recent && (await registrationOf(recent.value.clientId, options))
    if (same !== undefined) return same
    const clientId = randomId()
    const taking = await takePlace(clientId, { place: request.place, expiresAt, store })
    const written = await store.commit([
      { kind: 'client', id: clientId, version: 'absent', value, expiresAt, index: { state: 'unused' } },
      ...taking,
      ...(key === undefined
        ? []
        : [
            {
              kind: 'recentRegistration' as const,
              id: key,
              version: recent?.version ?? ('absent' as const),
              value: { clientId },
              expiresAt: issuedAt + windowOf(options),
            },
          ]),
    ])
    if (written) return { clientId, client: value, ...(secret !== undefined && { secret }) }
  }
}

function hasSecret(metadata: ClientMetadata, { knownClients }: Options): boolean {
  return metadata.authenticationMethod.startsWith('client_secret_') || needsSecret(metadata, knownClients)
}

async function registrationOf(clientId: string, { store }: Options): Promise<Registration | undefined> {
  const entry = await store.get('client', clientId)
  return entry && { clientId, client: entry.value, isRepeated: true }
}

/** What two registrations have in common that are the same. None where a client must not be shared. */
async function keyOf({ metadata, by }: RegistrationRequest, options: Options): Promise<string | undefined> {
  if (metadata.authenticationMethod !== 'none' || hasSecret(metadata, options) || windowOf(options) === 0)
    return undefined
  return hashClientSecret(JSON.stringify([by, Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1))]))
}

/** A client that nobody has consented to yet is shared while most of its time is before it. */
function windowOf({ registrationReplayWindow, unusedClientLifetime }: Options): number {
  return Math.min(registrationReplayWindow, Math.floor(unusedClientLifetime / 2))
}
