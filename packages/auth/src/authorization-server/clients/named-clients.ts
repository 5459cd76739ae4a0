import { isDocumentIdentifier } from '../../protocol/client-document.ts'
import type { ResolvedOptions } from '../config.ts'

type Options = Pick<
  ResolvedOptions,
  'privileges' | 'identityAssertionIssuers' | 'clients' | 'clientDocuments' | 'store' | 'onEvent'
>

function namedIn({ privileges, identityAssertionIssuers }: Pick<Options, 'privileges' | 'identityAssertionIssuers'>) {
  return new Set([...privileges.keys(), ...identityAssertionIssuers.flatMap(({ clients }) => clients)])
}

/** Throws `TypeError` where the operator names a client that can never be one here. */
export function requirePossible(options: Pick<Options, 'privileges' | 'identityAssertionIssuers' | 'clientDocuments'>) {
  const impossible = [...namedIn(options)].find(
    (clientId) => isDocumentIdentifier(clientId) && options.clientDocuments?.isHostAllowed(clientId) !== true,
  )
  if (impossible !== undefined)
    throw new TypeError(
      `"${impossible}", which "privileges" or "identityAssertionIssuers" names, is the URL of a client document: it needs "clientDocuments", with its host let in`,
    )
}

/** Tells of clients that the operator names and that are not there, or are public: a mistake in an identifier would say nothing but `invalid_client`. */
export async function tellOfUnknownClients(options: Options): Promise<void> {
  const { clients, store, onEvent } = options
  for (const clientId of namedIn(options)) {
    if (isDocumentIdentifier(clientId)) continue
    const client = (await clients.get(clientId)?.()) ?? (await store.get('client', clientId))?.value
    if (client === undefined) onEvent({ type: 'privileged_client_unknown', clientId, reason: 'unknown' })
    else if (client.authenticationMethod === 'none')
      onEvent({ type: 'privileged_client_unknown', clientId, reason: 'public' })
  }
}
