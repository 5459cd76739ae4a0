import { isDocumentIdentifier } from '../../protocol/client-document.ts'
import type { ResolvedOptions } from '../config.ts'
import type { AuthorizationServerKinds, ClientRecord } from '../records.ts'
import type { Change } from '../store.ts'
import { type ClientDocuments, createClientDocuments } from './client-documents.ts'

/** A client that is known here, however it came to be. */
export interface FoundClient {
  client: ClientRecord
  /** Somebody here has consented to it once, and it was registered here; or an operator made it. */
  isTrusted: boolean
}

/** The clients of an authorization server: static ones, registered ones, and those that a document describes. */
export interface Clients {
  /** Whether `find` answers without asking anybody elsewhere. */
  isAtHand(clientId: string): Promise<boolean>
  /**
   * `undefined` where nobody is registered under that identifier. `clientAddress`: who names it. Throws `OAuthError`: `invalid_client` where it is
   * the URL of a document that cannot stand, `temporarily_unavailable` where that cannot be fetched now.
   */
  find(clientId: string, clientAddress: string): Promise<FoundClient | undefined>
  /** What the commit of a consent changes beside the grant, so that the client is kept. `undefined` where it is not there any more. */
  keep(clientId: string): Promise<readonly Change<AuthorizationServerKinds>[] | undefined>
}

export function createClients(options: ResolvedOptions): Clients {
  const documents: ClientDocuments = createClientDocuments(options)
  return {
    async isAtHand(clientId) {
      return !isDocumentIdentifier(clientId) || (await documents.isAtHand(clientId))
    },
    async find(clientId, clientAddress) {
      const known = options.clients.get(clientId)
      if (known !== undefined) return { client: await known(), isTrusted: true }
      if (isDocumentIdentifier(clientId)) {
        const { metadata, fetchedAt } = await documents.read(clientId, clientAddress)
        return { client: { ...metadata, issuedAt: fetchedAt }, isTrusted: false }
      }
      const entry = await options.store.get('client', clientId)
      return entry && { client: entry.value, isTrusted: entry.expiresAt === undefined }
    },
    async keep(clientId) {
      if (options.clients.has(clientId)) return []
      if (isDocumentIdentifier(clientId)) return documents.keep(clientId)
      const entry = await options.store.get('client', clientId)
      if (entry?.expiresAt === undefined) return entry && []
      const { id, version, value } = entry
      return [{ kind: 'client', id, version, value, index: { state: 'kept' } }]
    },
  }
}
