import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

/** A request that the server got, as far as tests look at it. */
export interface Asked {
  path: string
  query: URLSearchParams
  body: URLSearchParams
  authorization: string | undefined
}

type Answer = { status?: number; headers?: Record<string, string>; body?: unknown }

/** What a test changes of an honest server. Each is looked at anew at every request. */
export interface Faults {
  metadata?: Record<string, unknown>
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  callback?: Record<string, string>
  userinfo?: Record<string, unknown>
  /** Answers in place of the server, by path. */
  answers?: Record<string, Answer | ((response: ServerResponse, request: IncomingMessage) => void)>
  /** Makes the ID token otherwise. */
  idToken?: (claims: Record<string, unknown>) => string | Promise<string>
  refreshError?: string
  withoutRefreshToken?: boolean
}

/**
 * A small OpenID Connect provider on loopback that signs in whoever comes: it keeps to the protocol, save for what a test has it do otherwise. It is
 * played, because a real one cannot be made to lie; honest real ones are signed in with elsewhere.
 */
export async function playProvider() {
  const faults: Faults = {}
  const asked: Asked[] = []
  const person: Record<string, unknown> = {
    sub: 'u-7',
    name: 'Ada Lovelace',
    preferred_username: 'ada',
    email: 'ada@corp.example',
    email_verified: true,
    groups: ['staff', 'engineering'],
  }
  const codes = new Map<string, { nonce: string; challenge: string; redirectUri: string }>()
  const pushed = new Map<string, URLSearchParams>()
  const refreshTokens = new Set<string>()
  const signing = { kid: 'a', ...(await firstKeys) }
  const published: JWK[] = [await publicJwk(signing.publicKey, 'a')]
  const clientId = 'portcullis'
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clock = { now: () => Math.floor(Date.now() / 1000) }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '', issuer)
    const body = new URLSearchParams(await textOf(request))
    asked.push({ path, query, body, authorization: request.headers.authorization })
    const instead = faults.answers?.[path]
    if (typeof instead === 'function') return instead(response, request)
    const { status = 200, headers = {}, body: content } = instead ?? (await honest(path, query, body))
    const isText = typeof content === 'string'
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers })
    response.end(isText ? content : JSON.stringify(content))
  }

  async function honest(path: string, query: URLSearchParams, body: URLSearchParams): Promise<Answer> {
    switch (path) {
      case '/.well-known/openid-configuration':
        return { body: { ...metadata(), ...faults.metadata } }
      case '/jwks':
        return { body: { keys: published } }
      case '/authorize':
        return authorize(pushed.get(query.get('request_uri') ?? '') ?? query)
      case '/par':
        return push(body)
      case '/token':
        return body.get('grant_type') === 'refresh_token' ? refreshed(body) : redeemed(body)
      case '/userinfo':
        return { body: faults.userinfo ?? person }
      default:
        return { status: 404, body: 'nothing here' }
    }
  }

  function metadata() {
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      authorization_response_iss_parameter_supported: true,
    }
  }

  function push(body: URLSearchParams): Answer {
    const uri = `urn:ietf:params:oauth:request_uri:${randomUUID()}`
    pushed.set(uri, body)
    return { status: 201, body: { request_uri: uri, expires_in: 60 } }
  }

  function authorize(query: URLSearchParams): Answer {
    const code = randomUUID()
    const redirectUri = query.get('redirect_uri') ?? ''
    codes.set(code, { nonce: query.get('nonce') ?? '', challenge: query.get('code_challenge') ?? '', redirectUri })
    const location = new URL(redirectUri)
    const parameters = faults.callback ?? { code, state: query.get('state') ?? '', iss: issuer }
    for (const [name, value] of Object.entries(parameters))
      location.searchParams.set(name, value.replace('<state>', query.get('state') ?? '').replace('<code>', code))
    return { status: 302, headers: { location: location.href } }
  }

  async function redeemed(body: URLSearchParams): Promise<Answer> {
    const code = codes.get(body.get('code') ?? '')
    codes.delete(body.get('code') ?? '')
    const isVerifier =
      createHash('sha256')
        .update(body.get('code_verifier') ?? '')
        .digest('base64url') === code?.challenge
    if (code === undefined || !isVerifier || body.get('redirect_uri') !== code.redirectUri)
      return { status: 400, body: { error: 'invalid_grant', error_description: 'That code is not good' } }
    const refreshToken = faults.withoutRefreshToken ? {} : { refresh_token: newRefreshToken() }
    return { body: { ...(await tokens({ nonce: code.nonce })), ...refreshToken } }
  }

  async function refreshed(body: URLSearchParams): Promise<Answer> {
    if (faults.refreshError !== undefined) return { status: 400, body: { error: faults.refreshError } }
    const isKnown = refreshTokens.delete(body.get('refresh_token') ?? '') // it rotates, as strict ones do
    if (!isKnown) return { status: 400, body: { error: 'invalid_grant', error_description: 'Session not active' } }
    return { body: { ...(await tokens({})), refresh_token: newRefreshToken() } }
  }

  async function tokens(extra: Record<string, unknown>) {
    const now = clock.now()
    const claims = {
      iss: issuer,
      aud: clientId,
      iat: now,
      exp: now + 300,
      auth_time: now - 60,
      ...person,
      ...extra,
      ...faults.claims,
    }
    return {
      access_token: 'at-1',
      token_type: 'Bearer',
      expires_in: 300,
      id_token: await (faults.idToken ?? sign)(claims),
    }
  }

  function sign(claims: Record<string, unknown>): Promise<string> {
    const stripped = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
    return new SignJWT(stripped)
      .setProtectedHeader({ alg: 'RS256', kid: signing.kid, typ: 'JWT', ...faults.header })
      .sign(signing.privateKey)
  }

  function newRefreshToken(): string {
    const token = randomUUID()
    refreshTokens.add(token)
    return token
  }

  return {
    issuer,
    clientId,
    faults,
    asked,
    person,
    clock,
    sign,
    /** Signs with another key from now on, and publishes it beside the one before. */
    async rotate(kid: string): Promise<void> {
      Object.assign(signing, { kid, ...(await generateKeyPair('RS256', { extractable: true })) })
      published.unshift(await publicJwk(signing.publicKey, kid))
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export type PlayedProvider = Awaited<ReturnType<typeof playProvider>>

/** Made once: RSA takes its time. */
export const firstKeys = generateKeyPair('RS256', { extractable: true })

export async function publicJwk(key: CryptoKey, kid: string): Promise<JWK> {
  return { ...(await exportJWK(key)), kid, alg: 'RS256', use: 'sig' }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request) text += part
  return text
}
