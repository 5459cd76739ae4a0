import { randomBytes, randomUUID } from 'node:crypto'
import { claimsOf, headerOf, signedJwt } from '../jwt.ts'
import { authenticate, verifies } from './clients.ts'
import { type Grant, json, refusal, type WeakAnswer, type WeakRequest, type WeakState } from './state.ts'

export function accessTokenFor(grant: Grant, state: WeakState): string {
  const { has, origin, key } = state
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: origin,
    sub: grant.subject,
    aud: has('token-audience') ? origin : grant.resource,
    client_id: grant.clientId,
    jti: randomUUID(),
    iat: now,
    exp: now + 600,
  }
  const token = signedJwt(claims, key, { typ: has('token-typed') ? 'JWT' : 'at+jwt' })
  grant.accessTokens.push(token)
  return token
}

export function tokenAnswer(grant: Grant, state: WeakState, scope = grant.scope): WeakAnswer {
  const { has } = state
  const token = randomBytes(32).toString('base64url')
  const current = grant.refreshTokens.at(-1)
  const isFixed = has('refresh-rotation') && current !== undefined
  if (!isFixed) grant.refreshTokens.push(token)
  const headers = has('token-answer-cached') ? { 'cache-control': 'max-age=600' } : {}
  const body = {
    access_token: accessTokenFor(grant, state),
    token_type: 'Bearer',
    expires_in: has('token-lifetime') ? 86_400 : 600,
    refresh_token: isFixed ? current : token,
    scope,
    ...(grant.scope.startsWith('openid') && { id_token: idTokenFor(grant, state) }),
  }
  return json(body, 200, headers)
}

function idTokenFor({ subject, clientId, nonce }: Grant, { has, origin, key }: WeakState): string {
  const exp = Math.floor(Date.now() / 1000) + 600
  return signedJwt({ iss: origin, sub: subject, aud: clientId, exp, ...(!has('nonce-echo') && { nonce }) }, key)
}

/** The MCP endpoint: it takes access tokens. */
export function resource(request: WeakRequest, state: WeakState): WeakAnswer {
  const [, inHeader] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? []
  const inQuery = state.has('token-in-query') ? request.url.searchParams.get('access_token') : null
  const token = inHeader ?? inQuery
  if (token === null || !isGood(token, state))
    return { status: 401, headers: { 'www-authenticate': challengeOf(state) }, body: '' }
  return json({ jsonrpc: '2.0', id: 1, result: {} })
}

function challengeOf({ origin }: WeakState): string {
  return `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`
}

/** The metadata of the MCP endpoint (RFC 9728 §3.2). */
export function resourceMetadata({ has, origin }: WeakState): WeakAnswer {
  return json({ resource: has('resource-other') ? origin : `${origin}/mcp`, authorization_servers: [origin] })
}

function isGood(token: string, state: WeakState): boolean {
  const { has, key, sessions } = state
  if (has('session-as-token') && sessions.has(token)) return true
  if (has('refresh-token-as-access-token') && grantOf(token, state) !== undefined) return true
  const [header, claims] = [headerOf(token), claimsOf(token)]
  if (header === undefined || claims === undefined) return false
  if (header.typ !== 'at+jwt' && !has('token-typed')) return false
  const isSigned = header.alg === 'ES256' && verifies(token, key.publicJwk)
  if (!isSigned) return has('token-forged') && header.alg === 'none'
  const grant = state.grants.find(({ accessTokens }) => accessTokens.includes(token))
  return grant === undefined || !grant.hasEnded || grant.accessLivesOn
}

function grantOf(token: string, { grants }: WeakState): Grant | undefined {
  return grants.find(({ refreshTokens, accessTokens }) => refreshTokens.includes(token) || accessTokens.includes(token))
}

export function revoke(request: WeakRequest, state: WeakState): WeakAnswer {
  const { has } = state
  const parameters = new URLSearchParams(request.body)
  const client = authenticate(parameters, request, state)
  if ('status' in client) return client
  const grant = grantOf(parameters.get('token') ?? '', state)
  const isOwn = grant?.clientId === client.clientId || has('revocation-of-others')
  if (grant !== undefined && isOwn && !has('revocation-without-effect')) {
    grant.hasEnded = true
    grant.accessLivesOn = has('revocation-leaves-access')
  }
  return json({})
}

export function introspect(request: WeakRequest, state: WeakState): WeakAnswer {
  const { has } = state
  const parameters = new URLSearchParams(request.body)
  const grant = grantOf(parameters.get('token') ?? '', state)
  if (has('introspection-by-strangers')) return json({ active: grant !== undefined, sub: grant?.subject })
  const client = authenticate(parameters, request, state)
  if ('status' in client) return client
  if (client.method === 'none') return refusal('invalid_client', 401)
  const isOwn = grant?.clientId === client.clientId || has('introspection-of-others')
  return json({ active: grant !== undefined && !grant.hasEnded && isOwn })
}
