import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IdentityProviderOptions } from '@portcullis/auth/identity-providers'
import { OperatorError } from './operator-error.ts'
import { requireOwnSecrets } from './own-secrets.ts'
import { loadSecrets } from './secrets.ts'

const [first, second, server] = ['first', 'second', 'server'].map((name) => name.padEnd(40, '0')) as [
  string,
  string,
  string,
]
const loaded = loadSecrets({
  environment: { PORTCULLIS_SECRET: `${'new'.padEnd(40, '0')} ${server}` },
  database: 'x.db',
})
const own = {
  clients: [{ clientId: 'desk', secret: first }, { clientId: 'open' }, { clientId: 'public' }],
  readers: [{ resource: 'https://files.example/api', secret: second }],
  initialAccessTokens: [],
  identityProviders: [],
}

const corp: { options: IdentityProviderOptions } = {
  options: { id: 'corp', preset: 'oidc', issuer: 'https://id.example', clientId: 'c', clientSecret: 'of corp' },
}

test('one application at an identity provider may be entered twice, as for two tenants, and has its one secret', () => {
  const entra = { preset: 'entra', clientId: 'c', clientSecret: 'of the application' } as const
  const identityProviders = [
    { options: { ...entra, id: 'corp', tenant: '11111111-2222-3333-4444-555555555555' } },
    { options: { ...entra, id: 'subsidiary', tenant: '99999999-2222-3333-4444-555555555555' } },
  ]

  assert.doesNotThrow(() => requireOwnSecrets({ ...own, identityProviders }, loaded))
})

test('secrets of their own stand, and so do clients without one', () => {
  assert.doesNotThrow(() => requireOwnSecrets(own, loaded))
})

const shared: readonly [title: string, changes: Partial<Parameters<typeof requireOwnSecrets>[0]>, said: RegExp][] = [
  [
    'two clients',
    { clients: [...own.clients, { clientId: 'nightly', secret: first }] },
    /of the client "nightly" is also that of the client "desk"/,
  ],
  [
    'two servers',
    { readers: [...own.readers, { resource: 'https://desk.example/mcp', secret: second }] },
    /of the server "https:\/\/desk.example\/mcp" is also that of the server "https:\/\/files.example\/api"/,
  ],
  [
    'a client and a server',
    { readers: [{ resource: 'https://files.example/api', secret: first }] },
    /also that of the client "desk"/,
  ],
  ['a client and whoever registers', { initialAccessTokens: [first] }, /also that of an initial access token/],
  [
    'an identity provider and Portcullis itself',
    { identityProviders: [{ options: { id: 'corp', preset: 'oidc', clientId: 'c', clientSecret: server } }] },
    /of the identity provider "corp" is also that of Portcullis itself/,
  ],
  [
    'two identity providers, which would be shown it',
    {
      identityProviders: [corp, { options: { ...corp.options, id: 'other', issuer: 'https://other.example' } }],
    },
    /of the identity provider "other" is also that of the identity provider "corp"/,
  ],
  [
    'two applications of one identity provider',
    { identityProviders: [corp, { options: { ...corp.options, id: 'other', clientId: 'd' } }] },
    /of the identity provider "other" is also that of the identity provider "corp"/,
  ],
  [
    'a client and Portcullis itself',
    { clients: [{ clientId: 'desk', secret: server }] },
    /also that of Portcullis itself, in PORTCULLIS_SECRET/,
  ],
]
for (const [title, changes, said] of shared)
  test(`law 11: one secret of ${title} stops the start, and is not told`, () => {
    assert.throws(
      () => requireOwnSecrets({ ...own, ...changes }, loaded),
      (error) =>
        error instanceof OperatorError &&
        said.test(error.message) &&
        ![first, second, server].some((secret) => error.message.includes(secret)),
    )
  })
