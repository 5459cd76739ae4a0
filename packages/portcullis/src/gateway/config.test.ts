import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResourceServer } from '@portcullis/auth'
import { type GatewayOptions, resolveOptions } from './config.ts'

const resourceServer = createResourceServer({
  resource: 'https://mcp.example/mcp',
  authorizationServers: ['https://login.example'],
  fetch: async () => new Response(undefined, { status: 404 }),
})
const upstream = 'http://localhost:3000/mcp'

test('what cannot stand is a TypeError at construction, and says which option', () => {
  const cases: [Partial<GatewayOptions>, RegExp][] = [
    [{ upstream: '/mcp' }, /"upstream" must be an absolute URL/],
    [{ upstream: 'ftp://localhost/mcp' }, /"upstream" must be an http or https URL/],
    [{ upstream: 'http://a:b@localhost/mcp' }, /"upstream" must not have a user name/],
    [{ upstream: 'http://localhost/mcp#x' }, /"upstream" must not have a fragment/],
    [{ sessionKeys: [new Uint8Array(32), new Uint8Array(31)] }, /"sessionKeys" must .* at least 32 bytes each/],
    [{ sessionKeys: [] }, /"sessionKeys" must have at least one key/],
    [{ limits: { body: 0 } }, /"limits.body" must be a positive number, but is 0/],
    [{ limits: { open: -1 } }, /"limits.open"/],
    [{ timeouts: { upstreamAnswer: Number.NaN } }, /"timeouts.upstreamAnswer"/],
    [{ timeouts: { sweep: 0 } }, /"timeouts.sweep"/],
    [{ rules: { tools: { a: { scopes: ['b c'] } } } }, /"b c" in the scopes of tool "a" is not a scope token/],
  ]

  for (const [options, message] of cases)
    assert.throws(() => resolveOptions({ resourceServer, upstream, ...options }), { name: 'TypeError', message })
})

test('nothing after the end is a choice', () => {
  const timeouts = { streamAfterExpiry: 0, abandoned: 0, revocationGrace: 0, shutdown: 0 }

  assert.equal(resolveOptions({ resourceServer, upstream, timeouts }).timeouts.shutdown, 0)
})

test('the endpoint is at the paths of all its URLs, with and without a slash', () => {
  const alsoServedAt = ['https://mcp.example', 'https://other.example/deep/mcp/']

  const { paths } = resolveOptions({ resourceServer, upstream, alsoServedAt })

  assert.deepEqual([...paths], ['/mcp', '/mcp/', '/', '/deep/mcp', '/deep/mcp/'])
})

test('the options given are neither changed nor held on to', () => {
  const options: GatewayOptions = Object.freeze({ resourceServer, upstream, limits: Object.freeze({ body: 10 }) })

  const resolved = resolveOptions(options)

  assert.equal(resolved.limits.body, 10)
  assert.equal(resolved.limits.open, 10_000)
  assert.ok(Object.isFrozen(resolved) && Object.isFrozen(resolved.limits) && Object.isFrozen(resolved.timeouts))
})
