import type { ClientMetadata } from '../../protocol/client-metadata.ts'
import type { ResolvedOptions } from '../config.ts'
import type { ClientRecord, RecentRegistrationRecord } from '../records.ts'
import type { Entry } from '../store.ts'
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

/** A registration that is asked for, and what is known of the same one. */
export interface RegistrationRequest {
  metadata: ClientMetadata
  hasSecret: boolean
  /** Absent where the client must not be shared. */
  same?: {
    /** A hash of all that two registrations have in common that are the same: what is registered, and under which initial access. */
    key: string
    recent: Entry<RecentRegistrationRecord> | undefined
  }
}

type Options = Pick<
  ResolvedOptions,
  'store' | 'now' | 'knownClients' | 'unusedClientLifetime' | 'registrationReplayWindow'
>

/** `by` says under which initial access it is asked for. */
export async function readRegistration(
  metadata: ClientMetadata,
  by: string,
  options: Options,
): Promise<RegistrationRequest> {
  const method = metadata.authenticationMethod
  const hasSecret = method.startsWith('client_secret_') || needsSecret(metadata, options.knownClients)
  if (method !== 'none' || hasSecret || windowOf(options) === 0) return { metadata, hasSecret }
  const key = await hashClientSecret(JSON.stringify([by, metadata])) // its fields always stand in the order in which they are parsed
  return { metadata, hasSecret, same: { key, recent: await options.store.get('recentRegistration', key) } }
}

/**
 * The client that the same registration gave a moment ago: clients register twice within seconds, and twice is as good as once. Only one that holds
 * no secret is given to whoever asks alike: its identifier is public, and its codes go to the same redirect URIs (docs/threat-model.md).
 * `undefined` where there is none, or it is gone.
 */
export async function repeatedRegistration(
  { same }: RegistrationRequest,
  { store }: Options,
): Promise<Registration | undefined> {
  if (same?.recent === undefined) return undefined
  const entry = await store.get('client', same.recent.value.clientId)
  return entry && { clientId: entry.id, client: entry.value, isRepeated: true }
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
  const { metadata, hasSecret, place } = request
  const secret = hasSecret ? randomText(32) : undefined
  const issuedAt = options.now()
  const client: ClientRecord = {
    ...metadata,
    issuedAt,
    ...(secret !== undefined && { secretHash: await hashClientSecret(secret) }),
  }
  const expiresAt = issuedAt + options.unusedClientLifetime
  for (let { same } = request; ; ) {
    const clientId = randomId()
    const written = await store.commit([
      { kind: 'client', id: clientId, version: 'absent', value: client, expiresAt },
      ...(await takePlace(clientId, { place, expiresAt, store })),
      ...(same === undefined
        ? []
        : [
            {
              kind: 'recentRegistration' as const,
              id: same.key,
              version: same.recent?.version ?? ('absent' as const),
              value: { clientId },
              expiresAt: issuedAt + windowOf(options),
            },
          ]),
    ])
    if (written) return { clientId, client, ...(secret !== undefined && { secret }) }
    if (same === undefined) continue
    same = { key: same.key, recent: await store.get('recentRegistration', same.key) }
    const repeated = await repeatedRegistration({ metadata, hasSecret, same }, options)
    if (repeated !== undefined) return repeated
  }
}

/** A client that nobody has consented to yet is shared while most of its time is before it. */
function windowOf({ registrationReplayWindow, unusedClientLifetime }: Options): number {
  return Math.min(registrationReplayWindow, Math.floor(unusedClientLifetime / 2))
}
