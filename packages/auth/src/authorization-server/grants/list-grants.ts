import { isDocumentIdentifier } from '../../protocol/client-document.ts'
import type { StaticClient } from '../clients/static-clients.ts'
import type { AuthorizationServerKinds, GrantRecord } from '../records.ts'
import type { Entry, Page, Store } from '../store.ts'

/** A grant as people are shown it: one client's access, whether or not its consent is remembered. */
export interface GrantSummary extends Pick<GrantRecord, 'clientId' | 'subject' | 'scope' | 'resource' | 'actor'> {
  grantId: string
  /** As the client calls itself, which proves nothing. Absent: it has no name, or nothing is kept of it. */
  clientName?: string
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
  const names = new Map((options.clients ?? []).map(({ clientId, clientName }) => [clientId, clientName]))
  const found: GrantSummary[] = []
  for (let last = after; found.length < limit; ) {
    const page = await pageOf(of, options.store, last === undefined ? {} : { after: last })
    if (page.length === 0) break
    last = page.at(-1)?.id
    for (const { id, value } of page) {
      if (value.generation === 0 || found.length >= limit) continue
      const { clientId } = value
      if (!names.has(clientId)) names.set(clientId, await clientNameOf(clientId, options.store))
      found.push(summaryOf(id, value, names.get(clientId)))
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

async function clientNameOf(clientId: string, store: GrantListOptions['store']): Promise<string | undefined> {
  if (isDocumentIdentifier(clientId)) return (await store.get('clientDocument', clientId))?.value.metadata.clientName
  return (await store.get('client', clientId))?.value.clientName
}

function summaryOf(grantId: string, grant: GrantRecord, clientName: string | undefined): GrantSummary {
  const { clientId, subject, scope, resource, actor, grantType = 'authorization_code', issuedAt, rotatedAt } = grant
  return {
    grantId,
    clientId,
    ...(clientName !== undefined && { clientName }),
    subject,
    scope,
    resource,
    ...(actor !== undefined && { actor }),
    grantType,
    issuedAt,
    usedAt: rotatedAt,
  }
}
