import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protect, type RouteHandlers } from '@portcullis/auth/next'
import { createWorld, resource, signedInClient, type World } from './world.ts'

/** The MCP server tells who calls as `mcp-handler` learns it, and as others do. */
function routes(world: World, reached: string[] = []): RouteHandlers {
  return protect(world.rs, (request, { authInfo }) => {
    reached.push(`${request.method} ${request.url}`)
    const { auth } = request as Request & { auth?: unknown } // where `mcp-handler` reads it
    return Response.json({ isSame: auth === authInfo, subject: authInfo.extra.accessToken.subject })
  })
}

test('Next.js: whatever a rewrite made of the path, the route of the MCP server is guarded', async () => {
  const world = createWorld()
  const reached: string[] = []
  const { POST } = routes(world, reached)
  const { accessToken } = await signedInClient(world)
  const url = 'https://mcp.example/api/rewritten'
  const headers = { authorization: `Bearer ${accessToken}` }

  const refused = await POST(new Request(url, { method: 'POST', body: '{}' }))
  const letIn = await POST(new Request(url, { method: 'POST', body: '{}', headers }))

  assert.deepEqual([refused.status, letIn.status], [401, 200])
  assert.deepEqual(await letIn.json(), { isSame: true, subject: 'alice' })
  assert.deepEqual(reached, [`POST ${url}`])
})

test('Next.js: each method that the App Router knows is judged, so that it answers none by itself', async () => {
  const reached: string[] = []
  const handlers = routes(createWorld(), reached)
  const answered: Record<string, number> = {}

  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)
    answered[method] = (await handlers[method](new Request(resource, { method }))).status
  const preflight = { method: 'OPTIONS', headers: { origin: 'https://mcp.example' } }
  answered.OPTIONS = (await handlers.OPTIONS(new Request(resource, preflight))).status

  assert.deepEqual(answered, { GET: 401, HEAD: 401, POST: 401, PUT: 401, PATCH: 401, DELETE: 401, OPTIONS: 204 })
  assert.deepEqual(reached, [])
})

test('Next.js: the route of the metadata answers with it, and is nothing else', async () => {
  const { GET } = routes(createWorld())
  const wellKnown = 'https://mcp.example/.well-known/oauth-protected-resource'

  const statuses = [`${wellKnown}/notes/mcp`, wellKnown, `${wellKnown}/other`].map(
    async (url) => (await GET(new Request(url))).status,
  )

  assert.deepEqual(await Promise.all(statuses), [200, 200, 404])
})
