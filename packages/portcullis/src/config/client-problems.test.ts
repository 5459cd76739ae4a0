import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientProblems } from './client-problems.ts'
import { schema } from './schema.ts'

const redirectUris = ['https://agent.example/cb']

function problemsOf(clients: Record<string, object>, more: object = {}): string[] {
  return clientProblems(schema.parse({ clients, ...more })).map(({ path, message }) => `${path.join('.')} ${message}`)
}

const stand: Readonly<Record<string, Record<string, object>>> = {
  'no credentials': { agent: { redirectUris } },
  'a secret in a file': { agent: { redirectUris, secretFile: 'agent.secret' } },
  'a secret in a variable, by post': { agent: { redirectUris, secretVariable: 'AGENT', method: 'client_secret_post' } },
  'keys in a file': { agent: { redirectUris, keysFile: 'agent.jwks' } },
  'no person': { job: { grantTypes: ['client_credentials'], secretFile: 'job.secret' } },
  'exchange alone': {
    desk: { grantTypes: ['urn:ietf:params:oauth:grant-type:token-exchange'], secretFile: 'desk.secret' },
  },
  'assertions alone': {
    desk: { grantTypes: ['urn:ietf:params:oauth:grant-type:jwt-bearer'], secretFile: 'desk.secret' },
  },
  'a device': { tv: { grantTypes: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'] } },
  'a loopback redirect URI': { agent: { redirectUris: ['http://127.0.0.1/cb'] } },
}
for (const [title, clients] of Object.entries(stand))
  test(`a client with ${title} stands`, () => {
    assert.deepEqual(problemsOf(clients, { devices: { enabled: true } }), [])
  })

const cannotStand: readonly [title: string, client: object, problem: RegExp][] = [
  [
    'pushing where nothing is pushed',
    { redirectUris, requirePushedRequests: true },
    /requirePushedRequests needs pushedRequests\.enabled: true/,
  ],
  [
    'no redirect URI',
    {},
    /^clients\.agent\.redirectUris must name at least one URI for the grant type authorization_code/,
  ],
  [
    'a redirect URI and no codes',
    { redirectUris, grantTypes: ['client_credentials'], secretFile: 'a' },
    /redirectUris must be left out/,
  ],
  [
    'tokens for itself and no proof',
    { grantTypes: ['client_credentials'] },
    /grantTypes has client_credentials, which needs a secret/,
  ],
  [
    'a device where none is let in',
    { grantTypes: ['urn:ietf:params:oauth:grant-type:device_code'] },
    /grantTypes has urn:ietf:params:oauth:grant-type:device_code, which needs devices\.enabled: true/,
  ],
  [
    'exchange and no proof',
    { grantTypes: ['urn:ietf:params:oauth:grant-type:token-exchange'] },
    /grantTypes has urn:ietf:params:oauth:grant-type:token-exchange, which needs a secret/,
  ],
  ['refresh tokens alone', { grantTypes: ['refresh_token'] }, /grantTypes must name a way/],
  [
    'one that is not taken',
    { redirectUris: [...redirectUris, 'http://a.example/'] },
    /redirectUris\.1 must be a redirect URI/,
  ],
  ['one that runs script', { redirectUris: ['javascript:alert(1)'] }, /redirectUris cannot stand/],
  [
    'two places of its secret',
    { redirectUris, secretFile: 'a', secretVariable: 'A' },
    /secretVariable must not stand beside/,
  ],
  [
    'two places of its keys',
    { redirectUris, keysFile: 'a', keysUrl: 'https://a.example/' },
    /keysUrl must not stand beside/,
  ],
  ['a secret and keys', { redirectUris, keysFile: 'a', secretFile: 'b' }, /keysFile must not stand beside a secret/],
  [
    'a secret that it need not show',
    { redirectUris, secretFile: 'b', method: 'none' },
    /method must be one of secrets/,
  ],
  ['no secret for its method', { redirectUris, method: 'client_secret_basic' }, /needs secretFile or secretVariable/],
  ['no keys for its method', { redirectUris, method: 'private_key_jwt' }, /needs keysFile or keysUrl/],
  [
    'keys at a URL that nobody may fetch',
    { redirectUris, keysUrl: 'https://a.example/' },
    /keysUrl needs clientDocuments/,
  ],
]
for (const [title, client, problem] of cannotStand)
  test(`a client with ${title} is refused with its place`, () => {
    const [first = ''] = problemsOf({ agent: client }, { clientDocuments: { enabled: false } })

    assert.match(first, problem)
  })

test('an identifier that some would have to encode is refused', () => {
  for (const id of ['a:b', 'https://agent.example/', 'a b', 'x'.repeat(129)])
    assert.match(problemsOf({ [id]: { redirectUris } })[0] ?? '', /must be an identifier/)
})

test('keys at a URL stand where what clients name is fetched', () => {
  assert.deepEqual(
    problemsOf({ agent: { redirectUris, keysUrl: 'https://a.example/' } }, { clientDocuments: { enabled: true } }),
    [],
  )
})
