import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CallRulesOptions, createCallRules } from './call-rules.ts'
import type { Needs, Permissions } from './needs.ts'
import { parseMessages } from './parse-messages.ts'

const nobody: Permissions = { scope: new Set(), roles: new Set(), groups: new Set(), claims: {} }

function messagesOf(body: unknown) {
  const bytes = new TextEncoder().encode(JSON.stringify(body))
  const messages = parseMessages(bytes, new Headers({ 'content-type': 'application/json' }))
  assert.ok(messages.kind === 'messages', JSON.stringify(messages))
  return messages
}

function judge(rules: CallRulesOptions, body: unknown, caller: Permissions = nobody) {
  const judgement = createCallRules(rules).judge(messagesOf(body), caller)
  return judgement.kind === 'denied' ? [...judgement.reasons.values()] : judgement
}

const call = (name?: unknown, method = 'tools/call') => ({ jsonrpc: '2.0', id: 1, method, params: { name } })
const read = (uri: unknown, method = 'resources/read') => ({ jsonrpc: '2.0', id: 1, method, params: { uri } })

const ofScopes: CallRulesOptions = {
  tools: {
    add_note: { scopes: ['notes:write'] },
    delete_note: { scopes: ['notes:read', 'notes:delete'] },
    ping: {},
    constructor: { scopes: ['odd'] },
  },
  otherTools: { scopes: ['notes:read'] },
}

