import { isDocumentIdentifier } from '../../protocol/client-document.ts'
import { provesIdentity, redirectDestination } from '../../protocol/redirect-uri.ts'
import type { KnownClient } from './known-clients.ts'
import { mixesAlphabets, readsLike } from './look-alike.ts'

/** How far it is known whose a client is, beside the name that it goes by. */
export interface ClientIdentity {
  /** Who says what it is: whoever runs the server; the document at a URL, whose host that proves; or nobody but the client. */
  by: 'operator' | 'document' | 'itself'
  /** Whose it is, where the host of its document is known (`knownClients`), or else the host that proves where its answers go. */
  vendor?: string
  /**
   * Its name reads like one of another vendor's clients, while `place`, where its document stands or its answers go, is not known to be that
   * vendor's. Never said of what the operator named, nor where nothing proves who gets the answer.
   */
  imitates?: { name: string; vendor: string; place: string }
  /** Letters of several alphabets that look alike stand in one word of its name. */
  mixesAlphabets?: true
}

/** A client, as far as it says something of whose it is. */
export interface IdentifiedClient {
  clientId: string
  name?: string | undefined
  /** Absent for a client on a device. */
  redirectUri?: string | undefined
  /** It stands in the options, or an operator made it. */
  isOfOperator: boolean
}

/** How far it is known whose a client is. */
export function identifyClient(
  { clientId, name, redirectUri, isOfOperator }: IdentifiedClient,
  knownClients: readonly KnownClient[],
): ClientIdentity {
  const document = isDocumentIdentifier(clientId) ? new URL(clientId).host : undefined
  const destination =
    redirectUri !== undefined && provesIdentity(redirectUri) ? redirectDestination(redirectUri) : undefined
  const ofDocument = document === undefined ? undefined : vendorAt(document, 'documentHosts', knownClients)
  const ofDestination = destination === undefined ? undefined : vendorAt(destination, 'redirectHosts', knownClients)
  const vendor = document === undefined ? ofDestination : ofDocument
  const place = document ?? destination
  const imitates =
    name === undefined || place === undefined || isOfOperator
      ? undefined
      : imitatedBy(name, { place, vendor }, knownClients)
  return {
    by: isOfOperator ? 'operator' : document === undefined ? 'itself' : 'document',
    ...(vendor !== undefined && { vendor }),
    ...(imitates !== undefined && { imitates }),
    ...(name !== undefined && !isOfOperator && mixesAlphabets(name) && { mixesAlphabets: true }),
  }
}

/** Whose a host is known to be. */
function vendorAt(
  host: string,
  list: 'documentHosts' | 'redirectHosts',
  knownClients: readonly KnownClient[],
): string | undefined {
  return knownClients.find((known) => known[list]?.includes(host))?.vendor
}

/** Of vendors of whom no host is known nobody can say that a place is not theirs. */
function imitatedBy(
  name: string,
  { place, vendor: own }: { place: string; vendor: string | undefined },
  knownClients: readonly KnownClient[],
): ClientIdentity['imitates'] {
  const placed = new Set(
    knownClients.flatMap(({ vendor, redirectHosts, documentHosts = [] }) =>
      redirectHosts.length + documentHosts.length > 0 ? [vendor] : [],
    ),
  )
  const read = knownClients
    .filter(({ vendor }) => placed.has(vendor))
    .flatMap(({ vendor, names = [] }) => names.map((known) => ({ name: known, vendor })))
    .filter((known) => readsLike(name, known.name))
  // A name of one's own may have another's in it, as that of an editor's extension.
  if (read.length === 0 || read.some(({ vendor }) => vendor === own)) return undefined
  const [longest] = read.toSorted((a, b) => b.name.length - a.name.length)
  return longest && { ...longest, place }
}
