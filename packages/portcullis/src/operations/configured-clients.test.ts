import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { clientsReadingResults, loadClients, loadKnownClients } from './configured-clients.ts'
import { OperatorError } from './operator-error.ts'
import { loadInitialAccessTokens } from './secrets.ts'

const folder = mkdtempSync(join(tmpdir(), 'portcullis-clients-'))
after(() => rmSync(folder, { recursive: true }))

const redirectUris = ['https://agent.example/cb']
const secret = 'a-secret-of-more-than-32-characters'

function fileWith(text: string): string {
  const file = join(folder, `${Math.random()}`)
  writeFileSync(file, text)
  return file
}

test('a client has its secret from a file, without the line end, or from a variable', () => {
  const fromFile = loadClients({ clients: { agent: { redirectUris, secretFile: fileWith(`${secret}\n`) } } }, {})
  const fromVariable = loadClients({ clients: { agent: { redirectUris, secretVariable: 'AGENT' } } }, { AGENT: secret })

  assert.deepEqual([fromFile[0]?.secret, fromVariable[0]?.secret], [secret, secret])
})

test('a client has its keys from a file, or from where they are', () => {
  const keys = [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'b' }]
  const [fromFile] = loadClients(
    { clients: { agent: { redirectUris, keysFile: fileWith(JSON.stringify({ keys })) } } },
    {},
  )
  const [atUrl] = loadClients({ clients: { agent: { redirectUris, keysUrl: 'https://agent.example/jwks' } } }, {})

  assert.deepEqual(fromFile?.keys, { kind: 'inline', jwks: { keys } })
  assert.deepEqual(atUrl?.keys, { kind: 'uri', uri: 'https://agent.example/jwks' })
})

const missing: readonly [title: string, client: object, said: RegExp][] = [
  [
    'a file that is not there',
    { secretFile: '/nowhere/secret' },
    /\/nowhere\/secret, with the secret of the client "agent"/,
  ],
  ['a variable that is not set', { secretVariable: 'NOWHERE' }, /is not in NOWHERE/],
  ['a secret that is short', { secretFile: fileWith('short') }, /at least 32/],
  ['a secret of two words', { secretFile: fileWith(`${secret} ${secret}`) }, /without a space/],
  ['keys that are none', { keysFile: fileWith('{"keys":[]}') }, /no JSON Web Key Set/],
  ['a key that is none', { keysFile: fileWith('{"keys":[null]}') }, /no JSON Web Key Set/],
  ['a private key', { keysFile: fileWith(`{"keys":[{"kty":"EC","d":"${secret}"}]}`) }, /no JSON Web Key Set of public/],
  ['a shared key', { keysFile: fileWith(`{"keys":[{"kty":"oct","k":"${secret}"}]}`) }, /no JSON Web Key Set of public/],
  ['keys that are no JSON', { keysFile: fileWith('-----BEGIN') }, /no JSON Web Key Set/],
]
for (const [title, client, said] of missing)
  test(`law 11: ${title} stops the start, and no secret is told`, () => {
    assert.throws(
      () => loadClients({ clients: { agent: { redirectUris, ...client } } }, {}),
      (error) => error instanceof OperatorError && said.test(error.message) && !error.message.includes(secret),
    )
  })

test('initial access tokens come from a variable or a file, several between spaces', () => {
  const second = `${secret}-2`

  assert.deepEqual(loadInitialAccessTokens({}), [])
  assert.deepEqual(loadInitialAccessTokens({ PORTCULLIS_INITIAL_ACCESS_TOKEN: `${secret} ${second}` }), [
    secret,
    second,
  ])
  assert.deepEqual(loadInitialAccessTokens({ PORTCULLIS_INITIAL_ACCESS_TOKEN_FILE: fileWith(`${secret}\n`) }), [secret])
})

test('an initial access token that is short, or a file without one, stops the start: registration is not open by mistake', () => {
  for (const environment of [
    { PORTCULLIS_INITIAL_ACCESS_TOKEN: 'short' },
    { PORTCULLIS_INITIAL_ACCESS_TOKEN: ' ' },
    { PORTCULLIS_INITIAL_ACCESS_TOKEN_FILE: fileWith('') },
    { PORTCULLIS_INITIAL_ACCESS_TOKEN_FILE: '/nowhere/token' },
  ])
    assert.throws(() => loadInitialAccessTokens(environment), OperatorError)
})

test('what is known of clients is one line: the profiles of @portcullis/clients say which vendors need a secret, by hosts that are theirs', () => {
  const known = loadKnownClients({ knownClients: true })

  assert.deepEqual(
    known.filter(({ needsSecret }) => needsSecret).map(({ vendor }) => vendor),
    ['Microsoft', 'Perplexity'],
  )
  assert.ok(known.every(({ redirectHosts }) => redirectHosts.every((host) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host))))
  assert.deepEqual(loadKnownClients({ knownClients: false }), [])
})

test('where clients look for the challenge of a call is known of ChatGPT alone, by how its User-Agent begins, and nothing where that is not wanted', () => {
  assert.deepEqual(clientsReadingResults({ knownClients: true }), ['openai-mcp/'])
  assert.deepEqual(clientsReadingResults({ knownClients: false }), [])
})