const scopeCases: [what: string, body: unknown, required: string[]][] = [
  ['a tool with a rule needs its scopes', call('add_note'), ['notes:write']],
  ['a rule may ask for nothing', call('ping'), []],
  ['a tool without a rule needs what all others need', call('whoami'), ['notes:read']],
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
for (const [what, body, scopes] of scopeCases) {
  test(what, () => {
    assert.deepEqual(
      judge(ofScopes, body),
      scopes.length === 0 ? { kind: 'allowed' } : { kind: 'insufficient', scopes },
    )
    assert.deepEqual(judge(ofScopes, body, { ...nobody, scope: new Set(scopes) }), { kind: 'allowed' })
  })
}

const ann: Permissions = {
  scope: new Set(['notes:write']),
  roles: new Set(['editor', 'reader']),
  groups: new Set(['staff']),
  claims: {
    department: 'research',
    teams: ['blue', 'red'],
    level: 3,
    mfa: true,
    realm_access: { roles: ['manager'] },
    'https://corp.example/plan': 'gold',
  },
}

const conditionCases: [what: string, needs: Needs, isMet: boolean, wanted?: string][] = [
  ['one of several roles suffices', { roles: ['admin', 'editor'] }, true],
  ['a role is compared exactly', { roles: ['Editor'] }, false, 'needs the role "Editor"'],
  ['no role of several', { roles: ['admin', 'owner'] }, false, 'needs one of the roles "admin", "owner"'],
  ['a group', { groups: ['staff'] }, true],
  ['a group that the caller is not in', { groups: ['guests'] }, false, 'needs the group "guests"'],
  ['a role is no group', { groups: ['editor'] }, false, 'needs the group "editor"'],
  ['a claim with one of the values', { claims: { department: ['sales', 'research'] } }, true],
  ['a claim with another value', { claims: { department: ['sales'] } }, false, 'needs "department" to be "sales"'],
  ['a claim that is not there', { claims: { city: ['Rome'] } }, false, 'needs "city" to be "Rome"'],
  ['a claim that is a list, by one item', { claims: { teams: ['red'] } }, true],
  ['numbers and truth are written as text', { claims: { level: ['3'], mfa: ['true'] } }, true],
  ['a claim by its path', { claims: { 'realm_access.roles': ['manager'] } }, true],
  ['a claim whose name has dots', { claims: { 'https://corp.example/plan': ['gold'] } }, true],
  [
    'a property of every object is no claim',
    { claims: { 'teams.__proto__.length': ['0'] } },
    false,
    'needs "teams.__proto__.length" to be "0"',
  ],
  ['all that is named is needed', { roles: ['editor'], groups: ['guests'] }, false, 'needs the group "guests"'],
  ['what nobody may', { denied: true }, false, 'may not be used here'],
  ['what nobody may, whoever else is named', { denied: true, roles: ['editor'] }, false, 'may not be used here'],
]
for (const [what, needs, isMet, wanted] of conditionCases) {
  test(`rules of roles, groups and claims: ${what}`, () => {
    const expected = isMet ? { kind: 'allowed' } : [`The tool "wipe" ${wanted}`]
    assert.deepEqual(judge({ tools: { wipe: needs } }, call('wipe'), ann), expected)
    assert.deepEqual(judge({ otherTools: needs }, call('wipe'), ann), expected)
  })
}

test('who lacks both a role and a scope is denied, and not sent to get the scope', () => {
  const rules = { tools: { wipe: { scopes: ['wipe'], roles: ['admin'] } } }

  assert.deepEqual(judge(rules, call('wipe'), ann), ['The tool "wipe" needs the role "admin"'])
  assert.deepEqual(judge(rules, call('wipe'), { ...ann, roles: new Set(['admin']) }), {
    kind: 'insufficient',
    scopes: ['wipe'],
  })
})

test('one call that is denied has nothing of its batch allowed', () => {
  const rules = { tools: { wipe: { roles: ['admin'] }, add: { scopes: ['add'] } } }

  assert.deepEqual(judge(rules, [call('ping'), call('add'), call('wipe')], ann), [
    'The tool "wipe" needs the role "admin"',
  ])
})

test('a call whose tool cannot be told needs the conditions of every tool, and does not learn which these are', () => {
  const rules = { tools: { a: { roles: ['admin'] }, b: {} } }

  for (const name of [7, undefined, null, ['a'], { a: 1 }])
    assert.deepEqual(judge(rules, call(name), ann), [
      'A call that does not name its tool as text may be of any, and you may not use all of them',
    ])
  assert.deepEqual(judge(rules, call(7), { ...ann, roles: new Set(['admin']) }), { kind: 'allowed' })
})

test('where others are denied, what is named alone is allowed', () => {
  const rules = { tools: { whoami: {} }, otherTools: { denied: true } }

  assert.deepEqual(judge(rules, call('whoami')), { kind: 'allowed' })
  assert.deepEqual(judge(rules, call('wipe')), ['The tool "wipe" may not be used here'])
  assert.deepEqual(judge(rules, call('whoami', 'prompts/get')), { kind: 'allowed' }, 'prompts have rules of their own')
})

const resources: CallRulesOptions = {
  resources: {
    'file:///open/*': {},
    'file:///open/board/*': { roles: ['board'] },
    'file:///readme': {},
    'notes://Inbox': { scopes: ['notes:read'] },
  },
  otherResources: { denied: true },
}
const boardOnly = ['needs the role "board"']
const resourceCases: [uri: unknown, refused: string[] | undefined][] = [
  ['file:///open/plan.txt', undefined],
  ['file:///open/board/minutes.txt', boardOnly],
  ['FILE:///open/board/minutes.txt', boardOnly],
  ['file:///readme', undefined],
  ['file:///readme?raw', undefined],
  ['file:///secret', ['may not be used here']],
  ['file:///open/../secret', ['may not be used here']],
  ['file:///open/%2e%2e/secret', ['may not be used here']],
  ['file:///open/..%2Fsecret', ['may not be used here']],
  ['file:///open/%252e%252e/secret', ['may not be used here']],
  ['file:///open\\..\\secret', ['may not be used here']],
  ['file:///open/./board/minutes.txt', ['may not be used here']],
  ['file:///open/%62oard/minutes.txt', ['may not be used here']],
  ['file:///open//board/minutes.txt', ['may not be used here']],
  ['/open/plan.txt', ['may not be used here']],
]
for (const [uri, refused] of resourceCases) {
  test(`a resource by how its URI begins: ${uri} is ${refused === undefined ? 'let through' : 'refused'}`, () => {
    for (const method of ['resources/read', 'resources/subscribe'])
      assert.deepEqual(
        judge(resources, read(uri, method), ann),
        refused === undefined
          ? { kind: 'allowed' }
          : refused.map((why) => `The resource "${String(uri).replaceAll('\\', '?')}" ${why}`),
      )
  })
}

// Servers hand a URI to a parser, look for what that makes of it, and some at its path or its host alone.
const sameResource: Readonly<Record<string, string>> = {
  'one slash (URL)': 'file:/secret/key',
  'no slash (URL)': 'file:secret/key',
  'a host that is this machine (URL)': 'file://localhost/secret/key',
  'a host that nobody looks at (urlparse)': 'file://elsewhere/secret/key',
  'the port that it has anyway (URL)': 'https://vault.example:443/key',
  'one slash before the host (URL)': 'https:/vault.example/key',
  'no slash before the host (URL)': 'https:vault.example/key',
  'a host that is encoded (URL)': 'https://v%61ult.example/key',
  'a host with a dot that is encoded (URL)': 'https://vault%E3%80%82example/key',
  'a host with another dot (URL)': 'https://vault\u3002example/key',
  'a number for a host (URL)': 'http://0x7f.1/key',
  'a user': 'https://me@vault.example/key',
  'a dot behind the host (DNS)': 'https://vault.example./key',
  'a port that means nothing (hostname of URL)': 'notes://vault:1/key',
  'a port that is empty': 'notes://vault:/key',
  'a user that means nothing (hostname of URL)': 'notes://me@vault/key',
  'a host that is encoded, to whoever decodes it': 'notes://v%61ult/key',
}
for (const [how, uri] of Object.entries(sameResource))
  test(`a resource that is forbidden is so however its beginning is written: with ${how}`, () => {
    const denied = { denied: true }
    const resources = {
      'file:///secret/*': denied,
      'https://vault.example/*': denied,
      'http://127.0.0.1/*': denied,
      'notes://vault/*': denied,
    }

    assert.notDeepEqual(judge({ resources }, read(uri)), { kind: 'allowed' })
    for (const other of ['file:///open/key', 'https://vault.example:8443/key', 'https://me@open.example/key'])
      assert.deepEqual(judge({ resources }, read(other)), { kind: 'allowed' }, other)
  })

test('a resource by its URI: host and scheme may be in capitals, and scopes are asked for', () => {
  for (const uri of [
    'notes://Inbox',
    'notes://inbox',
    'NOTES://INBOX',
    'notes://inbox/',
    'notes://inbox?page=2',
    'notes://inbox#top',
  ])
    assert.deepEqual(judge(resources, read(uri), ann), { kind: 'insufficient', scopes: ['notes:read'] }, uri)
})

test('whoever listens to resources by the subscriptions of 2026-07-28 is ruled as those who subscribe to them', () => {
  const listen = (resourceSubscriptions: unknown) => ({
    jsonrpc: '2.0',
    id: 1,
    method: 'subscriptions/listen',
    params: { notifications: { toolsListChanged: true, resourceSubscriptions } },
  })

  assert.deepEqual(judge(resources, listen(['notes://inbox']), ann), { kind: 'insufficient', scopes: ['notes:read'] })
  for (const uris of [
    ['notes://inbox', 'file:///secret'],
    [['file:///secret']],
    'file:///secret',
    { 0: 'file:///secret' },
  ])
    assert.notDeepEqual(judge(resources, listen(uris), ann), { kind: 'allowed' }, JSON.stringify(uris))
  for (const uris of [undefined, []]) assert.deepEqual(judge(resources, listen(uris), ann), { kind: 'allowed' })
})

test('completion tells of prompts and resources, and is ruled as they are', () => {
  const complete = (ref: unknown) => ({ jsonrpc: '2.0', id: 1, method: 'completion/complete', params: { ref } })
  const rules = { prompts: { plan: { roles: ['admin'] } }, ...resources }

  assert.deepEqual(judge(rules, call('plan', 'prompts/get')), ['The prompt "plan" needs the role "admin"'])
  assert.deepEqual(judge(rules, complete({ type: 'ref/prompt', name: 'plan' })), [
    'The prompt "plan" needs the role "admin"',
  ])
  assert.deepEqual(judge(rules, complete({ type: 'ref/resource', uri: 'file:///secret' })), [
    'The resource "file:///secret" may not be used here',
  ])
  assert.deepEqual(judge(rules, complete({ type: 'ref/prompt', name: 'other' })), { kind: 'allowed' })
})

test('completion of what cannot be told may be of any prompt or resource', () => {
  const rules = { prompts: { plan: { roles: ['admin'] } } }

  for (const ref of [undefined, {}, { type: ['ref/prompt'], name: 'other' }, { type: 'prompt', name: 'other' }]) {
    const complete = { jsonrpc: '2.0', id: 1, method: 'completion/complete', params: { ref } }
    assert.notDeepEqual(judge(rules, complete), { kind: 'allowed' })
    assert.notDeepEqual(judge({ resources: { 'file:///secret/*': { denied: true } } }, complete), { kind: 'allowed' })
  }
})

test('completion of a template needs what all resources need, since what fills it in may lead to any', () => {
  const ref = { type: 'ref/resource', uri: 'file:///open/{folder}/{file}' }
  const complete = { jsonrpc: '2.0', id: 1, method: 'completion/complete', params: { ref } }

  assert.notDeepEqual(judge(resources, complete, ann), { kind: 'allowed' })
})

test('lists show what is denied to nobody, and what scopes alone are missing for unless that is hidden too', () => {
  const tools = { wipe: { roles: ['admin'] }, add: { scopes: ['notes:add'] }, edit: { scopes: ['notes:write'] } }
  const shown = (options: CallRulesOptions) =>
    ['wipe', 'add', 'edit', 'ping'].filter((name) => createCallRules(options).shows('tool', name, ann))

  assert.deepEqual(shown({ tools }), ['add', 'edit', 'ping'])
  assert.deepEqual(shown({ tools, hideUngranted: true }), ['edit', 'ping'])
  assert.deepEqual(shown({ tools, otherTools: { denied: true } }), ['add', 'edit'])
})

test('rules that cannot stand are the mistake of whoever wrote them', () => {
  const wrong: [CallRulesOptions, RegExp][] = [
    [{ tools: { a: { scopes: ['two words'] } } }, /"two words" in the scopes of tool "a" is not a scope token/],
    [
      { resources: { 'file:/etc/*': {} } },
      /resource "file:\/etc\/\*" must be written as URL parsers do: file:\/\/\/etc\/\*/,
    ],
    [{ resources: { 'https://vault.example:443/*': {} } }, /written as URL parsers do: https:\/\/vault\.example\/\*/],
    [{ otherTools: { scopes: [''] } }, /"" in the scopes of other tools/],
    [{ tools: { a: { roles: [] } } }, /roles of tool "a" are an empty list/],
    [{ prompts: { a: { claims: { x: [] } } } }, /values of "x" of prompt "a" are an empty list/],
    // @ts-expect-error: what JavaScript lets one write
    [{ tools: { a: { role: ['admin'] } } }, /"tools\["a"\]\.role" is no option; did you mean "tools\["a"\]\.roles"/],
    // @ts-expect-error: a text, whose letters would be the roles
    [{ tools: { a: { roles: 'admin' } } }, /"tools\["a"\]\.roles" must be a list/],
    // @ts-expect-error: a slip, by which no tool would have a rule
    [{ tool: { a: { denied: true } } }, /"tool" is no option; did you mean "tools"/],
  ]
  for (const [options, message] of wrong) assert.throws(() => createCallRules(options), { name: 'TypeError', message })
})

test('resources may be named by any beginning that their URIs have', () => {
  const names = ['*', 'file*', 'file:*', 'https://*', 'https://vault*', 'https://Vault.example/*', 'http://[::1]:80*']
  for (const name of [...names, 'notes:plan', 'notes:/x', 'https://vault.example', 'http://localhost:3000/*'])
    assert.doesNotThrow(() => createCallRules({ resources: { [name]: { denied: true } } }), name)
})

test('rules changed after construction change nothing', () => {
  const roles = ['admin']
  const scopes = ['notes:write']
  const rules = createCallRules({ tools: { a: { scopes, roles } } })

  scopes.push('later')
  roles.push('editor')

  const judged = rules.judge(messagesOf(call('a')), ann)
  assert.equal(judged.kind, 'denied')
  assert.deepEqual(rules.scopesOfTool('a'), ['notes:write'])
})

test('rules that ask for nothing are silent, so that nobody has to read what is called', () => {
  for (const options of [{}, { tools: {} }, { tools: { a: {} } }, { otherTools: {} }, { tools: { a: { scopes: [] } } }])
    assert.equal(createCallRules(options).isSilent, true)
  for (const options of [
    { tools: { a: { denied: true } } },
    { otherPrompts: { denied: true } },
    { resources: { a: { roles: ['b'] } } },
  ])
    assert.equal(createCallRules(options).isSilent, false)
})

test('whatever a body calls, a caller without anything is let through only where nothing of it has needs', () => {
  const rules = createCallRules({
    tools: { open: {} },
    otherTools: { denied: true },
    otherPrompts: { roles: ['x'] },
    otherResources: { scopes: ['y'] },
  })
  const method = fc.constantFrom('tools/call', 'prompts/get', 'resources/read', 'resources/subscribe', 'ping')
  const message = fc.record({
    jsonrpc: fc.constant('2.0'),
    id: fc.integer(),
    method,
    params: fc.record({ name: fc.jsonValue(), uri: fc.jsonValue() }),
  })
  fc.assert(
    fc.property(fc.array(message, { minLength: 1 }), (body) => {
      const bytes = new TextEncoder().encode(JSON.stringify(body))
      const messages = parseMessages(bytes, new Headers({ 'content-type': 'application/json' }))
      if (messages.kind === 'refused') return
      const isHarmless = body.every(
        ({ method, params }) => method === 'ping' || (method === 'tools/call' && params.name === 'open'),
      )
      assert.equal(rules.judge(messages, nobody).kind === 'allowed', isHarmless)
    }),
  )
})
