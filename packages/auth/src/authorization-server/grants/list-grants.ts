import { isDocumentIdentifier } from '../../protocol/client-document.ts'
import { redirectDestination } from '../../protocol/redirect-uri.ts'
import { type ClientIdentity, identifyClient } from '../clients/client-identity.ts'
import type { KnownClient } from '../clients/known-clients.ts'
import type { StaticClient } from '../clients/static-clients.ts'
import type { AuthorizationServerKinds, GrantRecord } from '../records.ts'
import type { Entry, Page, Store } from '../store.ts'

/** A grant as people are shown it: one client's access, whether or not its consent is remembered. */
export interface GrantSummary extends Pick<GrantRecord, 'clientId' | 'subject' | 'scope' | 'resource' | 'actor'> {
  grantId: string
  /** As the client calls itself, which proves nothing. Absent: it has no name, or nothing is kept of it. */
  clientName?: string
  /** How far it is known whose the client is, beyond that name. */
  identity: ClientIdentity
  /** Where its code was sent: a host, or the whole URI of a private-use scheme. Absent where there was none, as for a device. */
  destination?: string
  /**
   * How it came to be: `authorization_code`, `client_credentials`, or the URN of devices (RFC 8628), of identity assertions (RFC 7523) or of token
   * exchange (RFC 8693). What came of an exchange is of the grant of the token that was exchanged; this is the one under which a client exchanges.
   */
  grantType: string
  /** Seconds since the epoch. */
  issuedAt: number
  /** When it last gave a refresh token, or an access token where there are none; of a client that comes again and again, to the hour. Seconds since the epoch. */
  usedAt: number
}

export interface GrantListOptions {
  store: Store<AuthorizationServerKinds>
  /** Static clients, which are in no store, for their names. Default: none. */
  clients?: readonly Pick<StaticClient, 'clientId' | 'clientName'>[]
  /** By which it is known whose a client is. Default: nothing is. */
  knownClients?: readonly KnownClient[]
}

/**
 * The grants of one person, or of one client, in the order of their ids; codes that nobody has redeemed yet left out. A client that acts for itself
 * (client_credentials) is no person: its grants are found by the client. `page.after` is a grant id. Default: all of them.
 */
export async function listGrants(
  of: { subject: string } | { clientId: string },
  options: GrantListOptions,
  { after, limit = Number.POSITIVE_INFINITY }: Page = {},
): Promise<GrantSummary[]> {
  const clients = new Map(
    (options.clients ?? []).map(({ clientId, clientName: name }) => [clientId, { name, isOfOperator: true }]),
  )
  const found: GrantSummary[] = []
  for (let last = after; found.length < limit; ) {
    const page = await pageOf(of, options.store, last === undefined ? {} : { after: last })
    if (page.length === 0) break
    last = page.at(-1)?.id
    for (const { id, value } of page) {
      if (value.generation === 0 || found.length >= limit) continue
      const { clientId } = value
      const client = clients.get(clientId) ?? (await clientOf(clientId, options.store))
      clients.set(clientId, client)
      found.push(summaryOf(id, value, client, options.knownClients ?? []))
    }
  }
  return found
}

function pageOf(
  of: { subject: string } | { clientId: string },
  store: GrantListOptions['store'],
  page: Page,
): Promise<Entry<GrantRecord>[]> {
  return 'subject' in of
    ? store.list('grant', 'subject', of.subject, page)
    : store.list('grant', 'client', of.clientId, page)
}

interface ListedClient {
  name: string | undefined
  isOfOperator: boolean
}

async function clientOf(clientId: string, store: GrantListOptions['store']): Promise<ListedClient> {
  if (isDocumentIdentifier(clientId))
    return { name: (await store.get('clientDocument', clientId))?.value.metadata.clientName, isOfOperator: false }
  const client = (await store.get('client', clientId))?.value
  return { name: client?.clientName, isOfOperator: client?.isCreated === true }
}

function summaryOf(
  grantId: string,
  grant: GrantRecord,
  { name, isOfOperator }: ListedClient,
  knownClients: readonly KnownClient[],
): GrantSummary {
  const { clientId, subject, scope, resource, actor, redirectUri, issuedAt, rotatedAt } = grant
  return {
    grantId,
    clientId,
    ...(name !== undefined && { clientName: name }),
    identity: identifyClient({ clientId, name, redirectUri, isOfOperator }, knownClients),
    ...(redirectUri !== undefined && { destination: redirectDestination(redirectUri) }),
    subject,
    scope,
    resource,
    ...(actor !== undefined && { actor }),
    grantType: grant.grantType ?? 'authorization_code',
    issuedAt,
    usedAt: rotatedAt,
  }
}
