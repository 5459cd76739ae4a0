import { type ClientMetadata, parseClientMetadata } from '../../protocol/client-metadata.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'
import { formatScope } from '../../protocol/scope.ts'
import { hashClientSecret } from '../clients/secret-hash.ts'
import { takePlace } from '../clients/unused-clients.ts'
import type { ServerContext } from '../context.ts'
import type { ClientRecord } from '../records.ts'
import { readBody } from '../request-body.ts'
import { errorResponse, jsonResponse } from '../responses.ts'
import { randomId, randomText } from '../tokens/base64url.ts'

const longestBody = 8192 // the longest of a client that is known has some hundred
const toldUris = 5
const toldLength = 200

/** Dynamic client registration (RFC 7591 §3). Only a client that asks for one gets a secret, and it is kept as a hash. */
export async function registerEndpoint(
  request: Request,
  { options, limits }: ServerContext,
  clientAddress: string,
): Promise<Response> {
  try {
    const limited = await limits.registering(clientAddress)
    if (limited !== undefined) {
      options.onEvent({ type: 'registration_refused', reason: 'too many registrations from this address' })
      return limited
    }
    const metadata = parseClientMetadata(
      parseJson(await readBody(request, 'application/json', { longest: longestBody })),
    )
    return await register(metadata, options)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    const refusal = error.code === 'invalid_request' ? new OAuthError('invalid_client_metadata', error.message) : error
    options.onEvent({ type: 'registration_refused', reason: refusal.message })
    return errorResponse(refusal)
  }
}

async function register(metadata: ClientMetadata, options: ServerContext['options']): Promise<Response> {
  const secret = metadata.authenticationMethod.startsWith('client_secret_') ? randomText(32) : undefined
  const issuedAt = options.now()
  const value = { ...metadata, issuedAt, ...(secret !== undefined && { secretHash: await hashClientSecret(secret) }) }
  const clientId = await keepUnused(value, options)
  const { clientName, redirectUris } = metadata
  options.onEvent({
    type: 'client_registered',
    clientId,
    redirectUris: redirectUris.slice(0, toldUris).map((uri) => uri.slice(0, toldLength)),
    ...(clientName !== undefined && { clientName }),
  })
  return jsonResponse(
    {
      client_id: clientId,
      client_id_issued_at: issuedAt,
      ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
      ...wireMetadata(metadata),
    },
    201,
  )
}

/** Anybody may register: what nobody consents to goes again (`startGrant` keeps the others), so that the store does not fill up. */
async function keepUnused(value: ClientRecord, options: ServerContext['options']): Promise<string> {
  const expiresAt = value.issuedAt + options.unusedClientLifetime
  for (;;) {
    const id = randomId()
    const place = await takePlace(id, expiresAt, options)
    if (await options.store.commit([{ kind: 'client', id, version: 'absent', value, expiresAt }, ...place])) return id
  }
}

/** What was registered, in the words of RFC 7591 §2: the client reads here what it got of what it asked for. */
function wireMetadata(metadata: ClientMetadata): Record<string, unknown> {
  const fields = {
    redirect_uris: metadata.redirectUris,
    token_endpoint_auth_method: metadata.authenticationMethod,
    jwks: metadata.keys?.kind === 'inline' ? metadata.keys.jwks : undefined,
    jwks_uri: metadata.keys?.kind === 'uri' ? metadata.keys.uri : undefined,
    grant_types: metadata.grantTypes,
    response_types: ['code'],
    scope: metadata.scope && formatScope(metadata.scope),
    client_name: metadata.clientName,
    client_uri: metadata.clientUri,
    logo_uri: metadata.logoUri,
    policy_uri: metadata.policyUri,
    tos_uri: metadata.tosUri,
    contacts: metadata.contacts,
    software_id: metadata.softwareId,
    software_version: metadata.softwareVersion,
    application_type: metadata.applicationType,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new OAuthError('invalid_client_metadata', 'The body is not JSON', { cause })
  }
}
