import { unverifiedSubject, verifyClientAssertion } from '../../jwt/verify-client-assertion.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import { printable } from '../../protocol/parameters.ts'
import type { ServerContext } from '../context.ts'
import type { AuthorizationServerKinds, ClientRecord } from '../records.ts'
import type { Change } from '../store.ts'
import { hashClientSecret } from './secret-hash.ts'

/** An assertion by which a client authenticates, not verified yet. */
export interface Assertion {
  /** Whom it says it is of. */
  clientId: string
  jwt: string
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The assertion of a request (RFC 7521 §4.2); `undefined` where there is none. Throws `OAuthError` where it is of another type, or names nobody. */
export function assertionIn(parameters: Parameters): Assertion | undefined {
  const jwt = parameters.get('client_assertion')
  const type = parameters.get('client_assertion_type')
  if (jwt === undefined) return undefined
  if (type !== assertionType)
    throw new OAuthError('invalid_client', `The only client assertions are of the type ${assertionType}`)
  const clientId = unverifiedSubject(jwt)
  if (clientId === undefined)
    throw new OAuthError('invalid_client', 'The client assertion is no JWT that names a client')
  return { clientId, jwt }
}

/** Where clients authenticate. */
const endpoints = ['token', 'revoke', 'introspect', 'par', 'device_authorization']

/** What a request consumes of what its client showed, in the commit that it ends in: what fails, and can be corrected, burns nothing (law 5). */
export type Consumption = readonly Change<AuthorizationServerKinds>[]

/** Verifies an assertion as of `at` (default: now), and that nobody has used it before; what makes it used is for the caller to commit. Throws `OAuthError`: `invalid_client`, or `temporarily_unavailable` without the keys. */
export async function checkAssertion(
  { clientId, jwt }: Assertion,
  client: ClientRecord,
  { options, clientKeys }: ServerContext,
  at = options.now(),
): Promise<Consumption> {
  if (client.keys === undefined || client.secretHash !== undefined)
    throw new OAuthError('invalid_client', 'The client is registered without keys')
  const { issuer, store } = options
  const base = issuer.replace(/\/$/, '')
  // An issuer is an origin with or without its slash (RFC 9126 §2 wants the first and the endpoints that a client may think of).
  const issuers = [base, `${base}/`]
  // Where the assertion alone is worth a token, a server that lies about its endpoints must not get one from the client (RFC 7523bis §4).
  const isWorthAll = options.privileges.has(clientId)
  const verdict = await verifyClientAssertion(jwt, {
    clientId,
    audiences: isWorthAll ? issuers : [...issuers, ...endpoints.map((endpoint) => `${base}/${endpoint}`)],
    keys: clientKeys(client.keys),
    now: at,
  })
  switch (verdict.kind) {
    case 'unavailable':
      options.onEvent({
        type: 'client_keys_failed',
        clientId,
        reason: 'unreadable',
        detail: messageOf(verdict.cause),
      })
      throw new OAuthError('temporarily_unavailable', 'The keys of the client cannot be had now', {
        cause: verdict.cause,
      })
    case 'invalid':
      throw new OAuthError(
        'invalid_client',
        `The client assertion is not valid: ${printable(verdict.detail.replaceAll('"', "'"))}`,
      )
    case 'valid': {
      const id = await hashClientSecret(JSON.stringify([clientId, verdict.jwtId]))
      const consumption: Consumption = [
        { kind: 'usedAssertion', id, version: 'absent', value: {}, expiresAt: verdict.expiresAt },
      ]
      await requireUnused(consumption, store)
      return consumption
    }
    default:
      return verdict satisfies never
  }
}

/** Throws `OAuthError` `invalid_client` where another request has consumed it. */
export async function requireUnused(consumption: Consumption, store: ServerContext['options']['store']): Promise<void> {
  for (const { kind, id } of consumption)
    if ((await store.get(kind, id)) !== undefined)
      throw new OAuthError('invalid_client', 'The client assertion was used before')
}

/** Consumes it where nothing else is written. Throws as `requireUnused` does. */
export async function consume(consumption: Consumption, store: ServerContext['options']['store']): Promise<void> {
  if (consumption.length > 0 && !(await store.commit(consumption))) await requireUnused(consumption, store)
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
