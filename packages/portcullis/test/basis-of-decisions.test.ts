import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOf, openScene } from './gateway-scene.ts'

const rules = { rules: { tools: { delete_note: { scopes: ['notes:delete'] } } } }

function callOf(name: string, meta: Record<string, unknown> = {}): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {}, _meta: meta } })
}

test('P-12 P-13 what a call needs is decided by its body: no header names another tool or opens a way around', async (t) => {
  const reached: string[] = []
  const scene = await openScene(t, {
    gateway: rules,
    upstream: async (req, res) => {
      reached.push(await bodyOf(req))
      res.end('{}')
    },
  })
  const lies: [headers: Record<string, string>, status: number][] = [
    [{ 'Mcp-Method': 'tools/list' }, 400],
    [{ 'Mcp-Method': 'tools/call', 'Mcp-Name': 'list_notes' }, 400],
    [{ 'Mcp-Method': 'tools/call', 'Mcp-Name': 'delete_note' }, 403],
    [{ 'MCP-Protocol-Version': '2025-03-26' }, 403],
    [{ 'MCP-Protocol-Version': '2026-07-28' }, 403],
    [{ 'Mcp-Param-Tenant': 'admin', 'Mcp-Param-Scope': 'notes:delete' }, 403],
    [{ 'X-Portcullis-Scope': 'notes:delete' }, 403],
  ]

  for (const [headers, status] of lies) {
    const answer = await fetch(scene.url, {
      method: 'POST',
      headers: { ...scene.signedIn(), ...headers },
      body: callOf('delete_note'),
    })
    assert.equal(answer.status, status, JSON.stringify(headers))
  }

  assert.deepEqual(reached, [])
})

test('RS-29 who a client says it is opens nothing and closes nothing', async (t) => {
  const scene = await openScene(t, { gateway: rules })
  const meta = {
    'io.modelcontextprotocol/clientInfo': { name: 'admin', title: 'Trusted', version: '1', scope: 'notes:delete' },
  }
  const status = async (body: string) =>
    (await fetch(scene.url, { method: 'POST', headers: scene.signedIn(), body })).status

  assert.deepEqual([await status(callOf('delete_note', meta)), await status(callOf('list_notes', meta))], [403, 200])
})
