import * as oauth from 'oauth4webapi'
import { isLoopbackHost } from '../protocol/resource.ts'
import type { ResolvedIdentityProvider, ResolvedSignInOptions } from './config.ts'
import { SignInFailure, toldText, unavailable } from './sign-in-failure.ts'

/** What an identity provider says of itself, checked. */
export type Metadata = oauth.AuthorizationServer & { authorization_endpoint: string; token_endpoint: string }

const freshFor = 3600 // seconds; then it is read anew, behind the request
const restAfterFailure = 5 // seconds in which whoever asks gets the failure before

/** The metadata of an identity provider, read once for many askers; what is held is served on while it cannot be read. Throws `SignInFailure`. */
export function createMetadata(
  identityProvider: ResolvedIdentityProvider,
  { fetch, now }: Pick<ResolvedSignInOptions, 'fetch' | 'now'>,
): () => Promise<Metadata> {
  let held: { metadata: Metadata; readAt: number } | undefined
  let failed: { failure: unknown; at: number } | undefined
  let reading: Promise<Metadata> | undefined

  async function read(): Promise<Metadata> {
    try {
      const metadata = await readMetadata(identityProvider, fetch)
      held = { metadata, readAt: now() }
      failed = undefined
      return metadata
    } catch (failure) {
      failed = { failure, at: now() }
      throw failure
    }
  }

  function readOnce(): Promise<Metadata> {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }

  return async () => {
    const rests = failed !== undefined && Math.abs(now() - failed.at) < restAfterFailure
    if (held !== undefined) {
      if (Math.abs(now() - held.readAt) >= freshFor && !rests) readOnce().catch(() => {}) // it is held on, and read again soon
      return held.metadata
    }
    if (rests) throw failed?.failure
    return readOnce()
  }
}

async function readMetadata(
  { issuer, preset, options, id }: ResolvedIdentityProvider,
  fetch: ResolvedSignInOptions['fetch'],
): Promise<Metadata> {
  const isLoopback = isLoopbackHost(new URL(issuer).hostname)
  const fixed = preset.metadataOf?.(issuer)
  if (fixed !== undefined) return checked(fixed, { isLoopback })
  const { host } = new URL(issuer)
  const response = await oauth.discoveryRequest(new URL(issuer), {
    [oauth.customFetch]: fetch,
    [oauth.allowInsecureRequests]: isLoopback,
  })
  if (response.status !== 200)
    throw unavailable(`${host} has no metadata at the issuer that is configured: it answered ${response.status}`)
  const expected = preset.issuerInMetadata?.(options) ?? issuer
  const metadata = await oauth.processDiscoveryResponse(new URL(expected), response).catch((cause: unknown) => {
    if (!isIssuerMismatch(cause)) throw unavailable(`${host} answered no metadata`, { cause })
    throw otherIssuer(id, cause.cause.body.issuer, expected)
  })
  // The library compares URLs, to which an origin is the same with and without its slash; issuers are strings (RFC 8414 §3.3).
  if (metadata.issuer !== expected) throw otherIssuer(id, metadata.issuer, expected)
  return checked(metadata, { isLoopback })
}

/** What is used of metadata, each as it must be: an identity provider may write anything. Throws `SignInFailure`. */
function checked(metadata: oauth.AuthorizationServer, { isLoopback }: { isLoopback: boolean }): Metadata {
  const endpoint = (name: (typeof endpoints)[number]) => {
    const url: unknown = metadata[name] ?? undefined
    if (url === undefined || isEndpoint(url, { isLoopback })) return url
    throw unavailable(`The metadata of the identity provider has a "${name}" that is no https URL`)
  }
  const [authorizationEndpoint, tokenEndpoint] = [endpoint('authorization_endpoint'), endpoint('token_endpoint')]
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined)
    throw unavailable('The metadata of the identity provider lacks an endpoint')
  return {
    issuer: metadata.issuer,
    authorization_endpoint: authorizationEndpoint,
    token_endpoint: tokenEndpoint,
    ...given('userinfo_endpoint', endpoint('userinfo_endpoint')),
    ...given('jwks_uri', endpoint('jwks_uri')),
    ...given('pushed_authorization_request_endpoint', endpoint('pushed_authorization_request_endpoint')),
    ...given('scopes_supported', textsOf(metadata.scopes_supported)),
    ...given('token_endpoint_auth_methods_supported', textsOf(metadata.token_endpoint_auth_methods_supported)),
    // OpenID Connect Core §15.1 has RS256 where nothing is said. Whether it may sign with these, says who verifies.
    id_token_signing_alg_values_supported: textsOf(metadata.id_token_signing_alg_values_supported) ?? ['RS256'],
    authorization_response_iss_parameter_supported: metadata.authorization_response_iss_parameter_supported === true,
    require_pushed_authorization_requests: metadata.require_pushed_authorization_requests === true,
  }
}

const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'userinfo_endpoint',
  'pushed_authorization_request_endpoint',
  'jwks_uri',
] as const

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
  // The name is the one that is asked for, which a computed key loses.
  return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: Value }
}

function textsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined
}

/** http is for identity providers on this machine alone, and one elsewhere does not lead here. */
function isEndpoint(url: unknown, { isLoopback }: { isLoopback: boolean }): url is string {
  if (typeof url !== 'string' || !URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || (isLoopback && protocol === 'http:' && isLoopbackHost(hostname))
}

function otherIssuer(id: string, found: unknown, expected: string): SignInFailure {
  return new SignInFailure(
    'misconfigured',
    `The identity provider "${id}" calls itself otherwise than it is configured here`,
    {
      told: `its issuer is "${toldText(found) ?? ''}", and configured is "${expected}"`,
    },
  )
}

function isIssuerMismatch(error: unknown): error is { cause: { body: { issuer: unknown } } } {
  return error instanceof oauth.OperationProcessingError && error.code === oauth.JSON_ATTRIBUTE_COMPARISON
}
