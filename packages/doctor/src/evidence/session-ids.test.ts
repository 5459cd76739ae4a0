import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer, ProbeRequest } from './exchange.ts'
import { createSessionIds } from './session-ids.ts'

const url = new URL('https://mcp.example/mcp')

test('an id is a mark inside the doctor, and goes out to the origin that gave it', () => {
  const sessions = createSessionIds()

  const ids = ['id-1', 'id-2'].map((id) => sessions.hide(given(id), url).headers[0]?.[1])

  assert.deepEqual(ids, ['~session1~', '~session2~'])
  assert.deepEqual(sessions.reveal(sentWith('~session2~'), url), { 'mcp-session-id': 'id-2' })
  for (const mark of ['~session3~', '~session0~', 'x~session1~'])
    assert.deepEqual(sessions.reveal(sentWith(mark), url), { 'mcp-session-id': mark })
})

test('law 11: the id of one origin goes to no other', () => {
  const sessions = createSessionIds()
  sessions.hide(given('id-1'), url)

  assert.deepEqual(sessions.reveal(sentWith('~session1~'), new URL('https://else.example/mcp')), {
    'mcp-session-id': '~session1~',
  })
})

test('what is no id that a client may send is never sent', () => {
  const { headers } = createSessionIds().hide(given('a b\u0001'), url)

  assert.deepEqual(headers, [['mcp-session-id', 'a b\u0001']])
})

function given(id: string): Answer {
  return { kind: 'answer', status: 200, headers: [['mcp-session-id', id]], body: '', isWhole: true }
}

function sentWith(mark: string): ProbeRequest {
  return { method: 'DELETE', url: url.href, headers: { 'mcp-session-id': mark } }
}
