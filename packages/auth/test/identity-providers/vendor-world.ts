import { readFileSync } from 'node:fs'
import { createIdentityProviders, type IdentityProviderOptions } from '@portcullis/auth/identity-providers'
import { createBrowser } from './browser.ts'
import { type Faults, type PlayedProvider, playProvider } from './played-provider.ts'
import { origin, secrets } from './world.ts'

/** What a vendor answers, as it documents it: a file of `answers/`, which names its sources and how far each was seen. */
export interface Answers {
  issuer: string
  metadata?: Record<string, unknown>
  endpoints?: Record<string, string>
  idToken?: Record<string, unknown>
  userinfo?: Record<string, unknown>
  token?: Record<string, unknown>
  tokenError?: Record<string, unknown>
  callback: Record<string, string>
  api?: Record<string, { status?: number; headers?: Record<string, string>; body?: unknown }>
}

/**
 * A vendor whose identity provider no machine of ours can run: it is played by a small server on loopback, with the answers that the vendor documents,
 * and keys, times and `aud` of the test's own. `fetch` leads the vendor's addresses to it.
 */
export async function vendorWorld(
  context: { after: (close: () => Promise<void>) => void },
  preset: IdentityProviderOptions['preset'],
  options: Partial<IdentityProviderOptions> = {},
) {
  const answers: Answers = JSON.parse(readFileSync(new URL(`./answers/${preset}.json`, import.meta.url), 'utf8'))
  const provider = await playProvider()
  context.after(provider.close)
  for (const name of Object.keys(provider.person)) delete provider.person[name]
  Object.assign(provider.person, answers.idToken)
  provider.faults.callback = answers.callback
  provider.faults.claims = { auth_time: undefined }
  if (answers.userinfo) provider.faults.userinfo = answers.userinfo
  provider.faults.answers = answersOf(answers)
  const clock = { ahead: 0 }
  const identityProviders = createIdentityProviders({
    origin,
    secrets,
    identityProviders: [{ id: preset, preset, clientId: provider.clientId, clientSecret: 'hush', ...options }],
    fetch: (input, init) => fetch(localOf(String(input), answers, provider), init),
    now: () => Math.floor(Date.now() / 1000) + clock.ahead,
  })
  const browser = createBrowser(identityProviders, (location) => `${provider.issuer}/authorize${location.search}`)
  return { answers, provider, identityProviders, browser, clock }
}

function answersOf({ metadata, token, api = {} }: Answers): NonNullable<Faults['answers']> {
  return {
    ...Object.fromEntries(Object.entries(api).map(([url, answer]) => [pathOf(url), answer])),
    ...(metadata && { '/metadata': { body: metadata } }),
    ...(token && { '/token': { body: token } }),
  }
}

/** Where the played server has what the vendor has at an address. */
function localOf(url: string, { metadata = {}, endpoints }: Answers, { issuer }: PlayedProvider): string {
  const names: Record<string, string> = { jwks_uri: '/jwks', token_endpoint: '/token', userinfo_endpoint: '/userinfo' }
  const [name] = Object.entries({ ...metadata, ...endpoints }).find(([, value]) => value === url) ?? []
  const path = name === undefined ? undefined : names[name]
  if (path !== undefined) return `${issuer}${path}`
  return url.endsWith('/.well-known/openid-configuration') ? `${issuer}/metadata` : `${issuer}${pathOf(url)}`
}

function pathOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `/${host}${pathname}`
}
