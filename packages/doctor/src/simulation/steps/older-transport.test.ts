import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challenge, endOf, healthy, type Reply, type Served } from '../../../test/served.ts'

const stream: Reply = {
  headers: { 'content-type': 'text/event-stream' },
  text: 'event: endpoint\r\ndata: /messages?sessionId=1\r\n\r\n',
}
const open = (status: number): Served => ({ POST: { status }, GET: stream })
const guarded = (status: number): Served => ({ ...healthy, POST: { status }, GET: challenge, HEAD: challenge })

for (const id of ['claude', 'chatgpt', 'claude-code', 'cursor', 'gemini-cli', 'vscode', 'mcp-remote'])
  for (const status of [404, 405])
    test(`${id} falls back to the transport of 2024-11-05 after ${status}`, async () => {
      assert.deepEqual(await endOf(id, open(status)), ['needs_no_sign_in'])
    })

for (const id of ['claude', 'chatgpt', 'gemini-cli', 'vscode', 'mcp-remote'])
  test(`${id} signs in where that transport asks for it`, async () => {
    assert.deepEqual(await endOf(id, guarded(404)), ['asks_for_authorization'])
  })

test('Claude Code was seen to sign in there after 405, and to stop after 404', async () => {
  assert.deepEqual(await endOf('claude-code', guarded(405)), ['asks_for_authorization'])
  assert.deepEqual((await endOf('claude-code', guarded(404))).slice(0, 3), ['stops', 'challenge', 'wrong_status'])
})

for (const id of ['sdk-1', 'sdk-2', 'codex'])
  test(`${id} does not fall back, signed in or not`, async () => {
    const [kind, step] = await endOf(id, guarded(404))
    assert.deepEqual([kind, step, (await endOf(id, open(405)))[0]], ['stops', 'challenge', 'stops'])
  })

test('of whom nobody knows whether it falls back nobody can tell', async () => {
  assert.deepEqual(await endOf('zed', open(405)), [
    'cannot_tell',
    'challenge',
    'Nobody has recorded whether it falls back to the transport of MCP 2024-11-05',
  ])
})

test('a stream that names no endpoint is none of that transport', async () => {
  const [kind, , because] = await endOf('gemini-cli', { POST: { status: 405 }, GET: { ...stream, text: ': ping\n\n' } })

  assert.deepEqual([kind, because], ['stops', 'wrong_status'])
})
