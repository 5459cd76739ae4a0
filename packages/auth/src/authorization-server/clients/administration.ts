import type { ClientMetadata } from '../../protocol/client-metadata.ts'
import { forgetConsentsUnder } from '../consents/forget-consents.ts'
import type { AuthorizationServerKinds, ClientRecord } from '../records.ts'
import { type EndGrantOptions, endGrantsOfClient } from '../revocation/end-grant.ts'
import type { Entry, Store } from '../store.ts'
import { randomId, randomText } from '../tokens/base64url.ts'
import { type ClientDescription, metadataOf } from './client-description.ts'
import { hashClientSecret } from './secret-hash.ts'
import { listUnusedClients } from './unused-clients.ts'

/** What the administration functions work on; a server may be running on the same store. */
export interface ClientAdministrationOptions {
  store: Store<AuthorizationServerKinds>
  /** The time, in seconds since the epoch. */
  now: () => number
}

/** A client in the store, as it is shown to operators: without the hash of its secret. */
export interface ClientSummary {
  clientId: string
  metadata: ClientMetadata
  /** `created` by an operator, or `registered` by itself. */
  origin: 'created' | 'registered'
  hasSecret: boolean
  /** Seconds since the epoch. */
  issuedAt: number
  /** When it goes unless somebody consents to it before; seconds since the epoch. Absent: it is kept. */
  expiresAt?: number
}

/**
 * Makes a client that need not register. Resolves to its secret too where its method is one of secrets, which is the default unless it has keys;
 * that is shown this once, and kept as a hash. Rejects with `TypeError` for a client that cannot stand.
 */
export async function createClient(
  description: ClientDescription,
  { store, now }: ClientAdministrationOptions,
): Promise<{ client: ClientSummary; clientSecret?: string }> {
  const usual = description.keys === undefined ? 'client_secret_basic' : 'private_key_jwt'
  const metadata = metadataOf({ authenticationMethod: usual, ...description }, 'the client')
  const clientSecret = metadata.authenticationMethod.startsWith('client_secret_') ? randomText(32) : undefined
  const value: ClientRecord = {
    ...metadata,
    issuedAt: now(),
    isCreated: true,
    ...(description.grantTypes !== undefined && { namesGrantTypes: true }),
    ...(clientSecret !== undefined && { secretHash: await hashClientSecret(clientSecret) }),
  }
  for (;;) {
    const id = randomId()
    if (await store.commit([{ kind: 'client', id, version: 'absent', value, index: { state: 'kept' } }]))
      return { client: summaryOf({ id, value }), ...(clientSecret !== undefined && { clientSecret }) }
  }
}

/** The clients that are kept: those that operators made, and those that somebody has consented to. `unused`: also those to whom nobody has yet. */
export async function listClients(
  { store }: Pick<ClientAdministrationOptions, 'store'>,
  { unused = false }: { unused?: boolean } = {},
): Promise<ClientSummary[]> {
  const found: ClientSummary[] = []
  const others = unused ? await listUnusedClients(store) : [] // before the kept ones, so that nobody is missed who becomes one meanwhile
  for (let after: string | undefined; ; ) {
    const page = await store.list('client', 'state', 'kept', after === undefined ? {} : { after })
    if (page.length === 0) break
    found.push(...page.map(summaryOf))
    after = page.at(-1)?.id
  }
  const kept = new Set(found.map(({ clientId }) => clientId))
  return [...found, ...others.filter(({ id }) => !kept.has(id)).map(summaryOf)]
}

/** `undefined` where there is none of that identifier in the store; static clients of the options are not there. */
export async function findClient(
  clientId: string,
  { store }: Pick<ClientAdministrationOptions, 'store'>,
): Promise<ClientSummary | undefined> {
  const entry = await store.get('client', clientId)
  return entry && summaryOf(entry)
}

/**
 * Gives a client another secret; the one before is worth nothing from then on. Its grants go on. `clientSecret` is shown this once.
 * `unknown`: there is no such client. `without_secret`: it has none to renew.
 */
export async function renewClientSecret(
  clientId: string,
  { store }: Pick<ClientAdministrationOptions, 'store'>,
): Promise<{ clientSecret: string } | 'unknown' | 'without_secret'> {
  const clientSecret = randomText(32)
  const secretHash = await hashClientSecret(clientSecret)
  for (;;) {
    const entry = await store.get('client', clientId)
    if (entry === undefined) return 'unknown'
    if (entry.value.secretHash === undefined) return 'without_secret'
    const { id, version, value, expiresAt } = entry
    const changed = { ...value, secretHash }
    const goes = expiresAt === undefined ? { index: { state: 'kept' } } : { expiresAt }
    const written = await store.commit([{ kind: 'client', id, version, value: changed, ...goes }])
    if (written) return { clientSecret }
  }
}

/**
 * Deletes a client, forgets what people allowed it, and ends its grants (law 14). Resolves to how many these were; `undefined` where there was
 * nothing of it. Where it is cut off, the client is gone already; asked again it does the rest, also of a client that is static, or that a document
 * describes.
 */
export async function deleteClient(clientId: string, options: EndGrantOptions): Promise<number | undefined> {
  const wasThere = await remove(clientId, options)
  const forgotten = await forgetConsentsUnder('client', clientId, options.store)
  const ended = await endGrantsOfClient(clientId, 'client_deleted', options)
  return wasThere || forgotten > 0 || ended > 0 ? ended : undefined
}

/** First, so that no grant begins behind those that are ended (`startGrant` looks again). */
async function remove(clientId: string, { store }: Pick<EndGrantOptions, 'store'>): Promise<boolean> {
  for (;;) {
    const entry = await store.get('client', clientId)
    if (entry === undefined) return false
    if (await store.commit([{ kind: 'client', id: clientId, version: entry.version, value: undefined }])) return true
  }
}

function summaryOf({ id, value, expiresAt }: Pick<Entry<ClientRecord>, 'id' | 'value' | 'expiresAt'>): ClientSummary {
  const { issuedAt, secretHash, isCreated, namesGrantTypes: _, ...metadata } = value
  return {
    clientId: id,
    metadata,
    origin: isCreated ? 'created' : 'registered',
    hasSecret: secretHash !== undefined,
    issuedAt,
    ...(expiresAt !== undefined && { expiresAt }),
  }
}
