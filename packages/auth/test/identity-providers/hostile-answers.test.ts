import { test } from 'node:test'
import { createIdentityProviders, type IdentityProviderOptions } from '@portcullis/auth/identity-providers'
import * as fc from 'fast-check'
import { createBrowser } from './browser.ts'
import { firstKeys, publicJwk } from './played-provider.ts'
import { origin, secrets } from './world.ts'

const issuer = 'https://login.corp.example'
const { privateKey, publicKey } = await firstKeys
const jwks = { keys: [await publicJwk(publicKey, 'a')] }

const presets: readonly IdentityProviderOptions[] = [
  { id: 'oidc', preset: 'oidc', issuer, clientId: 'c', clientSecret: 'hush' },
  { id: 'cognito', preset: 'cognito', issuer, clientId: 'c', clientSecret: 'hush' },
  { id: 'google', preset: 'google', clientId: 'c', clientSecret: 'hush', hostedDomains: ['corp.example'] },
  {
    id: 'entra',
    preset: 'entra',
    tenant: 'organizations',
    tenants: ['11111111-2222-3333-4444-555555555555'],
    clientId: 'c',
    clientSecret: 'hush',
  },
  { id: 'github', preset: 'github', clientId: 'c', clientSecret: 'hush' },
]

/** Any JSON, and what stands where something else is expected. */
const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('', 'x', 0, -1, 1e300, null, [], {}, true, [null], [{}], 'https://x', 'http://['),
)

/** An object of an honest answer, in which some members are anything. */
function spoilt<Honest extends object>(honest: Honest): fc.Arbitrary<unknown> {
  const members = Object.keys(honest)
  const changes = fc.dictionary(fc.constantFrom(...members), anything, { maxKeys: 3 })
  return fc.oneof(
    { weight: 6, arbitrary: changes.map((change) => ({ ...honest, ...change })) },
    { weight: 1, arbitrary: anything },
  )
}

const issuerOf: Record<string, string> = {
  google: 'https://accounts.google.com',
  entra: 'https://login.microsoftonline.com/{tenantid}/v2.0',
}

for (const options of presets)
  test(`whatever the identity provider answers, a sign-in at ${options.preset} comes to an outcome, and never to an error`, async () => {
    const { id } = options
    const named = issuerOf[id] ?? issuer
    const metadata = {
      issuer: named,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      scopes_supported: ['openid', 'offline_access'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
      id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: false,
      require_pushed_authorization_requests: false,
      pushed_authorization_request_endpoint: `${issuer}/par`,
    }
    const now = Math.floor(Date.now() / 1000)
    const tid = '11111111-2222-3333-4444-555555555555'
    const claims = {
      iss: named.replace('{tenantid}', tid),
      sub: 'u-7',
      aud: 'c',
      iat: now,
      exp: now + 300,
      auth_time: now,
      ...{
        nonce: '<nonce>',
        azp: 'c',
        hd: 'corp.example',
        tid,
        oid: 'o',
        groups: ['a'],
        email: 'a@corp.example',
        email_verified: true,
      },
      ...{
        name: 'A',
        preferred_username: 'a',
        _claim_names: {},
        hasgroups: false,
        ver: '2.0',
        'cognito:groups': ['a'],
      },
    }
    const user = {
      id: 1,
      login: 'octocat',
      name: 'Octo',
      slug: 's',
      organization: { login: 'o' },
      primary: true,
      email: 'a@b.example',
    }
    const answers = fc.record({
      metadata: spoilt(metadata),
      jwks: fc.oneof({ weight: 8, arbitrary: fc.constant(jwks) }, { weight: 1, arbitrary: anything }),
      claims: spoilt(claims),
      token: spoilt({
        access_token: 'at',
        token_type: 'Bearer',
        expires_in: 300,
        refresh_token: 'rt',
        scope: 'a',
        id_token: '<id token>',
      }),
      userinfo: spoilt({ sub: 'u-7', email: 'a@corp.example', email_verified: true, groups: ['b'] }),
      api: fc.oneof(spoilt(user), fc.array(spoilt(user), { maxLength: 3 })),
    })

    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        const asked: { nonce?: string } = {}
        const identityProviders = createIdentityProviders({
          origin,
          secrets,
          identityProviders: [options],
          fetch: answering,
        })
        const browser = createBrowser(identityProviders)
        const began = await identityProviders.begin(id, { returnTo: '/' })
        if (began.kind !== 'redirect') return
        for (const cookie of began.setCookies) browser.cookies.set(...pairOf(cookie))
        const { searchParams } = new URL(began.location)
        asked.nonce = searchParams.get('nonce') ?? ''
        const state = searchParams.get('state') ?? ''
        const completed = await browser.arrive(
          id,
          `${origin}/account/callback/${id}?code=x&state=${encodeURIComponent(state)}`,
        )
        if (completed.kind === 'signed_in' && completed.upstream !== undefined)
          await identityProviders.recheck(id, completed.upstream)

        async function answering(input: string | URL | Request): Promise<Response> {
          const { pathname } = new URL(String(input))
          if (pathname.endsWith('/openid-configuration')) return Response.json(answer.metadata)
          if (pathname === '/jwks') return Response.json(answer.jwks)
          if (pathname === '/userinfo') return Response.json(answer.userinfo)
          if (pathname === '/token' || pathname.endsWith('/access_token'))
            return Response.json(await filledIn(answer.token))
          return Response.json(answer.api)
        }

        async function filledIn(token: unknown): Promise<unknown> {
          if (typeof token !== 'object' || token === null || Reflect.get(token, 'id_token') !== '<id token>')
            return token
          const payload = new TextEncoder().encode(JSON.stringify(answer.claims).replace('<nonce>', asked.nonce ?? ''))
          return { ...token, id_token: await signed(payload) }
        }
      }),
      { numRuns: 150 },
    )
  })

/** Signed as it is: what a JWT library would refuse to write is wanted here. */
async function signed(payload: Uint8Array): Promise<string> {
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'a' })).toString('base64url')
  const input = `${header}.${Buffer.from(payload).toString('base64url')}`
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, new TextEncoder().encode(input))
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}

function pairOf(cookie: string): [string, string] {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
  return [name, value]
}
