import { type Instance, json, oauthError } from './instance.ts'
import { id } from './tokens.ts'

/** Scopes that a client gets which registered by itself: others are refused to it (seen at a development instance, 2026-05). */
const scope = 'email offline_access profile'

/** `POST /oauth/register` (RFC 7591). Who asks for no method gets a secret. */
export async function register(instance: Instance, request: Request): Promise<Response> {
  if (!instance.switches.dynamicClientRegistration) return oauthError('not_found', 'There is no registration', 404)
  const asked = await request.json().catch(() => ({}))
  const redirectUris: unknown = asked.redirect_uris
  if (!Array.isArray(redirectUris) || redirectUris.length === 0 || !redirectUris.every(isRedirectUri))
    return oauthError('invalid_redirect_uri', 'redirect_uris must list https URLs, or those of this machine')
  const foreign = String(asked.scope ?? '')
    .split(' ')
    .filter((token) => token !== '' && !scope.split(' ').includes(token))
  if (foreign.length > 0) return oauthError('invalid_client_metadata', `The scope ${foreign.join(' ')} cannot be had`)
  const method = String(asked.token_endpoint_auth_method ?? 'client_secret_basic')
  const secret = method === 'none' ? undefined : id(32)
  const name = String(asked.client_name ?? 'A client without a name')
  const client = { id: id(16), secret, name, redirectUris, scope }
  instance.clients.set(client.id, client)
  return json(
    {
      client_id: client.id,
      ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
      client_id_issued_at: Math.floor(Date.now() / 1000),
      client_name: name,
      redirect_uris: redirectUris,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope,
      token_endpoint_auth_method: method,
    },
    201,
  )
}

function isRedirectUri(uri: unknown): boolean {
  if (typeof uri !== 'string' || !URL.canParse(uri)) return false
  const { protocol, hostname } = new URL(uri)
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname))
}
