import { isDocumentIdentifier } from '@portcullis/auth/protocol'
import { type ConsentSummary, consentsOf } from './consents.ts'
import { type GrantSummary, type GrantsContext, grantsOfSubject } from './grants.ts'

/** A client that has access, as people are shown it: whose it is as far as that is known, and each connection of it. */
export interface ConnectedClient extends Pick<GrantSummary, 'clientId' | 'clientName' | 'identity'> {
  /** The host of the document that describes it; absent where none does. */
  host?: string
  /** Since when the oldest connection stands, in seconds since the epoch. */
  since: number
  /** When one of them was last used, in seconds since the epoch. */
  usedAt: number
  /** The one that was used last first. */
  connections: readonly GrantSummary[]
}

/** Those of one person, the client that was used last first. */
export async function connectionsOf(subject: string, context: GrantsContext): Promise<ConnectedClient[]> {
  return byClient(await grantsOfSubject(subject, context))
}

/** What is remembered of a person and belongs to no connection that stands: its client gets in again without a question. */
export async function consentsWithoutConnection(
  subject: string,
  connected: readonly ConnectedClient[],
  context: GrantsContext & { now: () => number },
): Promise<ConsentSummary[]> {
  const known = new Set(connected.map(({ clientId }) => clientId))
  return (await consentsOf(subject, context)).filter(({ clientId }) => !known.has(clientId))
}

function byClient(grants: readonly GrantSummary[]): ConnectedClient[] {
  const clients = Map.groupBy(
    grants.toSorted((a, b) => b.usedAt - a.usedAt),
    ({ clientId }) => clientId,
  )
  return [...clients].flatMap(([clientId, connections]) => {
    const [newest] = connections
    if (newest === undefined) return []
    return [
      {
        clientId,
        ...(newest.clientName !== undefined && { clientName: newest.clientName }),
        identity: (connections.find(({ identity }) => identity.imitates !== undefined) ?? newest).identity,
        ...(isDocumentIdentifier(clientId) && { host: new URL(clientId).host }),
        since: Math.min(...connections.map(({ issuedAt }) => issuedAt)),
        usedAt: newest.usedAt,
        connections,
      },
    ]
  })
}
