import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { openScene, requestQueue } from '../../test/gateway-scene.ts'
import { createSessionBinding } from './session-binding.ts'

const key = createSecretKey(Buffer.alloc(32, 1))
const newKey = createSecretKey(Buffer.alloc(32, 2))
const resource = 'https://mcp.example/mcp'
const alice = {
  issuer: 'https://login.example',
  subject: 'alice',
  clientId: 'client-1',
  scope: new Set<string>(),
  resource,
  expiresAt: 0,
  grantId: 'grant-1',
  claims: {},
  extraClaims: {},
  roles: new Set<string>(),
  groups: new Set<string>(),
}

test('RS-22 P-09 law 12: a session is its owner’s, whatever the token, and nobody else’s', () => {
  const binding = createSessionBinding([key], resource)
  const presented = binding.bind('session-1', alice)

  assert.equal(binding.resolve(presented, alice), 'session-1')
  assert.equal(binding.resolve(presented, { ...alice, expiresAt: 9, grantId: 'grant-2' }), 'session-1')
  for (const other of [{ subject: 'bob' }, { clientId: 'client-2' }, { clientId: undefined }, { issuer: 'https://x' }])
    assert.equal(binding.resolve(presented, { ...alice, ...other }), undefined, JSON.stringify(other))
})

test('law 12: the same key knows the session after a restart and at another gateway, another key or server does not', () => {
  const presented = createSessionBinding([key], resource).bind('session-1', alice)

  assert.equal(createSessionBinding([key], resource).resolve(presented, alice), 'session-1')
  assert.equal(createSessionBinding([key], 'https://other.example/mcp').resolve(presented, alice), undefined)
  assert.equal(createSessionBinding([newKey], resource).resolve(presented, alice), undefined)
})

test('P-09 law 12: a session outlives a change of keys while its key is still among them', () => {
  const before = createSessionBinding([key], resource).bind('session-1', alice)
  const both = createSessionBinding([newKey, key], resource)

  assert.equal(both.resolve(before, alice), 'session-1')
  assert.equal(both.resolve(before, { ...alice, subject: 'bob' }), undefined)
  assert.equal(createSessionBinding([newKey], resource).resolve(both.bind('session-2', alice), alice), 'session-2')
})

test('any session id comes back as it was, and nothing that was not bound does', () => {
  const binding = createSessionBinding([key], resource)

  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), (upstreamId, other) => {
      assert.equal(binding.resolve(binding.bind(upstreamId, alice), alice), upstreamId)
      assert.equal(binding.resolve(other, alice), undefined)
      assert.equal(binding.resolve(`${upstreamId}.`, alice), undefined)
    }),
  )
})

test('no part of one field can be moved to another', () => {
  const binding = createSessionBinding([key], resource)
  const presented = binding.bind('s', { ...alice, subject: 'a', clientId: 'b","c' })

  assert.equal(binding.resolve(presented, { ...alice, subject: 'a","b', clientId: 'c' }), undefined)
})

test('RS-21 RS-22 P-09 P-10 law 12: through the gateway: a session opened by one is 404 for another, and stays over a refresh', async (t) => {
  const queue = requestQueue()
  const scene = await openScene(t, { upstream: queue.listener })
  const answer = async (sessionId: string) => {
    const { req, res } = await queue.next()
    res.setHeader('Mcp-Session-Id', sessionId).end('{}')
    return req.headers['mcp-session-id']
  }
  const call = (headers: Record<string, string>, method = 'POST') =>
    fetch(scene.url, { method, headers, ...(method === 'POST' && { body: '{}' }) })

  const [opened] = await Promise.all([call(scene.signedIn()), answer('session-1')])
  const sessionId = opened.headers.get('mcp-session-id') ?? ''
  const [again, atUpstream] = await Promise.all([
    call({ ...scene.signedIn({ iat: 1, grant_id: 'grant-2' }), 'Mcp-Session-Id': sessionId }),
    answer('session-1'),
  ])

  assert.notEqual(sessionId, 'session-1')
  assert.equal(atUpstream, 'session-1')
  assert.equal(again.headers.get('mcp-session-id'), sessionId)
  for (const claims of [{ sub: 'bob' }, { client_id: 'client-2' }])
    for (const method of ['POST', 'GET', 'DELETE']) {
      const resumed = { 'Mcp-Session-Id': sessionId, ...(method === 'GET' && { 'Last-Event-ID': '1' }) }
      const other = await call({ ...scene.signedIn(claims), ...resumed }, method)
      assert.equal(other.status, 404)
      assert.deepEqual((await other.json()).error, { code: -32001, message: 'Session not found' })
    }
  const raw = await call({ ...scene.signedIn(), 'Mcp-Session-Id': 'session-1' })
  assert.equal(raw.status, 404)
})

test('law 12: a session id means nothing in a modern request: it neither goes on nor comes back', async (t) => {
  const queue = requestQueue()
  const scene = await openScene(t, { upstream: queue.listener })
  const headers = {
    ...scene.signedIn(),
    'MCP-Protocol-Version': '2026-07-28',
    'Mcp-Session-Id': 'of-somebody',
    'Last-Event-ID': '7',
  }

  const response = fetch(scene.url, { method: 'POST', headers, body: '{}' })
  const { req, res } = await queue.next()
  res.setHeader('Mcp-Session-Id', 'session-1').end('{}')

  assert.equal(req.headers['mcp-session-id'], undefined)
  assert.equal(req.headers['last-event-id'], undefined)
  assert.equal(req.headers['mcp-protocol-version'], '2026-07-28')
  assert.equal((await response).headers.get('mcp-session-id'), null)
})

test('law 12: what only looks like a modern revision gives no way around the binding', async (t) => {
  const scene = await openScene(t)

  for (const version of ['9', 'zzzz', '2026-07-28x', '2026-07-28, 2025-11-25', '2025-11-25'])
    assert.equal(
      (
        await fetch(scene.url, {
          method: 'POST',
          headers: { ...scene.signedIn(), 'MCP-Protocol-Version': version, 'Mcp-Session-Id': 'x.y' },
          body: '{}',
        })
      ).status,
      404,
      version,
    )
})
