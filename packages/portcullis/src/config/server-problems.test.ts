import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from './problems.ts'
import { resolveConfiguration } from './resolve.ts'
import { schema } from './schema.ts'

const behind = 'http://localhost:3000/mcp'

function resolved(settings: object, setAt: Record<string, string> = {}) {
  return resolveConfiguration(schema.parse(settings), { file: undefined, databaseFrom: '/', setAt })
}

function problemsOf(settings: object, setAt: Record<string, string> = {}): string[] {
  try {
    resolved(settings, setAt)
    return []
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return error.problems.map(({ path, message }) => `${path.join('.')} ${message}`)
  }
}

test('each of several servers has a URL at the origin, a name, and scopes of its own', () => {
  const { publicUrl, issuer, mcpServers } = resolved({
    publicUrl: 'https://mcp.example.com',
    servers: {
      notes: { upstream: behind, scopes: { a: 'Do a' } },
      files: { upstream: behind, path: '/v1/files', name: 'Files' },
      mail: { upstream: behind, publicUrl: 'https://mail.example.com/mcp' },
    },
  })

  assert.deepEqual([publicUrl, issuer], ['https://mcp.example.com', 'https://mcp.example.com'])
  assert.deepEqual(
    mcpServers.map((server) => [server.id, server.name, server.publicUrl, server.defaultScopes]),
    [
      ['notes', 'notes', 'https://mcp.example.com/notes/mcp', ['a']],
      ['files', 'Files', 'https://mcp.example.com/v1/files', ['mcp']],
      ['mail', 'mail', 'https://mail.example.com/mcp', ['mcp']],
    ],
  )
  assert.equal(resolved({ servers: { notes: {} } }).publicUrl, 'http://localhost:7080')
})

test('one server is of the settings at the top, at the public URL itself', () => {
  const { mcpServers } = resolved({ publicUrl: 'https://mcp.example.com/mcp', upstream: behind, name: 'Notes' })

  assert.deepEqual(
    mcpServers.map(({ id, name, publicUrl, upstream }) => [id, name, publicUrl, upstream]),
    [[undefined, 'Notes', 'https://mcp.example.com/mcp', behind]],
  )
})

test('what cannot stand of several servers is refused with its place', () => {
  const servers = { a: { upstream: behind }, b: { upstream: behind } }
  const cases: [object, RegExp][] = [
    [
      { publicUrl: 'https://m.example/mcp', servers },
      /^publicUrl must have no path beside "servers".*https:\/\/m\.example$/,
    ],
    [{ publicUrl: 'http://m.example', servers }, /^publicUrl must be https unless/],
    [{ servers: { 'a b': {} } }, /^servers\.a b must have a name of/],
    [{ servers: { a: { path: 'mcp' } } }, /^servers\.a\.path must be a path such as \/a\/mcp, but is "mcp"$/],
    [{ servers: { a: { path: '/' } } }, /^servers\.a\.path must be a path/],
    [{ servers: { a: { path: '/x?y' } } }, /^servers\.a\.path must not have a query/],
    [{ servers: { a: { path: '/token/x' } } }, /^servers\.a\.path must not be under \/token/],
    [{ servers: { a: { path: '/x', publicUrl: 'https://a.example/x' } } }, /^servers\.a\.path must not stand beside/],
    [{ servers: { a: { publicUrl: 'http://a.example/x' } } }, /^servers\.a\.publicUrl must be https/],
    [{ servers: { a: { scopes: { x: 'X' }, defaultScopes: ['y'] } } }, /^servers\.a\.defaultScopes\.0 must be one of/],
    [{ servers: { a: { tools: { t: { scopes: ['y'] } } } } }, /^servers\.a\.tools\.t\.scopes\.0 must be one of/],
    [
      { servers: { a: { upstream: 'http://localhost:7080/a/mcp' } } },
      /^servers\.a\.upstream must not be the public URL/,
    ],
    [
      { servers, privileges: { c: { clientCredentials: ['mcp'] } } },
      /clientCredentials must name its server.*clientCredentialsFor/,
    ],
    [{ servers, privileges: { c: { introspection: true } } }, /introspection must name its server.*introspectionFor/],
    [
      { publicUrl: 'https://m.example', servers, resources: { 'https://m.example/a/mcp': { scopes: { a: 'A' } } } },
      /^resources\.https:\/\/m\.example\/a\/mcp must be another server/,
    ],
  ]

  for (const [settings, expected] of cases)
    assert.match(problemsOf(settings)[0] ?? '', expected, JSON.stringify(settings))
})

test('law 1: no two servers have one path, whatever the host: the path alone says which is meant', () => {
  const collision = /^servers\.b must be at another path than "a": \/a\/mcp is that server’s/
  for (const b of [
    { path: '/a/mcp' },
    { path: '/a/mcp/' },
    { publicUrl: 'https://other.example/a/mcp' },
    { alsoServedAt: ['https://other.example/a/mcp'] },
  ])
    assert.match(problemsOf({ publicUrl: 'https://m.example', servers: { a: {}, b } })[0] ?? '', collision)
})

test('what is set of one server does not stand beside several, of which none would have it', () => {
  const settings = { servers: { a: { upstream: behind } }, upstream: behind, tools: { t: { scopes: ['mcp'] } } }

  assert.deepEqual(problemsOf(settings, { upstream: '--upstream', tools: 'portcullis.yaml:3' }), [
    'upstream must not stand beside "servers": set it of each server there',
    'tools must not stand beside "servers": set it of each server there',
  ])
})
