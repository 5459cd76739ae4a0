import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type McpListener, type McpTransport, protect } from '@portcullis/auth/mcp-sdk'
import { ask, listen } from './raw-http.ts'
import { createWorld, signedInClient } from './world.ts'

const echo: McpTransport = { handleRequest: async ({ auth }, res) => void res.end(auth?.extra.accessToken.subject) }

async function behind(
  t: TestContext,
  transport: Parameters<typeof protect>[1],
  listener: (mcp: McpListener) => McpListener = (mcp) => mcp,
) {
  const world = createWorld()
  const mcp = listener(protect(world.rs, transport))
  const { accessToken } = await signedInClient(world)
  const port = await listen(t, (req, res) => mcp(req, res))
  return { port, headers: { authorization: `Bearer ${accessToken}` } }
}

test('a transport gets what is its own from those who are let in, and knows who calls', async (t) => {
  const { port, headers } = await behind(t, echo)

  const refused = await ask(port, { path: '/notes/mcp' })
  const letIn = await ask(port, { path: '/notes/mcp', headers })
  const elsewhere = await ask(port, { path: '/other', headers })

  assert.deepEqual([refused.status, letIn.status, elsewhere.status], [401, 200, 404])
  assert.equal(letIn.body, 'alice')
})

test('a transport is made for each request that is let in, and for no other', async (t) => {
  let made = 0
  const { port, headers } = await behind(t, async () => {
    made += 1
    return echo
  })

  await ask(port, { path: '/notes/mcp' })
  await ask(port, { path: '/notes/mcp', headers })
  await ask(port, { path: '/notes/mcp', headers })

  assert.equal(made, 2)
})

test('a transport that cannot be made, or fails, ends one request and never the process', async (t) => {
  const failing: McpTransport = { handleRequest: () => Promise.reject(new Error('broken')) }
  const { port, headers } = await behind(t, ({ url }) => {
    if (url === '/notes/mcp/made') return failing
    throw new Error('not made')
  })

  const statuses = [
    await ask(port, { path: '/notes/mcp', headers }),
    await ask(port, { path: '/notes/mcp/made', headers }),
  ].map(({ status }) => status)

  assert.deepEqual(statuses, [500, 500])
})

test('before other middleware, a transport leaves to it what is not its own, and what fails', async (t) => {
  const told: unknown[] = []
  const { port, headers } = await behind(
    t,
    () => {
      throw new Error('not made')
    },
    (mcp) => (req, res) =>
      mcp(req, res, (error) => {
        told.push(error)
        res.writeHead(error === undefined ? 200 : 500).end()
      }),
  )

  const elsewhere = await ask(port, { path: '/other' })
  const failed = await ask(port, { path: '/notes/mcp', headers })

  assert.deepEqual([elsewhere.status, failed.status], [200, 500])
  assert.deepEqual(told.map(String), ['undefined', 'Error: not made'])
})
