import { createServer, type IncomingMessage } from 'node:http'
import { authorize, consent, signIn } from './authorize.ts'
import { manage, register } from './clients.ts'
import { devicePage, push, startDevice } from './extensions.ts'
import { createState, json, page, refusal, type WeakAnswer, type WeakRequest, type WeakState } from './state.ts'
import { token } from './token-endpoint.ts'
import { introspect, resource, resourceMetadata, revoke } from './tokens.ts'

export interface WeakServer {
  issuer: string
  /** All that it has given out and that nobody else may know. */
  secrets(): readonly string[]
  close(): void
}

const longest = 100_000

/** A small authorization server on a free port of this machine that has these faults and, as far as the attacks can see, no other. */
export async function startWeakServer(faults: readonly string[]): Promise<WeakServer> {
  let known: WeakState | undefined
  const server = createServer(async (incoming, response) => {
    const state = known
    if (state === undefined) throw new TypeError('The server does not listen yet')
    const { status, headers, body } = await answer(incoming, state).catch(() => refusal('server_error', 500))
    response.writeHead(status, { ...headers, ...corsOf(incoming, state) }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port')
  const state = createState(`http://127.0.0.1:${address.port}`, new Set(faults))
  known = state
  return {
    issuer: state.origin,
    secrets: () => secretsOf(state),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function secretsOf({ grants, clients, sessions, devices, pushed }: WeakState): readonly string[] {
  return [
    ...grants.flatMap(({ code, refreshTokens, accessTokens }) => [code, ...refreshTokens, ...accessTokens]),
    ...[...clients.values()].flatMap(({ secret, managementToken }) => [secret ?? '', managementToken]),
    ...sessions.keys(),
    ...devices.map(({ deviceCode }) => deviceCode),
    ...pushed.keys(),
  ].filter((secret) => secret !== '')
}

async function answer(incoming: IncomingMessage, state: WeakState): Promise<WeakAnswer> {
  const { has, origin } = state
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString()
  if (body.length > longest && !has('registration-huge'))
    return has('huge-requests') ? json({}, 500) : refusal('invalid_request', 413)
  if (has('malformed-requests')) decodeURIComponent(body)
  const url = new URL(incoming.url ?? '/', origin)
  if (url.search.length > 20_000) return refusal('invalid_request', 414)
  const isHostFree = [
    'host-in-metadata',
    'host-in-redirect',
    'dns-rebinding',
    'pages-at-another-name',
    'dev-sign-in-from-elsewhere',
  ].some(has)
  if (`http://${incoming.headers.host}` !== origin && !isHostFree) return refusal('invalid_request', 421)
  const request: WeakRequest = { method: incoming.method ?? 'GET', url, headers: incoming.headers, body }
  return route(request, state)
}

function route(request: WeakRequest, state: WeakState): WeakAnswer | Promise<WeakAnswer> {
  const { has } = state
  const { pathname } = request.url
  if (request.method === 'OPTIONS') return { status: 204 }
  if (pathname.startsWith('/register/')) return manage(request, state)
  switch (pathname) {
    case '/.well-known/oauth-authorization-server':
      return json(metadata(request, state))
    case '/jwks':
      return json({
        keys: [has('keys-private') ? { ...state.key.privateKey.export({ format: 'jwk' }) } : state.key.publicJwk],
      })
    case '/authorize':
      return authorize(request, state)
    case '/sign-in':
      return signIn(request, state)
    case '/consent':
      return consent(request, state)
    case '/register':
      return register(request, state)
    case '/token':
      return token(request, state)
    case '/revoke':
      return revoke(request, state)
    case '/introspect':
      return introspect(request, state)
    case '/par':
      return push(request, state)
    case '/device_authorization':
      return startDevice(request, state)
    case '/device':
      return devicePage(request, state)
    case '/mcp':
      return resource(request, state)
    case '/.well-known/oauth-protected-resource/mcp':
      return resourceMetadata(state)
    case '/clients':
      return has('stores-open')
        ? json([...state.clients.values()].map(({ clientId }) => ({ client_id: clientId })))
        : refusal('not_found', 404)
    default:
      return has('refusal-as-page') ? page(decodeURIComponent(pathname), 404) : refusal('not_found', 404)
  }
}

function metadata({ headers }: WeakRequest, { has, origin }: WeakState): Record<string, unknown> {
  const base = has('host-in-metadata') ? `http://${headers['x-forwarded-host'] ?? headers.host}` : origin
  const urn = 'urn:ietf:params:oauth:grant-type:'
  return {
    issuer: has('issuer-other') ? 'https://other.attack.example' : base,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    registration_endpoint: `${base}/register`,
    revocation_endpoint: has('clear-text') ? 'http://as.attack.example/revoke' : `${base}/revoke`,
    introspection_endpoint: `${base}/introspect`,
    pushed_authorization_request_endpoint: `${base}/par`,
    device_authorization_endpoint: `${base}/device_authorization`,
    ...(has('metadata-endpoints') && { backchannel_authentication_endpoint: `${base}/nowhere` }),
    jwks_uri: `${base}/jwks`,
    scopes_supported: ['mcp', 'openid'],
    response_types_supported: ['code', ...(has('metadata-weak') ? ['token'] : [])],
    grant_types_supported: [
      'authorization_code',
      'refresh_token',
      `${urn}device_code`,
      `${urn}token-exchange`,
      `${urn}jwt-bearer`,
      ...(has('metadata-grants') ? [`${urn}saml2-bearer`] : []),
    ],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    code_challenge_methods_supported: ['S256', ...(has('metadata-pkce') ? ['plain'] : [])],
    ...(!has('metadata-iss') && { authorization_response_iss_parameter_supported: true }),
    client_id_metadata_document_supported: true,
  }
}

function corsOf({ headers, url = '' }: IncomingMessage, { has }: WeakState): Record<string, string> {
  const { origin } = headers
  if (origin === undefined) return {}
  if (url.startsWith('/authorize')) return has('cors-authorize') ? { 'access-control-allow-origin': '*' } : {}
  if (has('cors-with-credentials'))
    return { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' }
  return { 'access-control-allow-origin': '*' }
}
