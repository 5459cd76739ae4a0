import assert from 'node:assert/strict'
import { test } from 'node:test'
import { machineProblems } from './machine-problems.ts'
import { setServers } from './mcp-servers.ts'
import { resourceProblems } from './resource-problems.ts'
import { schema } from './schema.ts'

const publicUrl = 'https://mcp.example/mcp'
const files = 'https://files.example/api'
const resources = { [files]: { scopes: { 'files:read': 'Read files' } } }
const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const machine = ['client_credentials', tokenExchange, jwtBearer]
const clients = {
  desk: { secretVariable: 'DESK', grantTypes: machine },
  open: { redirectUris: ['https://a.example/cb'], grantTypes: machine },
  web: { redirectUris: ['https://b.example/cb'], secretVariable: 'WEB' },
  exchanger: { secretVariable: 'EXCHANGER', grantTypes: [tokenExchange] },
}
const trusted = { clients: ['desk'], keysFile: 'keys.json', people: { a: 'ada' } }

function problemsOf(more: object): string[] {
  const settings = schema.parse({ clients, resources, ...more })
  const own = settings.publicUrl ?? publicUrl
  const servers = setServers(settings, own)
  return [...resourceProblems(settings, servers), ...machineProblems(settings, { servers, publicUrl: own })].map(
    ({ path, message }) => `${path.join('.')} ${message}`,
  )
}

const stand: Readonly<Record<string, object>> = {
  'tokens for itself': {
    privileges: { desk: { clientCredentials: ['mcp'], clientCredentialsFor: { [files]: ['files:read'] } } },
  },
  exchange: { privileges: { desk: { tokenExchange: { from: publicUrl, to: [files] } } } },
  'a client with a document': { privileges: { 'https://a.example/client.json': { introspection: true } } },
  'a client that an operator made': { privileges: { '5Jz0c2y8QmS1vXw4kT7aQd': { introspectionFor: [files] } } },
  'exchange by a client that does nothing else': {
    privileges: { exchanger: { tokenExchange: { from: publicUrl, to: [files] } } },
  },
  'introspection, which is no grant': { privileges: { web: { introspection: true } } },
  'an identity provider': { identityAssertionIssuers: { 'https://idp.example': { ...trusted, resources: [files] } } },
  'an opaque server that may ask': {
    resources: { [files]: { scopes: { a: 'A' }, accessTokenFormat: 'opaque', secretFile: 'files.secret' } },
  },
}
for (const [title, settings] of Object.entries(stand))
  test(`${title} stands`, () => {
    assert.deepEqual(problemsOf(settings), [])
  })

const privilege = (settings: object, id = 'desk') => ({ privileges: { [id]: settings } })
const issuer = (settings: object, name = 'https://idp.example') => ({ identityAssertionIssuers: { [name]: settings } })
const server = (settings: object, url = files) => ({ resources: { [url]: { scopes: { a: 'A' }, ...settings } } })

const cannotStand: readonly [title: string, settings: object, problem: RegExp][] = [
  ['a scope that nobody knows', privilege({ clientCredentials: ['x'] }), /desk\.clientCredentials must be of "scopes"/],
  [
    'a scope of another server',
    privilege({ clientCredentialsFor: { [files]: ['mcp'] } }),
    /must be of the scopes of https:\/\/files\.example\/api, but names "mcp"/,
  ],
  ['a server that is not known', privilege({ introspectionFor: ['https://x.example'] }), /is none of .*mcp.*files/],
  [
    'exchange from a server that is not known',
    privilege({ tokenExchange: { from: 'https://x.example', to: [files] } }),
    /tokenExchange names the server "https:\/\/x\.example"/,
  ],
  ['exchange to where it comes from', privilege({ tokenExchange: { from: files, to: [files] } }), /must not name/],
  ['a public client', privilege({ introspection: true }, 'open'), /"open", which has neither a secret nor keys/],
  ['a slip in the name of a client', privilege({ introspection: true }, 'deks'), /did you mean "desk"\?/],
  ['an issuer that is none', issuer(trusted, 'idp.example'), /is no issuer: it must be an absolute URL/],
  ['this server as issuer', issuer(trusted, 'https://mcp.example'), /is this server itself/],
  ['no keys', issuer({ ...trusted, keysFile: undefined }), /needs either keysUrl or keysFile/],
  ['keys in two places', issuer({ ...trusted, keysUrl: 'https://idp.example/keys' }), /needs either keysUrl or/],
  ['nobody', issuer({ ...trusted, people: {} }), /needs people or userNameClaim/],
  ['a public client with assertions', issuer({ ...trusted, clients: ['open'] }), /neither a secret nor keys/],
  ['a server that assertions cannot be for', issuer({ ...trusted, resources: ['https://x.example'] }), /is none of/],
  [
    'tokens for itself by a client that is not for that',
    privilege({ clientCredentials: ['mcp'] }, 'exchanger'),
    /privileges\.exchanger\.clientCredentials is for the client "exchanger", which lacks the grant type client_credentials/,
  ],
  [
    'tokens of another server by a client that is not for that',
    privilege({ clientCredentialsFor: { [files]: ['files:read'] } }, 'web'),
    /clientCredentialsFor is for the client "web", which lacks the grant type client_credentials/,
  ],
  [
    'exchange by a client that is not for that',
    privilege({ tokenExchange: { from: publicUrl, to: [files] } }, 'web'),
    /tokenExchange is for the client "web", which lacks the grant type urn:ietf:params:oauth:grant-type:token-exchange/,
  ],
  [
    'assertions by a client that is not for that',
    issuer({ ...trusted, clients: ['desk', 'exchanger'] }),
    /clients is for the client "exchanger", which lacks the grant type urn:ietf:params:oauth:grant-type:jwt-bearer/,
  ],
  ['a server without https', server({}, 'http://files.example/api'), /is no URL of a server: it must/],
  ['the MCP server again', server({}, publicUrl), /must be another server/],
  [
    'the MCP server by the other name of this machine',
    { ...server({}, 'http://127.0.0.1:7080/mcp'), publicUrl: 'http://localhost:7080/mcp' },
    /must be another server/,
  ],
  ['tokens that nobody can read', server({ accessTokenFormat: 'opaque' }), /needs secretFile or secretVariable/],
  ['two secrets', server({ secretFile: 'a', secretVariable: 'A' }), /must not stand beside secretFile/],
  [
    'a default scope that it has not',
    server({ defaultScopes: ['b'] }),
    /defaultScopes must name scopes of this server/,
  ],
]
for (const [title, settings, problem] of cannotStand)
  test(`${title} cannot stand, and is told of by its name`, () => {
    const problems = problemsOf(settings)

    assert.equal(problems.length, 1, problems.join('\n'))
    assert.match(problems[0] ?? '', problem)
  })
