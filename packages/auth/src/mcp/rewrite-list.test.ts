import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ListView, rewriteLists } from './rewrite-list.ts'

const all: ListView = { shows: () => true, scopesToTell: () => undefined }
const without = (...hidden: string[]): ListView => ({ ...all, shows: (_, name) => !hidden.includes(name) })

const listOf = (...names: string[]) => ({
  jsonrpc: '2.0',
  id: 1,
  result: { tools: names.map((name) => ({ name, inputSchema: { type: 'object' } })), nextCursor: 'next' },
})

test('a list leaves out what its caller may not use, and keeps its cursor', () => {
  const written = rewriteLists(JSON.stringify(listOf('add', 'wipe', 'ping')), without('wipe'))

  assert.deepEqual(JSON.parse(written), listOf('add', 'ping'))
})

test('a page of which nothing is left is an empty page, after which the next one comes', () => {
  assert.deepEqual(JSON.parse(rewriteLists(JSON.stringify(listOf('wipe')), without('wipe'))), listOf())
})

test('prompts, resources and templates are listed alike, by their kind', () => {
  const seen: string[] = []
  const view: ListView = { ...all, shows: (kind, name) => seen.push(`${kind} ${name}`) === 0 }
  const body = {
    result: {
      prompts: [{ name: 'plan' }],
      resources: [{ uri: 'a:b', name: 'n' }],
      resourceTemplates: [{ uriTemplate: 'a:{b}' }],
    },
  }

  assert.deepEqual(JSON.parse(rewriteLists(JSON.stringify(body), view)), {
    result: { prompts: [], resources: [], resourceTemplates: [] },
  })
  assert.deepEqual(seen, ['prompt plan', 'resource a:b', 'resource a:{b}'])
})

test('what is kept is kept byte for byte: spaces, numbers that JavaScript cannot hold, and how characters are written', () => {
  const kept = `{ "name" : "\\u0061dd", "inputSchema":{"maximum":9007199254740993.000, "é":"\\u00e9"}  }`
  const body = `\n[ {"id":12345678901234567890,"result":{"tools":[ {"name":"wipe","a":[1,{"b":"]}\\""}]} , ${kept} ] }} , {"method":"ping"} ]`

  assert.equal(
    rewriteLists(body, without('wipe')),
    `\n[ {"id":12345678901234567890,"result":{"tools":[${kept}] }} , {"method":"ping"} ]`,
  )
})

test('the name that counts is the last one, as for those who read JSON', () => {
  const body = '{"result":{"tools":[{"name":"add","name":"wipe"}]}}'

  assert.deepEqual(JSON.parse(rewriteLists(body, without('wipe'))), { result: { tools: [] } })
  assert.deepEqual(JSON.parse(rewriteLists(body, without('add'))), { result: { tools: [{ name: 'wipe' }] } })
})

test('P-16 a list that is one caller’s is private to caches', () => {
  const body = '{"result":{"tools":[],"ttlMs":1000,"cacheScope":"public"}}'

  assert.equal(rewriteLists(body, all), '{"result":{"tools":[],"ttlMs":1000,"cacheScope":"private"}}')
})

const untouched = [
  '{"result":{"content":[{"type":"text","text":"\\"tools\\""}]}}',
  '{"method":"sampling/createMessage","params":{"tools":[{"name":"wipe"}]}}',
  '{"result":{"tools":"wipe"}}',
  '{"result":{"tools":[7,null,{"name":7}]}}',
  '{"tools":[{"name":"wipe"}]}',
  '{"result":{"tools":[{"name":"wipe"',
  'no JSON, "tools"',
  '',
]
for (const text of untouched) {
  test(`what is no list stays as it is: ${text}`, () => assert.equal(rewriteLists(text, without('wipe')), text))
}

const telling: ListView = { ...all, scopesToTell: (tool) => (tool === 'add' ? ['notes', 'notes:add'] : undefined) }
const schemes = [{ type: 'oauth2', scopes: ['notes', 'notes:add'] }]
const toolCases: [what: string, tool: object, written: object][] = [
  ['a tool', { name: 'add' }, { securitySchemes: schemes, _meta: { securitySchemes: schemes }, name: 'add' }],
  [
    'a tool with metadata',
    { name: 'add', _meta: { 'openai/x': 1 } },
    { securitySchemes: schemes, name: 'add', _meta: { securitySchemes: schemes, 'openai/x': 1 } },
  ],
  [
    'a tool with empty metadata',
    { _meta: {}, name: 'add' },
    { securitySchemes: schemes, _meta: { securitySchemes: schemes }, name: 'add' },
  ],
  [
    'a tool whose metadata says so already',
    { name: 'add', _meta: { securitySchemes: [] } },
    { securitySchemes: schemes, name: 'add', _meta: { securitySchemes: [] } },
  ],
]
for (const [what, tool, written] of toolCases) {
  test(`which scopes a tool needs is told in both places: ${what}`, () => {
    const body = JSON.stringify({ result: { tools: [tool] } })

    assert.equal(rewriteLists(body, telling), JSON.stringify({ result: { tools: [written] } }))
  })
}

test('a tool that says itself what it needs, or needs no scope, stays as it is', () => {
  const body = JSON.stringify({
    result: { tools: [{ name: 'add', securitySchemes: [{ type: 'noauth' }] }, { name: 'ping' }] },
  })

  assert.equal(rewriteLists(body, telling), body)
})

test('whatever stands in an answer, what is written is the same without what is hidden', () => {
  const tool = fc.record(
    { name: fc.constantFrom('add', 'wipe', '"wipe"', 'constructor'), extra: fc.jsonValue() },
    { requiredKeys: [] },
  )
  const answer = fc.record({ id: fc.integer(), result: fc.record({ extra: fc.jsonValue(), tools: fc.array(tool) }) })
  fc.assert(
    fc.property(fc.array(answer), fc.constantFrom(undefined, 1, '\t'), (answers, space) => {
      const written = rewriteLists(JSON.stringify(answers, null, space), without('wipe'))

      const expected = answers.map(({ id, result: { extra, tools } }) => ({
        id,
        result: { extra, tools: tools.filter(({ name }) => name !== 'wipe') },
      }))
      assert.deepEqual(JSON.parse(written), JSON.parse(JSON.stringify(expected)))
    }),
  )
})

test('whatever is hidden or not, text that says nothing of lists comes out as it went in', () => {
  fc.assert(fc.property(fc.json(), (text) => assert.equal(rewriteLists(text, without('wipe')), text)))
})
