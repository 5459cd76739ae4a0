import type { JSONWebKeySet, KeySet } from '../jwt/key-set.ts'
import type { SigningAlgorithm, SigningKey } from '../jwt/sign.ts'
import type { ClientKeys } from '../protocol/client-metadata.ts'
import type { Clients } from './clients/clients.ts'
import type { UnusedClientPlaces } from './clients/unused-clients.ts'
import type { ResolvedOptions } from './config.ts'
import type { GrantType } from './grants/grant-type.ts'
import type { IdentityAssertionIssuer } from './grants/identity-assertion/issuers.ts'
import type { Limits } from './limits.ts'
import type { EndGrantOptions } from './revocation/end-grant.ts'
import type { DerivedKeys } from './tokens/derived-keys.ts'

/** What the host knows of a request beside the request itself. */
export interface RequestInfo {
  /** Who asks: what limits count by. */
  clientAddress: string
  /** Stands on error pages and in the event of what they show, so that an operator finds one by the other. */
  requestId: string
}

/** What the endpoints are given by the composition root. */
export interface ServerContext {
  options: ResolvedOptions
  clients: Clients
  /** Those that are offered, by name. */
  grantTypes: ReadonlyMap<string, GrantType>
  /** The keys that a client named. */
  clientKeys: (keys: ClientKeys) => KeySet
  /** The keys of an issuer of identity assertions. */
  issuerKeys: (issuer: IdentityAssertionIssuer) => KeySet
  derivedKeys: DerivedKeys
  /** The key that tokens are signed with now. */
  signingKey: () => Promise<SigningKey>
  /** The key set that is published now. */
  publishedKeys: () => Promise<JSONWebKeySet>
  /** What tokens are signed with now and will be soon. */
  signingAlgorithms: () => Promise<readonly SigningAlgorithm[]>
  limits: Limits
  unusedClientPlaces: UnusedClientPlaces
  grantEnds: EndGrantOptions
}
