import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identityProviderOf } from './identity-providers.ts'

const issuers: readonly (readonly [issuer: string, name: string | undefined])[] = [
  ['https://login.microsoftonline.com/3fa/v2.0', 'Microsoft Entra ID'],
  ['https://contoso.ciamlogin.com/3fa/v2.0', 'Microsoft Entra ID'],
  ['https://dev-1.okta.com/oauth2/default', 'Okta'],
  ['https://dev-1.eu.auth0.com/', 'Auth0'],
  ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x', 'Amazon Cognito'],
  ['https://accounts.google.com', 'Google'],
  ['https://github.com/login/oauth', 'GitHub'],
  ['https://happy-cat-1.clerk.accounts.dev', 'Clerk'],
  ['https://clerk.example.com', 'Clerk'],
  ['https://happy-cat.authkit.app', 'WorkOS AuthKit'],
  ['https://test.stytch.com/v1/public/x', 'Stytch'],
  ['https://abc.supabase.co/auth/v1', 'Supabase'],
  ['https://api.descope.com/v1/apps/x', 'Descope'],
  ['https://mcp.example', undefined],
  ['https://notgithub.com', undefined],
  ['https://okta.com.example', undefined],
  ['no url', undefined],
]
for (const [issuer, name] of issuers) {
  test(`${issuer} is ${name ?? 'nobody that is known'}`, () => {
    assert.equal(identityProviderOf(issuer, {})?.name, name)
  })
}

test('Keycloak is known by its endpoints, wherever it stands', () => {
  const document = { authorization_endpoint: 'https://sso.example/realms/main/protocol/openid-connect/auth' }

  assert.equal(identityProviderOf('https://sso.example/realms/main', document)?.name, 'Keycloak')
})
