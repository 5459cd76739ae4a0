import { parseBasicCredentials } from '../../protocol/basic-credentials.ts'
import { isDocumentIdentifier } from '../../protocol/client-document.ts'
import { tokenExchangeGrantType } from '../../protocol/client-metadata.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import type { ServerContext } from '../context.ts'
import { TokenRefusedError } from '../grants/token-refused-error.ts'
import type { PlainRequest } from '../plain-http.ts'
import type { ClientRecord } from '../records.ts'
import { type Assertion, assertionIn, type Consumption, checkAssertion } from './client-assertion.ts'
import type { FoundClient } from './clients.ts'
import { notAllowed } from './privileges.ts'
import { hashClientSecret, sameHash } from './secret-hash.ts'

/** A client that has shown what it registered to show. */
export interface AuthenticatedClient {
  clientId: string
  client: ClientRecord
  /** It proved by a secret or a key that it is who it says, and always has to. */
  isConfidential: boolean
  consumption: Consumption
}

/** What a request shows, by one method at the most. */
type Credentials =
  | { kind: 'none'; clientId: string }
  | { kind: 'secret'; clientId: string; secret: string }
  | ({ kind: 'assertion' } & Assertion)

/**
 * Authenticates the client of a token or revocation request, by exactly one method (RFC 6749 §2.3, RFC 7591 §2, RFC 7523 §2.2).
 * Throws `OAuthError`: `invalid_request` where there are two methods, `invalid_client` where nobody is named, or it is unknown or does not show what it
 * must (RFC 6749 §5.2), `unauthorized_client` or `invalid_grant` where it would have to be asked elsewhere and nobody has let it in, `temporarily_unavailable` where what describes it, or its keys, cannot be fetched now.
 */
export async function authenticateClient(
  request: Pick<PlainRequest, 'headers'>,
  parameters: Parameters,
  context: ServerContext,
  clientAddress: string,
): Promise<AuthenticatedClient> {
  const credentials = credentialsOf(request.headers.get('authorization'), parameters)
  const { clientId } = credentials
  const requireLetIn = () => requireGrant(clientId, parameters.get('grant_type'), context)
  if (!(await context.clients.isAtHand(clientId))) await requireLetIn()
  const known = await context.clients.find(clientId, clientAddress)
  if (known === undefined)
    throw new TokenRefusedError('invalid_client', 'unknown_client', 'The client is not known here; register again')
  if (credentials.kind === 'assertion') await requireLetIn()
  const consumption = await check(credentials, known.client, context)
  const isConfidential = known.client.authenticationMethod !== 'none' // `check` has refused it otherwise
  if (isConfidential) await keepNamed(clientId, known, context)
  return { clientId, client: known.client, isConfidential, consumption }
}

/** What a request shows that must not be looked at yet. */
export interface ClaimedClient {
  clientId: string
  assertion?: string
}

/**
 * What a request shows, where `authenticateClient` would refuse it because nobody has let that client in: a document that is not at hand, or an
 * assertion; `undefined` where it can be asked at once. Throws `OAuthError` as that does for what is malformed.
 */
export async function claimedClient(
  request: Pick<PlainRequest, 'headers'>,
  parameters: Parameters,
  context: ServerContext,
): Promise<ClaimedClient | undefined> {
  const credentials = credentialsOf(request.headers.get('authorization'), parameters)
  const { clientId } = credentials
  if (credentials.kind === 'secret') return undefined
  if (await context.clients.isAtHand(clientId)) {
    if (credentials.kind === 'none' || (await isLetIn(clientId, context))) return undefined
    return { clientId, assertion: credentials.jwt }
  }
  return { clientId, ...(credentials.kind === 'assertion' && { assertion: credentials.jwt }) }
}

/**
 * Anybody may name a document, or register keys, and nobody has to sign in here: what they name is fetched (AS-26), and what they sign remembered,
 * only for a client that somebody has let in, or that the operator names. To any other nothing was ever given that it could present.
 */
