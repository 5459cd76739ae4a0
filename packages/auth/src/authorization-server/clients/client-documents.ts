import { isDocumentIdentifier, parseClientDocument, whyNotDocumentIdentifier } from '../../protocol/client-document.ts'
import type { ClientMetadata } from '../../protocol/client-metadata.ts'
import { freshnessOf } from '../../protocol/freshness.ts'
import { networkOf } from '../../protocol/network.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'
import type { DocumentFailure } from '../../protocol/refusals.ts'
import type { ResolvedOptions } from '../config.ts'
import type { AuthorizationServerKinds, ClientDocumentRecord } from '../records.ts'
import type { Change, Entry } from '../store.ts'
import { isBotChallenge } from './bot-challenge.ts'
import { bundledDocument, oldAfter, uselessAfter } from './bundled-documents.ts'
import type { FetchedDocument } from './document-fetch.ts'
import { takeDocumentPlace } from './document-places.ts'

/**
 * Clients whose identifier is the URL of a document (draft-ietf-oauth-client-id-metadata-document). What a document said is kept as HTTP says and,
 * where somebody has let its client in, for a week at the most while its host cannot be asked: an outage there signs nobody out here.
 */
export interface ClientDocuments {
  /** Whether nobody is asked at once: the document was read before, or such a client cannot be let in. */
  isAtHand(clientId: string): Promise<boolean>
  /**
   * The client that its document describes. Throws `OAuthError`: `invalid_client` where the identifier or the document cannot stand, or nobody
   * may come from there; `temporarily_unavailable` where the document cannot be fetched now, which says nothing of the client.
   */
  read(clientId: string, clientAddress: string): Promise<ReadDocument>
  /** What the commit of a consent changes, so that what the document said is kept for as long as that of a client that somebody has let in. */
  keep(clientId: string): Promise<Change<AuthorizationServerKinds>[]>
}

export interface ReadDocument {
  metadata: ClientMetadata
  /** Seconds since the epoch. */
  fetchedAt: number
}

const minute = 60
const day = 24 * 3600
const bounds = { shortest: minute, longest: day, usual: 3600 } // SEP-991: a day at the most
const staleFor = 7 * day
const pauseAfterFailure = 30
const mostFailures = 1000 // remembered
const mostFetches = 120 // a minute, for one network; a document is fresh for a minute at the least
const mostOfHost = 5 * mostFetches // so that nobody alone uses up what others need

type Options = Pick<ResolvedOptions, 'store' | 'clientDocuments' | 'now' | 'onEvent'>

