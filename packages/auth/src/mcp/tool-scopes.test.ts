import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMessages } from './parse-messages.ts'
import { createToolScopes } from './tool-scopes.ts'

const toolScopes = createToolScopes({
  tools: {
    add_note: { scopes: ['notes:write'] },
    delete_note: { scopes: ['notes:read', 'notes:delete'] },
    ping: { scopes: [] },
    constructor: { scopes: ['odd'] },
  },
  defaultScopes: ['notes:read'],
})

const call = (name?: unknown) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } })

function requiredBy(body: unknown): string[] {
  const parsed = parseMessages(
    new TextEncoder().encode(JSON.stringify(body)),
    new Headers({ 'content-type': 'application/json' }),
  )
  assert.equal(parsed.kind, 'messages')
  return parsed.kind === 'messages' ? [...toolScopes(parsed)] : []
}

const cases: [what: string, body: unknown, required: string[]][] = [
  ['a tool with a rule needs its scopes', call('add_note'), ['notes:write']],
  ['a rule may ask for nothing', call('ping'), []],
  ['a tool without a rule needs the default scopes', call('whoami'), ['notes:read']],
  ['the name of a tool is compared exactly', call('Add_Note'), ['notes:read']],
  ['a tool may be called like a property of every object', call('constructor'), ['odd']],
  ['a property of every object is not a rule', call('toString'), ['notes:read']],
  ['__proto__ is a name like others', call('__proto__'), ['notes:read']],
  ['a call whose tool cannot be told needs all scopes', call(7), ['notes:read', 'notes:write', 'notes:delete', 'odd']],
  ['a call without a tool needs all scopes', call(), ['notes:read', 'notes:write', 'notes:delete', 'odd']],
  [
    'a call without an id needs the same as one with an id',
    { jsonrpc: '2.0', method: 'tools/call', params: { name: 'add_note' } },
    ['notes:write'],
  ],
  ['what is not a call of a tool needs nothing', { jsonrpc: '2.0', id: 1, method: 'tools/list' }, []],
  [
    'RS-19 a batch needs the union over its elements, each scope once',
    [call('add_note'), { jsonrpc: '2.0', id: 2, method: 'ping' }, call('delete_note'), call('whoami')],
    ['notes:write', 'notes:read', 'notes:delete'],
  ],
]
for (const [what, body, required] of cases) {
  test(what, () => {
    assert.deepEqual(requiredBy(body), required)
  })
}

test('a scope that is not a scope token is the mistake of whoever wrote the rule', () => {
  assert.throws(() => createToolScopes({ tools: { a: { scopes: ['two words'] } } }), TypeError)
  assert.throws(() => createToolScopes({ defaultScopes: [''] }), TypeError)
})

test('rules changed after construction change nothing', () => {
  const scopes = ['notes:write']
  const rules = createToolScopes({ tools: { a: { scopes } }, defaultScopes: scopes })

  scopes.push('later')

  const messages = [{ kind: 'request', id: 1, method: 'tools/call', name: 'a', params: undefined }] as const
  assert.deepEqual([...rules({ kind: 'messages', isBatch: false, messages })], ['notes:write'])
})
