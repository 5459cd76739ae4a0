import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { ResourceServer } from '@portcullis/auth'
import { type ProtectOptions, protect as protectFetch, type RequestInfo } from '@portcullis/auth/fetch'
import { type Protected, protect as protectHono } from '@portcullis/auth/hono'
import { Hono } from 'hono'
import { collectGarbage } from './fuzz/heap.ts'
import { createWorld, resource, signedInClient } from './world.ts'

type Handler = (request: Request, info: RequestInfo) => Response | Promise<Response>

/** The same application in both forms: an MCP server, and something else besides. */
const adapters: Readonly<
  Record<
    string,
    (rs: ResourceServer, mcp: Handler, options?: ProtectOptions) => (request: Request) => Promise<Response>
  >
> = {
  fetch: (rs, mcp, options = {}) => protectFetch(rs, mcp, { ...options, otherwise: elsewhere }),
  Hono(rs, mcp, options) {
    const app = new Hono<Protected>()
    app.use(protectHono(rs, options))
    app.all('/notes/mcp', (c) => {
      const authInfo = c.get('auth')
      return mcp(c.req.raw, { authInfo, accessToken: authInfo.extra.accessToken })
    })
    app.all('*', (c) => elsewhere(c.req.raw))
    return async (request) => app.fetch(request)
  },
}

const tools = { 'delete-note': { scopes: ['notes:delete'] } }
const call = (name: string) => JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } })

async function elsewhere(request: Request): Promise<Response> {
  return new Response(`${request.method} ${await request.text()}`, { headers: { 'x-who': 'elsewhere' } })
}

const echo: Handler = async (request, { authInfo }) =>
  Response.json({ token: authInfo.token, subject: authInfo.extra.accessToken.subject, body: await request.text() })

for (const [name, create] of Object.entries(adapters)) {
  test(`${name}: law 1: what is not of the resource is let through as it came, whatever host, origin or credentials it shows`, async () => {
    const fetch = create(createWorld().rs, echo)
    const headers = { host: 'other.example', origin: 'https://evil.example', authorization: 'Bearer nonsense' }

    const posted = await fetch(new Request('https://other.example/form', { method: 'POST', headers, body: 'some' }))
    const preflight = await fetch(new Request('https://other.example/form', { method: 'OPTIONS', headers }))

    assert.deepEqual([posted.status, posted.headers.get('x-who'), await posted.text()], [200, 'elsewhere', 'POST some'])
    assert.deepEqual([preflight.status, preflight.headers.get('x-who')], [200, 'elsewhere'])
  })

  test(`${name}: RS-05 RS-06 metadata, preflights and refusals are answered before anything behind sees the request`, async () => {
    const reached: string[] = []
    const fetch = create(createWorld().rs, (request) => {
      reached.push(request.url)
      return new Response()
    })
    const wellKnown = 'https://mcp.example/.well-known/oauth-protected-resource/notes/mcp'

    const statuses = [
      await fetch(new Request(wellKnown)),
      await fetch(new Request(wellKnown, { method: 'HEAD' })),
      await fetch(new Request(resource, { method: 'OPTIONS', headers: { origin: 'https://mcp.example' } })),
      await fetch(new Request(resource, { method: 'HEAD' })),
      await fetch(new Request('https://mcp.example/%6Eotes/mcp', { method: 'POST', body: '{}' })),
      await fetch(new Request(resource, { headers: { host: 'evil.example' } })),
    ].map(({ status }) => status)

    assert.deepEqual(statuses, [200, 200, 204, 401, 401, 403])
    assert.deepEqual(reached, [])
  })

  test(`${name}: law 7: what is behind is told who calls, and not with which token; a browser may read its answer`, async () => {
    const world = createWorld()
    const { accessToken } = await signedInClient(world)
    const fetch = create(world.rs, echo)
    const headers = { authorization: `Bearer ${accessToken}`, origin: 'https://mcp.example' }

    const answered = await fetch(new Request(resource, { headers }))

    assert.deepEqual(await answered.json(), { token: '', subject: 'alice', body: '' })
    assert.equal(answered.headers.get('access-control-allow-origin'), 'https://mcp.example')
  })

  test(`${name}: a browser may read an answer whose headers cannot be changed`, async () => {
    const world = createWorld()
    const { accessToken } = await signedInClient(world)
    const fetch = create(world.rs, () => Response.redirect('https://mcp.example/other'))
    const headers = { authorization: `Bearer ${accessToken}`, origin: 'https://mcp.example' }

    const answered = await fetch(new Request(resource, { headers }))

    assert.deepEqual(
      [answered.status, answered.headers.get('access-control-allow-origin')],
      [302, 'https://mcp.example'],
    )
  })

  test(`${name}: RS-16 a body is judged by the rules, and is there for whoever reads next`, async () => {
    const world = createWorld()
    const { accessToken } = await signedInClient(world)
    const fetch = create(world.rs, echo, { tools })
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
    const post = (body: string) => fetch(new Request(resource, { method: 'POST', headers, body }))

    const refused = await post(call('delete-note'))
    const allowed = await post(call('list'))
    const ambiguous = await post('{"jsonrpc":"2.0","id":1,"method":"ping","METHOD":"tools/call"}')

    assert.deepEqual([refused.status, allowed.status, ambiguous.status], [403, 200, 400])
    assert.match(refused.headers.get('www-authenticate') ?? '', /error="insufficient_scope".*notes:delete/)
    assert.equal((await allowed.json()).body, call('list'))
  })

  test(`${name}: a request without a body is let through by rules, and one whose body is empty is no message`, async () => {
    const world = createWorld()
    const { accessToken } = await signedInClient(world)
    const fetch = create(world.rs, echo, { tools })
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }

    const statuses = [
      await fetch(new Request(resource, { headers })),
      await fetch(new Request(resource, { method: 'DELETE', headers })),
      await fetch(new Request(resource, { method: 'PUT', headers, body: '' })),
      await fetch(new Request(resource, { method: 'POST', headers })),
    ].map(({ status }) => status)

    assert.deepEqual(statuses, [200, 200, 200, 400])
  })

  test(`${name}: a body longer than may be is 413`, async () => {
    const world = createWorld()
    const { accessToken } = await signedInClient(world)
    const fetch = create(world.rs, echo, { tools, longestBody: 20 })
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }

    const { status } = await fetch(new Request(resource, { method: 'POST', headers, body: call('list') }))

    assert.equal(status, 413)
  })
}

