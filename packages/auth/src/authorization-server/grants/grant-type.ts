import type { Actor } from '../../protocol/actor.ts'
import type { RequestParameters } from '../../protocol/parameters.ts'
import type { AuthenticatedClient } from '../clients/authenticate-client.ts'
import type { ResolvedOptions } from '../config.ts'
import type { ServerContext } from '../context.ts'
import type { GrantRecord } from '../records.ts'
import type { ExtraClaims } from '../tokens/claims.ts'
import type { SignedTokens } from './sign-tokens.ts'

/** A token request (RFC 6749 §3.2) whose client is authenticated, and whose rest nobody has looked at yet. */
export interface TokenRequest {
  parameters: RequestParameters
  client: AuthenticatedClient
  /** What the event of a refusal tells; a grant type adds the grant once it is proved. */
  known: { clientId?: string; grantId?: string }
}

/** An access token of a grant for another resource, got by the client that the grant's own access token was presented to (RFC 8693). */
export interface ExchangedToken {
  clientId: string
  resource: string
  actor: Actor
  /** When the token ends that it was exchanged for, in seconds since the epoch: it lives no longer. */
  expiresAt: number
  /** The grants of the clients that exchanged it, this one and those before (law 14). */
  under: readonly string[]
}

/** What a token request comes to; it is committed. */
export interface Issued {
  grantId: string
  grant: GrantRecord
  /** Of the access token. */
  scope: readonly string[]
  /** Claims of the host, asked for before anything was consumed (law 5). */
  claims: ExtraClaims
  /** The answer was given before, and this is the same again. */
  isReplay: boolean
  /** The client gets the newest refresh token of the grant too. */
  withRefreshToken: boolean
  /** The client gets an ID token too, bound to its nonce where it gave one. Default: none. */
  idToken?: { nonce?: string }
  /** Where the access token is for another client and resource than the grant: what a token exchange gives. */
  exchanged?: ExchangedToken
  /** Its tokens, signed before anything was used up (law 5): the key may be elsewhere and out of reach. */
  signed: SignedTokens
}

/**
 * A grant type of the token endpoint. It validates everything before it consumes anything (law 5), and what its client showed
 * (`client.consumption`) in the commit that it ends in. Throws `OAuthError` or `TokenRefusedError`.
 */
export interface GrantType {
  /** Value of `grant_type`, and in `grant_types_supported`. */
  name: string
  isOffered(options: ResolvedOptions): boolean
  issue(request: TokenRequest, context: ServerContext): Promise<Issued>
}
