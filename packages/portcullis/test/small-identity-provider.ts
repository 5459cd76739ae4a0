import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { signed, signingPair } from './machine-caller.ts'
import { type Ending, startUpstream } from './running-program.ts'

type Answer = { status?: number; headers?: Record<string, string>; body?: unknown }

/** What a test has it do otherwise. Each is looked at at every request. */
export interface Faults {
  /** Claims of the ID token in place of those it would say; `undefined`: it says none. */
  claims?: Record<string, unknown>
  /** Answers in its place, by path; a function may answer, or never do. */
  answers?: Record<string, Answer | ((response: ServerResponse) => void)>
  /** Why it refuses to refresh. */
  refreshError?: string
}

export type SmallIdentityProvider = Awaited<ReturnType<typeof smallIdentityProvider>>

/**
 * A small OpenID Connect provider on loopback, which signs in at once whoever `person` is: it plays what no real one does when a test wants it, as to lie,
 * to be down in the middle of a sign-in, or to disable somebody. Refresh tokens rotate, and one that was used is refused.
 */
export async function smallIdentityProvider(t: Ending, { now = epochSeconds }: { now?: () => number } = {}) {
  const clientId = 'portcullis'
  const keys = signingPair('k1')
  const faults: Faults = {}
  const person: Record<string, unknown> = {
    sub: 'u-7',
    name: 'Ada Lovelace',
    preferred_username: 'ada',
    email: 'ada@corp.example',
    email_verified: true,
    groups: ['staff', 'engineering'],
  }
  const codes = new Map<string, URLSearchParams>()
  const refreshTokens = new Set<string>()
  let refreshes = 0

  const issuer: string = await startUpstream(t, (request, response) => {
    answer(request, response).catch((cause: Error) => response.destroy(cause))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', issuer)
    let text = ''
    for await (const part of request) text += part
    const instead = faults.answers?.[pathname]
    if (typeof instead === 'function') return instead(response)
    const { status = 200, headers = {}, body } = instead ?? honest(pathname, searchParams, new URLSearchParams(text))
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

  function honest(path: string, query: URLSearchParams, form: URLSearchParams): Answer {
    switch (path) {
      case '/.well-known/openid-configuration':
        return { body: metadata() }
      case '/jwks':
        return { body: keys.jwks }
      case '/authorize':
        return authorize(query)
      case '/token':
        return form.get('grant_type') === 'refresh_token' ? refresh(form) : redeem(form)
      case '/userinfo':
        return { body: person }
      default:
        return { status: 404 }
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
      id_token_signing_alg_values_supported: ['ES256'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      authorization_response_iss_parameter_supported: true,
    }
  }

  function authorize(query: URLSearchParams): Answer {
    const code = randomUUID()
    codes.set(code, query)
    const location = new URL(query.get('redirect_uri') ?? '')
    location.search = new URLSearchParams({ code, state: query.get('state') ?? '', iss: issuer }).toString()
    return { status: 302, headers: { location: location.href } }
  }

  function redeem(form: URLSearchParams): Answer {
    const asked = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (asked?.get('code_challenge') !== challenge || asked.get('redirect_uri') !== form.get('redirect_uri'))
      return { status: 400, body: { error: 'invalid_grant' } }
    return { body: tokens(asked.get('nonce') ?? undefined) }
  }

  function refresh(form: URLSearchParams): Answer {
    refreshes += 1
    const isGood = refreshTokens.delete(form.get('refresh_token') ?? '')
    if (faults.refreshError !== undefined || !isGood)
      return { status: 400, body: { error: faults.refreshError ?? 'invalid_grant' } }
    return { body: tokens(undefined) }
  }

  function tokens(nonce: string | undefined) {
    const refreshToken = randomUUID()
    refreshTokens.add(refreshToken)
    const at = { iat: now(), exp: now() + 300, auth_time: now() - 60 }
    const claims = { iss: issuer, aud: clientId, ...at, ...person, nonce, ...faults.claims }
    const idToken = signed({ typ: 'JWT' }, claims, keys)
    return {
      access_token: 'at-1',
      token_type: 'Bearer',
      expires_in: 300,
      id_token: idToken,
      refresh_token: refreshToken,
    }
  }

  return { issuer, clientId, faults, person, refreshes: () => refreshes }
}

function epochSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
