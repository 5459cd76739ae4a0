import { requireUnused } from '../clients/client-assertion.ts'
import { notAllowed, privilegesOf } from '../clients/privileges.ts'
import type { GrantType } from './grant-type.ts'
import { standingGrant } from './standing-grant.ts'
import { chooseTarget, narrowToAllowed } from './target.ts'

/**
 * The client credentials grant (RFC 6749 §4.4): a client that acts for itself, and is its own subject (RFC 9068 §2.2). For those that the operator
 * names, for the resources and scopes that he names; without a refresh token (§4.4.3).
 */
export const clientCredentials: GrantType = {
  name: 'client_credentials',
  isOffered: ({ privileges }) => [...privileges.values()].some(({ clientCredentials }) => clientCredentials.size > 0),

  async issue({ parameters, client, known }, context) {
    const { options } = context
    const { clientId, consumption } = client
    const allowed = privilegesOf(client, context).clientCredentials
    if (allowed.size === 0) throw notAllowed('The client may not get tokens of its own')
    const { resource, identifier } = chooseTarget(parameters.resource, [...allowed.keys()])
    const ofResource = allowed.get(resource) ?? []
    const scope = narrowToAllowed(parameters.single.get('scope'), ofResource, resource.hierarchy)
    const issued = await standingGrant(
      {
        key: ['client_credentials', clientId, identifier],
        scope,
        says: { clientId, subject: clientId, scope: ofResource, resource: identifier, grantType: 'client_credentials' },
        keptFor: options.grantLifetime,
        isOfPerson: false,
        consumption,
        requireUnused: () => requireUnused(consumption, options.store),
      },
      context,
    )
    known.grantId = issued.grantId
    return issued
  },
}