export function createClientDocuments({ store, clientDocuments, now, onEvent }: Options): ClientDocuments {
  /** Many ask for a document in the moment in which it is read: one fetch is for all of them. */
  const reading = new Map<string, Promise<ReadDocument | 'limited'>>()
  /** An outage is not met anew by everybody who comes. */
  const failed = new Map<string, { at: number; standIn: StandIn }>()

  async function fetchAnew(
    clientId: string,
    clientAddress: string,
    kept: Entry<ClientDocumentRecord> | undefined,
  ): Promise<ReadDocument | 'limited'> {
    const answer = await fetchLimited(clientId, clientAddress)
    if (answer === 'limited') return answer
    if (answer.kind === 'answer' && answer.status === 200) {
      const metadata = await metadataOf(answer, clientId, kept)
      const freshUntil = now() + freshnessOf((name) => answer.header(name), bounds, now())
      const value = { metadata, fetchedAt: now(), freshUntil }
      await write(clientId, value, kept)
      return value
    }
    const why = whyFailed(answer)
    const standIn = standInFor(answer)
    if (standIn === 'nothing') {
      if (reasonOf(answer) !== 'refused') await forget(kept)
      throw new OAuthError('invalid_client', `The document that describes the application is not there: ${why}`)
    }
    failed.delete(clientId) // to the end of the map: the oldest goes first
    failed.set(clientId, { at: now(), standIn })
    const [oldest] = failed.keys()
    if (failed.size > mostFailures && oldest !== undefined) failed.delete(oldest)
    return instead(clientId, kept, { reason: reasonOf(answer), detail: why, standIn })
  }

  /** Anybody who is signed in may name any document: of what nobody has let in yet, little is kept, and not beyond its freshness. */
  async function write(
    clientId: string,
    value: ClientDocumentRecord,
    kept: Entry<ClientDocumentRecord> | undefined,
  ): Promise<void> {
    const among = (await isLetIn(clientId)) ? 'used' : 'unused'
    const expiresAt = among === 'used' ? staleUntil(value) : value.freshUntil
    const hasPlace = kept !== undefined && (among === 'unused' || kept.expiresAt === staleUntil(kept.value))
    for (;;) {
      const place = hasPlace ? [] : await takeDocumentPlace(clientId, expiresAt, { store, among, isLetIn })
      const version = kept?.version ?? 'absent'
      if (await store.commit([{ kind: 'clientDocument', id: clientId, version, value, expiresAt }, ...place])) return
      // Somebody else was quicker with this document, and has read the same; or with its place.
      if ((await store.get('clientDocument', clientId))?.version !== kept?.version) return
    }
  }

  async function isLetIn(clientId: string): Promise<boolean> {
    return (await store.list('grant', 'client', clientId, { limit: 1 })).length > 0
  }

  async function metadataOf(
    answer: Extract<FetchedDocument, { kind: 'answer' }>,
    clientId: string,
    kept: Entry<ClientDocumentRecord> | undefined,
  ): Promise<ClientMetadata> {
    try {
      requireJson(answer)
      return parseClientDocument(clientId, answer.text)
    } catch (error) {
      await forget(kept)
      throw error
    }
  }

  /** What a document said before stands in for a host that is silent, never for one that takes it back. */
  async function forget(kept: Entry<ClientDocumentRecord> | undefined): Promise<void> {
    if (kept === undefined) return
    await store.commit([{ kind: 'clientDocument', id: kept.id, version: kept.version, value: undefined }])
  }

  /** What there is without the document itself: what it said before, or what it said when this was released. */
  function instead(
    clientId: string,
    kept: Entry<ClientDocumentRecord> | undefined,
    { reason, detail, standIn }: { reason: DocumentFailure; detail: string; standIn: StandIn },
  ): ReadDocument {
    const tell = (served: 'kept' | 'bundled' | 'nothing', about: { isOld?: true } = {}) =>
      onEvent({ type: 'client_document_failed', clientId, reason, detail, served, ...about })
    if (kept !== undefined) {
      tell('kept')
      return kept.value
    }
    const isBundledGood = standIn === 'kept_or_bundled' && clientDocuments?.isBundled === true
    const bundled = isBundledGood ? bundledDocument(clientId) : undefined
    const age = bundled === undefined ? Number.POSITIVE_INFINITY : now() - bundled.readAt
    if (bundled !== undefined && age < uselessAfter) {
      tell('bundled', age < oldAfter ? {} : { isOld: true })
      return { metadata: bundled.metadata, fetchedAt: bundled.readAt }
    }
    tell('nothing')
    throw new OAuthError(
      'temporarily_unavailable',
      `The document that describes the application cannot be fetched from ${new URL(clientId).host}: ${detail}`,
    )
  }

  /** `limited` is about who asks, not about the document: it concerns nobody else, and nothing that was released with this stands in. */
  async function fetchLimited(clientId: string, clientAddress: string): Promise<FetchedDocument | 'limited'> {
    const { fetch } = clientDocuments ?? {}
    if (fetch === undefined) return { kind: 'failure', reason: 'refused', detail: 'no documents are taken here' }
    if ((await store.count(`client documents for ${networkOf(clientAddress)}`, minute)) > mostFetches) return 'limited'
    if ((await store.count(`client documents of ${new URL(clientId).host}`, minute)) > mostOfHost) return 'limited'
    return fetch(clientId)
  }

  return {
    async isAtHand(clientId) {
      if (whyNotAllowed(clientId, clientDocuments) !== undefined) return true
      return (await store.get('clientDocument', clientId)) !== undefined
    },
    async read(clientId, clientAddress) {
      const refusal = whyNotAllowed(clientId, clientDocuments)
      if (refusal !== undefined) throw new OAuthError('invalid_client', refusal)
      const kept = await store.get('clientDocument', clientId)
      if (kept !== undefined && now() < kept.value.freshUntil) return kept.value
      const lately = failed.get(clientId)
      if (lately !== undefined && Math.abs(now() - lately.at) < pauseAfterFailure) {
        const { standIn } = lately
        return instead(clientId, kept, {
          reason: 'failed_lately',
          detail: 'it could not be fetched a moment ago',
          standIn,
        })
      }
      for (;;) {
        const joined = reading.get(clientId)
        const mine = joined ?? fetchAnew(clientId, clientAddress, kept).finally(() => reading.delete(clientId))
        if (joined === undefined) reading.set(clientId, mine)
        const read = await mine
        if (read !== 'limited') return read
        if (joined === undefined)
          return instead(clientId, kept, { reason: 'rate_limited', detail: tooOften, standIn: 'kept' })
      }
    },
    async keep(clientId) {
      const kept = await store.get('clientDocument', clientId)
      if (kept === undefined) return [] // what was released with this stands in
      const { id, version, value } = kept
      const expiresAt = staleUntil(value)
      if (kept.expiresAt === expiresAt) return []
      const place = await takeDocumentPlace(clientId, expiresAt, { store, among: 'used', isLetIn })
      return [{ kind: 'clientDocument', id, version, value, expiresAt }, ...place]
    },
  }
}

