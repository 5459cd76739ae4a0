import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMessages } from '@portcullis/auth/mcp'
import { createPolicy } from './policy.ts'

test('where nothing is ruled there is no policy, and so nobody reads what is called', () => {
  for (const rules of [{}, { tools: {} }, { tools: { whoami: { scopes: [] } } }, { defaultScopes: [] }])
    assert.equal(createPolicy(rules), undefined)
})

test('a call needs the scopes of its tool, and a tool without a rule what all others need', () => {
  const policy = createPolicy({ tools: { delete_note: { scopes: ['notes:delete'] } }, defaultScopes: ['notes'] })

  assert.deepEqual([...(policy?.requiredScopes(callOf('delete_note')) ?? [])], ['notes:delete'])
  assert.deepEqual([...(policy?.requiredScopes(callOf('list_notes')) ?? [])], ['notes'])
})

function callOf(name: string) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } })
  const messages = parseMessages(Buffer.from(body), new Headers({ 'Content-Type': 'application/json' }))
  assert.equal(messages.kind, 'messages')
  return messages
}
