import { type ClientMetadata, parseClientMetadata } from './client-metadata.ts'
import { OAuthError } from './oauth-error.ts'
import { isSecureUrl } from './resource.ts'

/**
 * Client ID Metadata Documents (draft-ietf-oauth-client-id-metadata-document): a client whose identifier is the URL of a document that
 * describes it. Nothing here fetches.
 */

/** Whether an identifier is one of a document. None that we issue begins so. */
export function isDocumentIdentifier(clientId: string): boolean {
  return /^https?:\/\//i.test(clientId)
}

const longestIdentifier = 1024

/**
 * Why a URL cannot be the identifier of a client, as the end of a sentence; `undefined` where it can (§3). https (http on loopback only, which a guarded fetch refuses unless it is told otherwise), with a path, written in its
 * canonical form, without fragment, user information and dot segments. A query is allowed, though clients should have none.
 */
export function whyNotDocumentIdentifier(clientId: string): string | undefined {
  if (clientId.length > longestIdentifier) return `is longer than ${longestIdentifier} characters`
  if (!URL.canParse(clientId)) return 'is no URL'
  const url = new URL(clientId)
  if (url.username !== '' || url.password !== '') return 'has a user name or password in it'
  if (clientId.includes('#')) return 'has a fragment'
  if (url.pathname === '/') return 'has no path'
  if (!isSecureUrl(clientId)) return 'is not https'
  // Dot segments, upper-case hosts and default ports are what the canonical form has not; two spellings would be two clients.
  if (url.href !== clientId || /\/(?:\.|%2e){1,2}(?:[/?]|$)/i.test(clientId)) return 'is not in its canonical form'
  return undefined
}

/**
 * Reads the document of a client (§4.1). Unknown members are passed over.
 * Throws `OAuthError` `invalid_client` where it is no description of that client, or asks for what such a client cannot have.
 */
export function parseClientDocument(clientId: string, text: string): ClientMetadata {
  const document = objectIn(text)
  if (document.client_id !== clientId) throw refusal('"client_id" in it is not its own URL, character for character')
  if (typeof document.client_name !== 'string' || document.client_name.trim() === '')
    throw refusal('"client_name" is missing')
  for (const name of ['client_secret', 'client_secret_expires_at'])
    if (document[name] !== undefined) throw refusal(`it has a "${name}", and everybody can read it`)
  if (document.redirect_uris === undefined) throw refusal('"redirect_uris" is missing')
  try {
    // `application_type` is of OpenID Connect's registration: no rule of a document stands on it.
    return parseClientMetadata(
      { ...document, application_type: undefined, token_endpoint_auth_method: methodOf(document) },
      { deviceAuthorization: true, pushedRequests: true }, // kept as the document says, whatever is offered today
    )
  } catch (error) {
    throw error instanceof OAuthError && error.code !== 'invalid_client' ? refusal(error.message) : error
  }
}

/**
 * Symmetric methods need a secret that only two know (§4.1); without a method the client has none. Some name several, as servers do in their
 * metadata: whoever may come without authentication does so, and its keys are for the requests in which it authenticates all the same.
 */
function methodOf(document: Record<string, unknown>): string {
  const { token_endpoint_auth_method: one, token_endpoint_auth_methods_supported: several } = document
  const methods: readonly unknown[] = Array.isArray(one)
    ? one
    : one != null
      ? [one]
      : Array.isArray(several)
        ? several
        : ['none']
  const usable = (['none', 'private_key_jwt'] as const).find((method) => methods.includes(method))
  if (usable === undefined)
    throw refusal(
      'its "token_endpoint_auth_method" is neither none nor private_key_jwt, and a public document can have no secret',
    )
  return usable
}

function objectIn(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refusal('it is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refusal('it is no JSON object')
  return value as Record<string, unknown> // what stands behind each name is looked at by who reads it
}

function refusal(why: string): OAuthError {
  return new OAuthError('invalid_client', `The document that describes the application cannot be used: ${why}`)
}
