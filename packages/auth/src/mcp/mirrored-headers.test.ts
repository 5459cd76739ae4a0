import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeHeaderValue, findMismatch } from './mirrored-headers.ts'
import { parseMessages } from './parse-messages.ts'

const call = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params })
const addNote = call('tools/call', { name: 'add_note' })
const headersOf = (headers: Record<string, string>) => ({ get: (name: string) => headers[name] ?? null })

const cases: [what: string, body: unknown, headers: Record<string, string>, passes: boolean][] = [
  ['neither header', addNote, {}, true],
  ['both headers in agreement', addNote, { 'mcp-method': 'tools/call', 'mcp-name': 'add_note' }, true],
  ['white space around the values', addNote, { 'mcp-method': ' tools/call\t', 'mcp-name': '\t add_note ' }, true],
  ['a name in base64', addNote, { 'mcp-name': '=?base64?YWRkX25vdGU=?=' }, true],
  ['another method', addNote, { 'mcp-method': 'tools/list' }, false],
  ['a method in other letters', addNote, { 'mcp-method': 'Tools/Call' }, false],
  ['another name', addNote, { 'mcp-method': 'tools/call', 'mcp-name': 'whoami' }, false],
  ['another name in base64', addNote, { 'mcp-name': '=?base64?d2hvYW1p?=' }, false],
  ['a name that looks like base64 but is not', addNote, { 'mcp-name': '=?base64?%?=' }, false],
  ['an empty name', addNote, { 'mcp-name': '' }, false],
  ['two names in one header', addNote, { 'mcp-name': 'add_note, whoami' }, false],
  ['a name where the body has none', call('tools/call'), { 'mcp-name': 'add_note' }, false],
  ['the URI of a resource', call('resources/read', { uri: 'note:1' }), { 'mcp-name': 'note:1' }, true],
  ['another URI', call('resources/read', { uri: 'note:1' }), { 'mcp-name': 'note:2' }, false],
  ['another prompt', call('prompts/get', { name: 'a' }), { 'mcp-name': 'b' }, false],
  ['another task', call('tasks/cancel', { taskId: 'a' }), { 'mcp-name': 'b' }, false],
  ['a name for a method that has none', call('tools/list'), { 'mcp-name': 'whatever' }, true],
  ['a batch in agreement', [addNote, addNote], { 'mcp-method': 'tools/call', 'mcp-name': 'add_note' }, true],
  ['a batch with one other method', [addNote, call('ping')], { 'mcp-method': 'tools/call' }, false],
  ['a batch with one other name', [addNote, call('tools/call', { name: 'x' })], { 'mcp-name': 'add_note' }, false],
  ['a method for a response', { jsonrpc: '2.0', id: 1, result: {} }, { 'mcp-method': 'tools/call' }, false],
]
for (const [what, body, headers, passes] of cases) {
  test(`P-14 ${passes ? 'passes' : 'refuses with 400'} ${what}`, () => {
    const bytes = new TextEncoder().encode(JSON.stringify(body))

    const parsed = parseMessages(bytes, headersOf({ 'content-type': 'application/json', ...headers }))

    assert.deepEqual(
      parsed.kind === 'refused' ? [parsed.reason, parsed.status] : [],
      passes ? [] : ['header_mismatch', 400],
    )
  })
}

test('a header value in base64 is decoded to what was encoded, any other value stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoded = `=?base64?${Buffer.from(text, 'utf8').toString('base64')}?=`

      assert.equal(decodeHeaderValue(encoded), text)
      assert.equal(decodeHeaderValue(` ${encoded.slice(1)}`), encoded.slice(1))
    }),
  )
})

const undecodable: [what: string, value: string][] = [
  ['characters outside of the alphabet', '=?base64?a-_b?='],
  ['missing padding', '=?base64?YQ?='],
  ['spaces inside', '=?base64?YW Jj?='],
  ['bits left over', '=?base64?YR==?='],
  ['bytes that are not UTF-8', '=?base64?/w==?='],
]
for (const [what, value] of undecodable) {
  test(`base64 with ${what} agrees with nothing`, () => {
    assert.equal(decodeHeaderValue(value), undefined)
  })
}

test('no header value makes the comparison fail otherwise than by a sentence', () => {
  const [addNoteCall] = [{ kind: 'request', id: 1, method: 'tools/call', name: 'add_note', params: undefined } as const]

  fc.assert(
    fc.property(fc.string(), fc.string(), (method, name) => {
      const mismatch = findMismatch([addNoteCall], headersOf({ 'mcp-method': method, 'mcp-name': name }))

      assert.equal(typeof mismatch, 'string')
    }),
  )
})
