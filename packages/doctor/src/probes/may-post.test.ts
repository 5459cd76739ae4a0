import assert from 'node:assert/strict'
import { test } from 'node:test'
import { json, listening } from '../../test/loopback-server.ts'
import { startMcpServer } from '../../test/mcp-server.ts'
import { diagnose } from '../diagnose.ts'

test('law 8: whoever writes metadata has the doctor post nothing to somebody else', async () => {
  const victim = await startMcpServer()
  const { origin } = await startMcpServer({
    server: (document) => ({
      ...document,
      registration_endpoint: `${victim.origin}/delete`,
      token_endpoint: `${victim.origin}/remove`,
    }),
  })

  await diagnose(`${origin}/mcp`)

  assert.deepEqual(
    victim.asked.filter((each) => each.startsWith('POST')),
    [],
  )
})

test('law 8: who repeats what it is asked has named nothing', async () => {
  const asked: string[] = []
  const victim = await listening((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    json(response, 200, { query: new URL(request.url ?? '/', 'http://x').searchParams.get('q') })
  })
  const { origin } = await startMcpServer({
    server: (document) => ({
      ...document,
      authorization_endpoint: `${victim}/search?q=${victim}/delete`,
      token_endpoint: `${victim}/delete`,
    }),
  })

  await diagnose(`${origin}/mcp`)

  assert.deepEqual(
    asked.filter((each) => each.startsWith('POST')),
    [],
  )
})

test('law 8: nor to the server that is asked, unless it names the place itself', async () => {
  const login = await startMcpServer({
    server: (document) => ({ ...document, token_endpoint: `${mcp.origin}/shutdown` }),
  })
  const mcp: { origin: string; asked: string[] } = await startMcpServer({
    resource: (document) => ({ ...document, authorization_servers: [login.origin] }),
    server: () => undefined,
  })

  await diagnose(`${mcp.origin}/mcp`)

  assert.ok(!mcp.asked.includes('POST /shutdown'))
})