test('fetch: what is elsewhere is nothing where nobody answers it, and never comes to the MCP server', async () => {
  const world = createWorld()
  const { accessToken } = await signedInClient(world)
  const fetch = protectFetch(world.rs, echo)
  const headers = { authorization: `Bearer ${accessToken}` }

  const { status } = await fetch(new Request('https://mcp.example/elsewhere', { headers }))

  assert.equal(status, 404)
})

test('fetch: what the runtime gives beside the request is passed on', async () => {
  const world = createWorld()
  const { accessToken } = await signedInClient(world)
  const fetch = protectFetch(world.rs, (_request, _info, env: { name: string }) => new Response(env.name), {
    otherwise: (_request, env) => new Response(`not ${env.name}`),
  })

  const own = await fetch(new Request(resource, { headers: { authorization: `Bearer ${accessToken}` } }), {
    name: 'mcp',
  })
  const other = await fetch(new Request('https://mcp.example/'), { name: 'mcp' })

  assert.deepEqual([await own.text(), await other.text()], ['mcp', 'not mcp'])
})

test('fetch: a client that leaves is noticed behind rules too, also where garbage was collected', {
  timeout: 10_000,
}, async () => {
  const world = createWorld()
  const leaving = new AbortController()
  const behind: Request[] = [] // what answers a request holds it
  const noticed: Promise<unknown>[] = []
  const fetch = protectFetch(
    world.rs,
    (request) => {
      behind.push(request)
      noticed.push(once(request.signal, 'abort'))
      return new Response(new ReadableStream())
    },
    { tools },
  )

  const answer = await fetch(new Request(await listRequest(world), { signal: leaving.signal }))
  await new Promise(setImmediate) // no frame holds what it was called with
  collectGarbage()
  leaving.abort()

  assert.equal(answer.status, 200)
  await Promise.all(noticed)
  assert.equal(behind.length, 1)
})

test('fetch: a body that was read before is let through by no rules', async () => {
  const world = createWorld()
  const { accessToken } = await signedInClient(world)
  const fetch = protectFetch(world.rs, echo, { tools })
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
  const request = new Request(resource, { method: 'POST', headers, body: call('delete-note') })
  await request.text()

  await assert.rejects(fetch(request), /before express\.json\(\)/)
})

const listing = { jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'wipe' }, { name: 'add-note' }] } }
const adminsAlone = { tools: { wipe: { roles: ['admin'] } } }

async function listRequest(world: ReturnType<typeof createWorld>): Promise<Request> {
  const { accessToken } = await signedInClient(world)
  const headers = { host: 'mcp.example', authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
  return new Request(resource, { method: 'POST', headers, body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' })
}

const text = JSON.stringify(listing)
test('Hono: a list that is shorter for its caller has not the length that it had', async () => {
  const world = createWorld()
  const app = new Hono<Protected>()
  app.use(protectHono(world.rs, adminsAlone))
  const headers = { 'content-type': 'application/json', 'content-length': String(text.length), etag: '"all"' }
  app.all('/notes/mcp', () => new Response(text, { headers }))

  const answer = await app.fetch(await listRequest(world))

  assert.deepEqual([answer.headers.get('content-length'), answer.headers.get('etag')], [null, null])
  assert.deepEqual(await answer.json(), { ...listing, result: { tools: [{ name: 'add-note' }] } })
})
