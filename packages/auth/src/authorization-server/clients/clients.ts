import { isDocumentIdentifier } from '../../protocol/client-document.ts'
import type { ResolvedOptions } from '../config.ts'
import type { ClientRecord } from '../records.ts'
import { type ClientDocuments, createClientDocuments } from './client-documents.ts'

/** A client that is known, however it came to be. */
export interface KnownClient {
  client: ClientRecord
  /** Somebody here has consented to it once, and it was registered here. */
  isTrusted: boolean
}

/** The clients of an authorization server: registered ones, and those that a document describes. */
export interface Clients {
  /** Whether `find` answers without asking anybody elsewhere. */
  isAtHand(clientId: string): Promise<boolean>
  /**
   * `undefined` where nobody is registered under that identifier. `clientAddress`: who names it. Throws `OAuthError`: `invalid_client` where it is
   * the URL of a document that cannot stand, `temporarily_unavailable` where that cannot be fetched now.
   */
  find(clientId: string, clientAddress: string): Promise<KnownClient | undefined>
}

export function createClients(options: ResolvedOptions): Clients {
  const documents: ClientDocuments = createClientDocuments(options)
  return {
    async isAtHand(clientId) {
      return !isDocumentIdentifier(clientId) || (await documents.isAtHand(clientId))
    },
    async find(clientId, clientAddress) {
      if (isDocumentIdentifier(clientId)) {
        const { metadata, fetchedAt } = await documents.read(clientId, clientAddress)
        return { client: { ...metadata, issuedAt: fetchedAt }, isTrusted: false }
      }
      const entry = await options.store.get('client', clientId)
      return entry && { client: entry.value, isTrusted: entry.expiresAt === undefined }
    },
  }
}