async function requireGrant(clientId: string, grantType: string | undefined, context: ServerContext): Promise<void> {
  if (await isLetIn(clientId, context)) return
  if (grantType !== undefined && ofNamedClients.has(grantType))
    throw notAllowed('The client may not do this: the operator has to allow it')
  throw new TokenRefusedError(
    'invalid_grant',
    'unknown_or_expired_grant',
    'The client holds nothing that is valid here',
  )
}

/** Nobody presents a grant at these that could be invalid (RFC 6749 §5.2): what is missing is the operator's word. */
const ofNamedClients: ReadonlySet<string> = new Set(['client_credentials', tokenExchangeGrantType])

/** Somebody has let it in, or the operator names it, or made it. */
async function isLetIn(clientId: string, { options }: ServerContext): Promise<boolean> {
  const { store, clients } = options
  if (clients.has(clientId) || isNamed(clientId, options)) return true
  if ((await store.get('client', clientId))?.value.isCreated) return true
  return (await store.list('grant', 'client', clientId, { limit: 1 })).length > 0
}

function isNamed(
  clientId: string,
  { privileges, identityAssertionIssuers }: Pick<ServerContext['options'], 'privileges' | 'identityAssertionIssuers'>,
): boolean {
  return privileges.has(clientId) || identityAssertionIssuers.some(({ clients }) => clients.includes(clientId))
}

/** A client that registered, and that the operator names, is kept as if somebody had consented to it: nobody ever may, and strangers must not push it out. */
async function keepNamed(clientId: string, { isTrusted }: FoundClient, context: ServerContext): Promise<void> {
  if (isTrusted || isDocumentIdentifier(clientId) || !isNamed(clientId, context.options)) return
  const kept = await context.clients.keep(clientId)
  if (kept !== undefined && kept.length > 0) await context.options.store.commit(kept)
}

async function check(credentials: Credentials, client: ClientRecord, context: ServerContext): Promise<Consumption> {
  const { secretHash } = client
  switch (credentials.kind) {
    case 'assertion':
      return checkAssertion(credentials, client, context)
    case 'secret':
      if (secretHash === undefined) throw new OAuthError('invalid_client', 'The client is registered without a secret')
      if (!sameHash(await hashClientSecret(credentials.secret), secretHash))
        throw new OAuthError('invalid_client', 'The client secret is wrong')
      return []
    case 'none':
      if (client.authenticationMethod === 'none') return [] // also where it has a secret because it is known to need one
      if (secretHash !== undefined)
        throw new OAuthError('invalid_client', 'The client must authenticate with its secret')
      throw new OAuthError('invalid_client', 'The client must authenticate with an assertion')
    default:
      return credentials satisfies never
  }
}

function credentialsOf(authorization: string | null, parameters: Parameters): Credentials {
  const named = parameters.get('client_id')
  const posted = parameters.get('client_secret')
  const assertion = assertionIn(parameters)
  const basic = authorization === null ? undefined : basicIn(authorization)
  if ([posted, assertion, basic].filter((each) => each !== undefined).length > 1)
    throw new OAuthError('invalid_request', 'The client authenticates by two methods at once')
  const clientId = basic?.clientId ?? assertion?.clientId ?? named
  if (clientId === undefined && posted !== undefined)
    throw new OAuthError('invalid_request', "The parameter 'client_id' is missing beside 'client_secret'")
  if (clientId === undefined)
    throw new OAuthError('invalid_client', 'The request names no client: send client_id, or authenticate')
  if (named !== undefined && named !== clientId)
    throw new OAuthError('invalid_request', "The parameter 'client_id' names another client than its credentials")
  if (assertion !== undefined) return { kind: 'assertion', ...assertion }
  const secret = basic?.secret ?? posted
  return secret === undefined ? { kind: 'none', clientId } : { kind: 'secret', clientId, secret }
}

function basicIn(authorization: string) {
  const basic = parseBasicCredentials(authorization)
  if (basic === undefined) throw new OAuthError('invalid_client', 'The Authorization header is no Basic credentials')
  return basic
}
