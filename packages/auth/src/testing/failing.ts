import { type AuthorizationServerOptions, resolveSigningKeys } from '../authorization-server/config.ts'
import { resolveSigner } from '../authorization-server/keys/signer.ts'
import { createSigningKeys } from '../authorization-server/keys/signing-keys.ts'
import { fromWebRequest } from '../authorization-server/plain-http.ts'
import type { AuthorizationServerKinds } from '../authorization-server/records.ts'
import { readBody } from '../authorization-server/request-body.ts'
import type { ServerSecret } from '../authorization-server/server-secrets.ts'
import type { Store } from '../authorization-server/store.ts'
import { fromBase64url, randomText } from '../authorization-server/tokens/base64url.ts'
import { createDerivedKeys } from '../authorization-server/tokens/derived-keys.ts'
import { generateSigningKey, importSigningKey, type SigningKey, signJwt } from '../jwt/sign.ts'
import { pathOf } from '../protocol/resource.ts'
import { type Fault, tokenFaults } from './faults.ts'

export interface FailingOptions {
  issuer: string
  /** Those that are in force now. */
  faults: ReadonlySet<Fault>
  answer: (request: Request) => Promise<Response>
  /** The key that access tokens are signed with now. */
  signingKey: () => Promise<SigningKey>
  now: () => number
  wait: (milliseconds: number) => Promise<void>
}

/** Answers as an authorization server with these faults would. */
export async function answerWithFaults(request: Request, options: FailingOptions): Promise<Response> {
  const { issuer, faults, answer, wait } = options
  const base = pathOf(issuer).replace(/\/$/, '')
  const { pathname } = new URL(request.url)
  const endpoint = pathname.includes('/.well-known/')
    ? pathname.includes('/openid-configuration') && faults.has('no_openid')
      ? 'userinfo'
      : 'metadata'
    : pathname.slice(pathname.startsWith(`${base}/`) ? base.length + 1 : 1)
  if (faults.has('slow')) await wait(3000)
  switch (endpoint) {
    case 'metadata':
      if (faults.has('metadata_down')) return down()
      if (faults.has('metadata_missing')) return missing()
      return changed(await answer(request), (metadata) => metadataWithFaults(metadata, faults))
    case 'jwks':
      return faults.has('keys_down') ? down() : answer(request)
    case 'introspect':
      return faults.has('introspection_down') ? down() : answer(request)
    case 'revocations':
      return faults.has('revocations_down') ? down() : answer(request)
    case 'userinfo':
      return faults.has('no_openid') ? missing() : answer(request)
    case 'register':
      return faults.has('no_registration') ? missing() : answer(request)
    case 'token': {
      if (faults.has('token_down')) return down()
      if (faults.has('refused_refresh') && (await grantTypeOf(request)) === 'refresh_token')
        return Response.json(
          { error: 'invalid_grant', error_description: 'The refresh token is refused on purpose' },
          { status: 400 },
        )
      return changed(await answer(request), (tokens) => tokensWithFaults(tokens, options))
    }
    default:
      return answer(request)
  }
}

async function grantTypeOf(request: Request): Promise<string | null> {
  const body = await readBody(fromWebRequest(request.clone()), 'application/x-www-form-urlencoded').catch(() => '') // the endpoint says why
  return new URLSearchParams(body).get('grant_type')
}

/** The same answer with another body, where it is a good one and a fault changes it. */
async function changed(
  response: Response,
  change: (body: Document) => Document | Promise<Document>,
): Promise<Response> {
  if (response.status !== 200 || response.body === null) return response
  const headers = new Headers(response.headers)
  return new Response(JSON.stringify(await change(await response.json())), { status: 200, headers })
}

type Document = Record<string, unknown>

const newerThanRfc8414 = [
  'code_challenge_methods_supported',
  'authorization_response_iss_parameter_supported',
  'client_id_metadata_document_supported',
  'pushed_authorization_request_endpoint',
  'require_pushed_authorization_requests',
  'device_authorization_endpoint',
  'authorization_grant_profiles_supported',
]

function metadataWithFaults(metadata: Document, faults: ReadonlySet<Fault>): Document {
  const without = [
    ...(faults.has('old_metadata') ? newerThanRfc8414 : []),
    ...(faults.has('no_registration') ? ['registration_endpoint'] : []),
  ]
  const left = Object.fromEntries(Object.entries(metadata).filter(([name]) => !without.includes(name)))
  return faults.has('metadata_of_another') ? { ...left, issuer: 'https://another.test' } : left
}

async function tokensWithFaults(tokens: Document, options: FailingOptions): Promise<Document> {
  const { faults } = options
  const { access_token: accessToken, refresh_token: refreshToken, id_token: idToken, ...rest } = tokens
  const isTouched =
    tokenFaults.some((fault) => faults.has(fault)) && typeof accessToken === 'string' && isJwt(accessToken)
  return {
    access_token: isTouched ? await tokenWithFaults(accessToken, options) : accessToken,
    ...(refreshToken !== undefined && !faults.has('no_refresh_tokens') && { refresh_token: refreshToken }),
    ...(idToken !== undefined && !faults.has('no_openid') && { id_token: idToken }),
    ...rest,
    ...(isTouched && faults.has('short_tokens') && { expires_in: 5 }),
  }
}

/** The same token, made anew with what is wrong with it. */
async function tokenWithFaults(accessToken: string, { faults, signingKey, now }: FailingOptions): Promise<string> {
  const claims = claimsOf(accessToken)
  const key = await signingKey()
  return signJwt(faults.has('unknown_key') ? await unknownKey() : key, faults.has('wrong_type') ? 'JWT' : 'at+jwt', {
    ...claims,
    ...(faults.has('short_tokens') && { exp: now() + 5 }),
    ...(faults.has('expired_tokens') && { iat: now() - 7200, exp: now() - 3600 }),
    ...(faults.has('wrong_audience') && { aud: 'https://another.test/mcp' }),
    ...(faults.has('wrong_issuer') && { iss: 'https://another.test' }),
  })
}

/** An opaque token cannot be made anew with what is wrong with it. */
function isJwt(accessToken: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(accessToken)
}

function claimsOf(accessToken: string): Document {
  const [, payload = ''] = accessToken.split('.')
  return JSON.parse(new TextDecoder().decode(fromBase64url(payload)))
}

async function unknownKey(): Promise<SigningKey> {
  const { privateJwk } = await generateSigningKey('ES256')
  return importSigningKey(randomText(9), 'ES256', privateJwk)
}

/** The key that a server with these options signs with. */
export function signingKeyOf({
  secrets,
  signingKeys,
  signer,
  ...given
}: {
  store: Store<AuthorizationServerKinds>
  secrets: readonly [ServerSecret, ...ServerSecret[]]
  now: () => number
} & Pick<Partial<AuthorizationServerOptions>, 'signingKeys' | 'signer'>): Promise<SigningKey> {
  const options = {
    ...given,
    signer: signer && resolveSigner(signer),
    signerTimeout: 5,
    signingKeys: resolveSigningKeys(signingKeys),
    onEvent: () => {},
  }
  return createSigningKeys(options, createDerivedKeys(secrets)).current()
}

function down(): Response {
  return Response.json({ error: 'temporarily_unavailable' }, { status: 503, headers: open })
}

function missing(): Response {
  return Response.json({ error: 'not_found' }, { status: 404, headers: open })
}

const open = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' }
