import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { protect } from '@portcullis/auth/fetch'
import { callerOf, needsOf, registerTool } from '@portcullis/auth/tools'
import { z } from 'zod'
import { createWorld, signedInClient } from '../../test/world.ts'

let reached: string[] = []

function createNotes(): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  registerTool(server, 'whoami', { description: 'Tells who calls.' }, async (context) => {
    reached.push('whoami')
    const { subject, scopes, roles, claims } = callerOf<{ tenant: string }>(context)
    return {
      content: [{ type: 'text', text: `${subject} of ${claims.tenant}: ${[...scopes].join(' ')}, ${[...roles]}` }],
    }
  })
  registerTool(
    server,
    'delete_note',
    {
      description: 'Deletes a note.',
      inputSchema: z.object({ id: z.string(), times: z.number().optional() }),
      needs: { scopes: ['notes:delete'], roles: ['editor'] },
    },
    async ({ id, times = 1 }) => {
      reached.push('delete_note')
      return { content: [{ type: 'text', text: id.repeat(times) }] }
    },
  )
  registerTool(server, 'wipe', { needs: { roles: ['admin'] } }, async () => {
    reached.push('wipe')
    return { content: [] }
  })
  return server
}

/** `isGuarded`: whether the rules of the tools stand in front of the server too. */
async function openNotes({ isGuarded = true, scope = 'notes:read' } = {}) {
  reached = []
  const world = createWorld({ as: { claims: async () => ({ roles: ['editor'], tenant: 'acme' }) } })
  const handle = protect(world.rs, (request, info) => createMcpHandler(createNotes).fetch(request, info), {
    ...(isGuarded && { tools: needsOf(createNotes()) }),
  })
  const { accessToken } = await signedInClient(world, { scope })
  return async (method: string, params: object = {}) => {
    const answer = await handle(
      new Request(world.rs.resource, {
        method: 'POST',
        headers: {
          host: 'mcp.example',
          authorization: `Bearer ${accessToken}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2025-11-25',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      }),
    )
    const text = await answer.text()
    return { status: answer.status, body: JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) }
  }
}

const call = (name: string, given: object = {}): [string, object] => ['tools/call', { name, arguments: given }]
const textOf = ({ result }: { result: { content: { text: string }[] } }) => result.content[0]?.text

test('the rules that stand beside tools are the rules of the guard', async () => {
  assert.deepEqual(needsOf(createNotes()), {
    whoami: {},
    delete_note: { scopes: ['notes:delete'], roles: ['editor'] },
    wipe: { roles: ['admin'] },
  })
})

test('a handler knows who calls: subject, scopes, roles and claims', async () => {
  const ask = await openNotes()

  assert.equal(textOf((await ask(...call('whoami'))).body), 'alice of acme: notes:read, editor')
})

test('RS-17 a tool whose scope is missing is answered before the server, as a challenge', async () => {
  const ask = await openNotes()

  assert.equal((await ask(...call('delete_note', { id: '7' }))).status, 403)
  assert.deepEqual(reached, [])
})

test('a tool whose scope is there is called with its arguments', async () => {
  const ask = await openNotes({ scope: 'notes:delete' })

  assert.equal(textOf((await ask(...call('delete_note', { id: '7', times: 2 }))).body), '77')
})

test('RS-27 the server lists what its caller may use', async () => {
  const ask = await openNotes()

  const { body } = await ask('tools/list')

  assert.deepEqual(
    body.result.tools.map(({ name }: { name: string }) => name),
    ['whoami', 'delete_note'],
  )
})

test('a tool keeps to its needs by itself where the guard knows of none, and says how to get what is missing', async () => {
  const ask = await openNotes({ isGuarded: false })

  const lacking = await ask(...call('delete_note', { id: '7' }))
  const denied = await ask(...call('wipe'))

  assert.equal(lacking.body.result.isError, true)
  assert.deepEqual(lacking.body.result._meta['mcp/www_authenticate'], [
    'Bearer error="insufficient_scope", error_description="This needs the scope notes:delete", scope="notes:delete notes:read"',
  ])
  assert.deepEqual([denied.body.result.isError, textOf(denied.body)], [true, 'The tool "wipe" needs the role "admin"'])
  assert.equal(denied.body.result._meta, undefined)
  assert.deepEqual(reached, [])
})

test('a tool that needs something is for nobody who is not known to call; one that needs nothing says who is missing', async () => {
  reached = []
  const handler = createMcpHandler(createNotes)
  const ask = async (name: string) => {
    const request = new Request('https://mcp.example/', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: { id: '7' } } }),
    })
    const text = await (await handler.fetch(request)).text()
    return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text)
  }

  const needy = await ask('delete_note')
  assert.deepEqual(
    [needy.result.isError, textOf(needy)],
    [true, 'This tool needs somebody who is signed in, and nobody is known to call'],
  )
  assert.match(textOf(await ask('whoami')) ?? '', /put protect\(\) of @portcullis\/auth in front/)
  assert.deepEqual(reached, ['whoami'])
})

test('a caller is found where each SDK has it: extra of 1.x, the context of 2.x, that of FastMCP', () => {
  const accessToken = { subject: 'ann', issuer: 'i', scope: new Set(), roles: new Set(), groups: new Set(), claims: {} }
  const authInfo = { token: '', extra: { accessToken } }

  for (const extra of [{ authInfo }, { http: { authInfo } }, { session: authInfo }])
    assert.equal(callerOf(extra).subject, 'ann')
})

test('what an MCP client writes about who it is makes nobody a caller', () => {
  for (const extra of [
    {},
    { authInfo: {} },
    { authInfo: { extra: { accessToken: 'alice' } } },
    { http: { authInfo: { extra: {} } } },
    { session: {} },
  ])
    assert.throws(() => callerOf(extra), /Nobody is known to call/)
})

test('needs that cannot stand are refused where they are written', () => {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })

  assert.throws(() => registerTool(server, 'a', { needs: { roles: [] } }, async () => ({ content: [] })), TypeError)
  assert.deepEqual(needsOf(server), {})
})
