import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { connect } from 'node:net'
import { claimsOf, headerOf } from '../jwt.ts'
import { json, refusal, type WeakAnswer, type WeakClient, type WeakRequest, type WeakState } from './state.ts'

const limit = 300

export function register(request: WeakRequest, state: WeakState): WeakAnswer {
  const { has } = state
  if (request.method !== 'POST') return refusal('invalid_request', 405)
  if (request.body.length > 50_000 && !has('registration-huge')) return refusal('invalid_client_metadata')
  if (++state.registrations > limit && !has('registration-flood')) return refusal('temporarily_unavailable', 429)
  let fields: Record<string, unknown>
  try {
    fields = { ...JSON.parse(request.body) }
  } catch {
    return refusal('invalid_client_metadata')
  }
  const { redirect_uris: uris } = fields
  if (!Array.isArray(uris) || !uris.every((uri) => typeof uri === 'string') || uris.length === 0)
    return refusal('invalid_redirect_uri')
  const judged = has('redirect-mixed-registration') ? uris.slice(0, 1) : uris
  if (!judged.every((uri) => isAllowed(uri, state))) return refusal('invalid_redirect_uri')
  const method = textOf(fields.token_endpoint_auth_method) ?? 'client_secret_basic'
  if (method === 'private_key_jwt' && has('metadata-authentication')) return refusal('invalid_client_metadata')
  const isPublic = method === 'none' || method === 'private_key_jwt'
  const asked = textOf(fields.client_id)
  const chosen = has('registration-chooses-id') || has('registration-overwrites') ? asked : undefined
  const client: WeakClient = {
    clientId: chosen ?? randomBytes(12).toString('base64url'),
    redirectUris: uris,
    method,
    secret: isPublic && !has('secret-for-public-clients') ? undefined : randomBytes(24).toString('base64url'),
    keys: keysOf(fields.jwks),
    managementToken: randomBytes(24).toString('base64url'),
    grantTypes: Array.isArray(fields.grant_types) ? fields.grant_types.map(String) : ['authorization_code'],
    name: shown(textOf(fields.client_name) ?? '', state),
    uri: textOf(fields.client_uri) ?? '',
  }
  state.clients.set(client.clientId, client)
  if (has('fetch-of-registration')) reach(textOf(fields.logo_uri))
  return json(
    {
      client_id: client.clientId,
      ...(client.secret !== undefined && { client_secret: client.secret }),
      redirect_uris: uris,
      token_endpoint_auth_method: method,
      client_name: client.name,
      registration_client_uri: `${state.origin}/register/${client.clientId}`,
      registration_access_token: client.managementToken,
    },
    201,
  )
}

/** The registration of one client, for who has its token. */
export function manage(request: WeakRequest, state: WeakState): WeakAnswer {
  const client = state.clients.get(request.url.pathname.split('/')[2] ?? '')
  const isOwner = request.headers.authorization === `Bearer ${client?.managementToken}`
  if (client === undefined || (!isOwner && !state.has('registration-read-by-others')))
    return refusal('invalid_token', 401)
  return json({ client_id: client.clientId, redirect_uris: client.redirectUris })
}

/** Tries to connect to where a URL says, as a fetch would. */
export function reach(text: string | undefined): void {
  if (text === undefined || !URL.canParse(text)) return
  const { hostname, port, protocol } = new URL(text)
  if (hostname !== '127.0.0.1') return
  const socket = connect(Number(port) || (protocol === 'https:' ? 443 : 80), hostname)
  socket.on('error', () => {}).on('connect', () => socket.destroy())
}

function isAllowed(uri: string, { has }: WeakState): boolean {
  if (!URL.canParse(uri)) return false
  const { protocol, hostname, hash, username } = new URL(uri)
  if (!/^https?:$/.test(protocol)) return has('redirect-script-schemes') || protocol === 'com.attack.example:'
  const isLoopback = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
  if (protocol === 'http:' && !isLoopback) return has('redirect-insecure')
  if (hash !== '') return has('redirect-fragment-registered')
  if (username !== '') return has('redirect-disguised')
  return true
}

