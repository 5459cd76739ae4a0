import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createUnruledReader } from './unruled-calls.ts'

test('of very many calls within a second no more are read than cost next to nothing, and the rest are told as unread', () => {
  let now = 1
  const read = createUnruledReader(() => now, 2)
  const body = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami"}}')
  const headers = new Headers({ 'content-type': 'application/json' })

  const first = [read(body, headers), read(body, headers), read(body, headers)]
  now = 2
  const later = read(body, headers)

  assert.deepEqual(
    [...first, later].map(({ calls, isUnread }) => calls?.[0]?.name ?? isUnread),
    ['whoami', 'whoami', true, 'whoami'],
  )
})