/** Until when what a document said goes on where its client is let in, and its host cannot be asked. */
function staleUntil({ fetchedAt }: ReadDocument): number {
  return fetchedAt + staleFor
}

/** Why nobody is asked for the document of such a client; `undefined` where somebody may be. */
function whyNotAllowed(clientId: string, options: ResolvedOptions['clientDocuments']): string | undefined {
  if (options === undefined || !isDocumentIdentifier(clientId))
    return 'The application that sent you here is not registered with this server'
  const why = whyNotDocumentIdentifier(clientId)
  if (why !== undefined) return `The identifier of the application ${why}`
  if (!options.isHostAllowed(clientId)) return 'Applications from this host are not let in here'
  return undefined
}

/** What people may put on a host of others is seldom served as JSON (§4: `application/json`, or a type on `+json`). */
function requireJson({ header }: Extract<FetchedDocument, { kind: 'answer' }>): void {
  const type = header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (/^application\/(?:[a-z0-9!#$&^_.-]+\+)?json$/.test(type)) return
  throw new OAuthError(
    'invalid_client',
    'The document that describes the application is not served as application/json',
  )
}

/** What may stand in for a document that was not had: what it said before, what it said when this was released, or nothing at all. */
type StandIn = 'kept_or_bundled' | 'kept' | 'nothing'

/**
 * A host that is silent, that fails (5xx), or that something else answers for, says nothing of its document. One that refuses with a page for people, or
 * for now (429), may know us: what it said before goes on, but nobody vouches for what it never said here. Every other answer is the host's word (§5).
 */
function standInFor(answer: FetchedDocument): StandIn {
  if (answer.kind === 'failure')
    return answer.reason === 'refused' || answer.reason === 'too_long' ? 'nothing' : 'kept_or_bundled'
  const { status } = answer
  if (status === 404 || status === 410) return 'nothing'
  if (status >= 500 || isBotChallenge(answer)) return 'kept_or_bundled'
  const isPage = /^text\/html\b/i.test(answer.header('content-type') ?? '')
  return status === 429 || (status === 403 && isPage) ? 'kept' : 'nothing'
}

const tooOften = 'documents were asked for too often within a minute'

function reasonOf(answer: FetchedDocument): DocumentFailure {
  return answer.kind === 'failure' ? answer.reason : 'wrong_status'
}

function whyFailed(answer: FetchedDocument): string {
  return answer.kind === 'failure' ? answer.detail : `status ${answer.status}`
}