function shown(name: string, { has }: WeakState): string {
  return has('client-name-disguised') ? name : name.replace(/[\p{Cc}\p{Cf}]/gu, '')
}

/** Whether the request shows what the client registered to show. */
export function authenticate(
  parameters: URLSearchParams,
  request: WeakRequest,
  state: WeakState,
): WeakClient | WeakAnswer {
  const { has } = state
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/.exec(request.headers.authorization ?? '') ?? []
  const basic =
    encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString().split(':').map(decodeURIComponent)
  const fromQuery = has('client-secret-in-query') ? request.url.searchParams : new URLSearchParams()
  const posted = parameters.get('client_secret') ?? fromQuery.get('client_secret') ?? undefined
  const jwt = parameters.get('client_assertion') ?? undefined
  const methods = [posted, jwt, basic].filter((each) => each !== undefined).length
  if (methods > 1 && !has('client-two-methods')) return refusal('invalid_request')
  const named = parameters.get('client_id') ?? fromQuery.get('client_id') ?? undefined
  if (basic !== undefined && named !== undefined && named !== basic[0] && !has('client-named-twice'))
    return refusal('invalid_request')
  const client = state.clients.get(named ?? basic?.[0] ?? '')
  if (client === undefined) return refusal('invalid_client', 401)
  if (has('client-named-twice') && basic !== undefined) return client
  if (client.method === 'none') return client
  if (client.method === 'private_key_jwt') {
    if (jwt === undefined) return has('assertion-left-out') ? client : refusal('invalid_client', 401)
    return isGoodAssertion(jwt, client, state) ? client : refusal('invalid_client', 401)
  }
  const secret = posted ?? basic?.[1]
  if (secret === undefined || secret === '') {
    const isOpen =
      parameters.get('grant_type') === 'refresh_token'
        ? has('refresh-without-authentication')
        : has('client-without-secret') || (request.url.pathname === '/par' && has('par-without-authentication'))
    return isOpen ? client : refusal('invalid_client', 401)
  }
  const secrets = has('client-secret-of-another')
    ? [...state.clients.values()].map((each) => each.secret)
    : [client.secret]
  const isRight = secrets.includes(secret) || (has('client-two-methods') && secrets.includes(basic?.[1]))
  return isRight ? client : refusal('invalid_client', 401)
}

function isGoodAssertion(jwt: string, client: WeakClient, state: WeakState): boolean {
  const { has } = state
  const [header, claims] = [headerOf(jwt), claimsOf(jwt)]
  if (header === undefined || claims === undefined) return false
  const isSigned = header.alg === 'ES256' && client.keys.some((key) => verifies(jwt, key))
  const isForgiven =
    (header.alg === 'none' && has('assertion-unsigned')) ||
    (header.alg === 'HS256' && has('assertion-confused')) ||
    (header.alg === 'ES256' && has('assertion-other-key')) ||
    (header.alg === 'ES256' &&
      has('assertion-of-another') &&
      [...state.clients.values()].some(({ keys }) => keys.some((key) => verifies(jwt, key))))
  if (!isSigned && !isForgiven) return false
  const now = Date.now() / 1000
  if (claims.sub !== client.clientId) return false
  if (claims.aud !== state.origin && !has('assertion-audience')) return false
  if (!(typeof claims.exp === 'number' && claims.exp > now) && !has('assertion-expired')) return false
  const id = String(claims.jti)
  if (state.usedAssertions.has(id) && !has('assertion-replay')) return false
  state.usedAssertions.add(id)
  return true
}

export function verifies(jwt: string, jwk: Record<string, unknown>): boolean {
  const [head, body, signature = ''] = jwt.split('.')
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    return verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
  } catch {
    return false
  }
}

function keysOf(jwks: unknown): readonly Record<string, unknown>[] {
  const keys = typeof jwks === 'object' && jwks !== null && 'keys' in jwks ? jwks.keys : []
  return Array.isArray(keys) ? keys.filter((key) => typeof key === 'object' && key !== null) : []
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
