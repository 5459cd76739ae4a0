import { isDocumentIdentifier } from '../../protocol/client-document.ts'
import { jwtBearerGrantType, type MachineGrantType, tokenExchangeGrantType } from '../../protocol/client-metadata.ts'
import type { ResolvedOptions } from '../config.ts'
import { mayUse } from './named-grant-types.ts'

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

/** The grant types that the operator gives it. */
function givenTo(clientId: string, { privileges, identityAssertionIssuers }: Options): readonly MachineGrantType[] {
  const of = privileges.get(clientId)
  return [
    ...(of !== undefined && of.clientCredentials.size > 0 ? ['client_credentials' as const] : []),
    ...(of?.tokenExchange === undefined ? [] : [tokenExchangeGrantType]),
    ...(identityAssertionIssuers.some(({ clients }) => clients.includes(clientId)) ? [jwtBearerGrantType] : []),
  ]
}

/**
 * Tells of clients that the operator names and that are not there, are public, or are made for other grant types than they are given: the client would
 * learn of it alone.
 */
export async function tellOfUnknownClients(options: Options): Promise<void> {
  const { clients, store, onEvent } = options
  for (const clientId of namedIn(options)) {
    if (isDocumentIdentifier(clientId)) continue
    const client = (await clients.get(clientId)?.()) ?? (await store.get('client', clientId))?.value
    if (client === undefined) onEvent({ type: 'privileged_client_unknown', clientId, reason: 'unknown' })
    else if (client.authenticationMethod === 'none')
      onEvent({ type: 'privileged_client_unknown', clientId, reason: 'public' })
    else if (!givenTo(clientId, options).every((grantType) => mayUse(client, grantType)))
      onEvent({ type: 'privileged_client_unknown', clientId, reason: 'lacks_grant_type' })
  }
}
