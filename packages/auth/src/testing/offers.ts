import type { AuthorizationServerOptions } from '../authorization-server/config.ts'
import type { Fault } from './faults.ts'

/** Faults that are played by a server which really has not what they take away, so that metadata and endpoints agree (law 13). */
const offerFaults: readonly Fault[] = ['no_client_documents', 'no_par', 'no_device', 'no_client_credentials']

/** Those of the faults that take an offer away. */
export function missingOffers(faults: ReadonlySet<Fault>): readonly Fault[] {
  return offerFaults.filter((fault) => faults.has(fault))
}

/** The same options for a server without what these faults take away. */
export function withoutOffers(
  options: Omit<AuthorizationServerOptions, 'secrets'>,
  missing: readonly Fault[],
): Omit<AuthorizationServerOptions, 'secrets'> {
  const { clientDocuments, pushedRequests, deviceAuthorization, privileges = {}, ...rest } = options
  return {
    ...rest,
    ...(!missing.includes('no_client_documents') && clientDocuments !== undefined && { clientDocuments }),
    ...(!missing.includes('no_par') && pushedRequests !== undefined && { pushedRequests }),
    ...(!missing.includes('no_device') && deviceAuthorization !== undefined && { deviceAuthorization }),
    privileges: missing.includes('no_client_credentials') ? introspectionAlone(privileges) : privileges,
  }
}

type Privileges = NonNullable<AuthorizationServerOptions['privileges']>

function introspectionAlone(privileges: Privileges): Privileges {
  return Object.fromEntries(
    Object.entries(privileges).map(([clientId, { introspection = [] }]) => [clientId, { introspection }]),
  )
}
