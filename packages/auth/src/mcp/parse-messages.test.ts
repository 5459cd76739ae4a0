import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { callsOf } from './message.ts'
import { parseMessages } from './parse-messages.ts'

const json = { 'content-type': 'application/json' }

function parse(body: string | Uint8Array, headers: Record<string, string> = json) {
  return parseMessages(typeof body === 'string' ? new TextEncoder().encode(body) : body, new Headers(headers))
}

function callsIn(body: string) {
  const parsed = parse(body)
  assert.equal(parsed.kind, 'messages')
  return parsed.kind === 'messages' ? callsOf(parsed).map(({ kind, id, method, name }) => [kind, id, method, name]) : []
}

const read: [what: string, body: string, calls: unknown[]][] = [
  [
    'a request and the name of its tool',
    '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"add_note"}}',
    [['request', 7, 'tools/call', 'add_note']],
  ],
  [
    'a prompt by its name',
    '{"jsonrpc":"2.0","id":"a","method":"prompts/get","params":{"name":"p"}}',
    [['request', 'a', 'prompts/get', 'p']],
  ],
  [
    'a resource by its URI',
    '{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"note:1"}}',
    [['request', 1, 'resources/read', 'note:1']],
  ],
  [
    'a task by its id',
    '{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"t"}}',
    [['request', 1, 'tasks/get', 't']],
  ],
  [
    'no name where the method has none',
    '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"name":"x"}}',
    [['request', 1, 'tools/list', undefined]],
  ],
  [
    'no name where it is not a string',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":["a"]}}',
    [['request', 1, 'tools/call', undefined]],
  ],
  [
    'parameters of null as none',
    '{"jsonrpc":"2.0","id":1,"method":"ping","params":null}',
    [['request', 1, 'ping', undefined]],
  ],
  [
    'a notification',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    [['notification', undefined, 'notifications/initialized', undefined]],
  ],
  ['no call in a response', '{"jsonrpc":"2.0","id":1,"result":{}}', []],
  ['no call in an error', '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}}', []],
  [
    'every element of a batch',
    '[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}},{"jsonrpc":"2.0","id":2,"result":{}},{"jsonrpc":"2.0","method":"tools/call","params":{"name":"b"}}]',
    [
      ['request', 1, 'tools/call', 'a'],
      ['notification', undefined, 'tools/call', 'b'],
    ],
  ],
  [
    'escapes in keys and names',
    '{"jsonrpc":"2.0","id":1,"m\\u0065thod":"tools\\/call","params":{"nam\\u0065":"add\\u005fnote"}}',
    [['request', 1, 'tools/call', 'add_note']],
  ],
  [
    'equal keys where they decide nothing',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"a":1,"a":2,"A":3},"name":"x"}}',
    [['request', 1, 'tools/call', 'x']],
  ],
  [
    'brackets and quotes inside of strings',
    '{"jsonrpc":"2.0","id":"}\\\\\\"{","method":"tools/call","params":{"arguments":["[\\"",{"x":"\\\\"}],"name":"a"}}',
    [['request', '}\\"{', 'tools/call', 'a']],
  ],
]
for (const [what, body, calls] of read) {
  test(`reads ${what}`, () => {
    assert.deepEqual(callsIn(body), calls)
  })
}

const refused: [what: string, reason: string, body: string | Uint8Array, headers?: Record<string, string>][] = [
  ['an empty body', 'not_json', ''],
  ['text that is not JSON', 'not_json', '{"jsonrpc":"2.0",}'],
  ['two texts in one body', 'not_json', '{"jsonrpc":"2.0","id":1,"method":"ping"}{}'],
  ['bytes that are not UTF-8', 'not_json', Uint8Array.of(0x22, 0xff, 0x22)],
  ['a byte order mark', 'not_json', '\ufeff{"jsonrpc":"2.0","id":1,"method":"ping"}'],
  ['UTF-16', 'not_json', new Uint8Array(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}', 'utf16le'))],
  ['null', 'not_json_rpc', 'null'],
  ['a string', 'not_json_rpc', '"ping"'],
  ['an empty array', 'not_json_rpc', '[]'],
  ['an array in an array', 'not_json_rpc', '[[{"jsonrpc":"2.0","id":1,"method":"ping"}]]'],
  ['a batch with one element that is no message', 'not_json_rpc', '[{"jsonrpc":"2.0","id":1,"method":"ping"},1]'],
  ['another version of JSON-RPC', 'not_json_rpc', '{"jsonrpc":"1.0","id":1,"method":"ping"}'],
  ['no version of JSON-RPC', 'not_json_rpc', '{"id":1,"method":"ping"}'],
  ['neither method nor result', 'not_json_rpc', '{"jsonrpc":"2.0","id":1}'],
  ['method and result at once', 'not_json_rpc', '{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}'],
  ['a method that is no string', 'not_json_rpc', '{"jsonrpc":"2.0","id":1,"method":["ping"]}'],
  ['an id of null', 'not_json_rpc', '{"jsonrpc":"2.0","id":null,"method":"ping"}'],
  ['an id that is an object', 'not_json_rpc', '{"jsonrpc":"2.0","id":{},"method":"ping"}'],
  ['parameters in an array', 'not_json_rpc', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":["a"]}'],
  ['two methods', 'ambiguous_json', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}'],
  [
    'two methods, one escaped',
    'ambiguous_json',
    '{"jsonrpc":"2.0","id":1,"method":"ping","m\\u0065thod":"tools/call"}',
  ],
  ['two methods in other letters', 'ambiguous_json', '{"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call"}'],
  [
    'the long s of Go’s case folding',
    'ambiguous_json',
    '{"jsonrpc":"2.0","id":1,"method":"ping","param\u017f":{"name":"a"}}',
  ],
  [
    'a response that some would take for a call',
    'ambiguous_json',
    '{"jsonrpc":"2.0","id":1,"result":{},"METHOD":"tools/call"}',
  ],
  ['two names', 'ambiguous_json', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name":"b"}}'],
  [
    'two names in other letters',
    'ambiguous_json',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","Name":"b"}}',
  ],
  [
    'two sets of parameters',
    'ambiguous_json',
    '{"jsonrpc":"2.0","id":1,"params":{"name":"a"},"method":"tools/call","params":{"name":"b"}}',
  ],
  [
    'two names in the second element of a batch',
    'ambiguous_json',
    '[{"jsonrpc":"2.0","id":1,"method":"ping"}, {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","name":"b"}}]',
  ],
  [
    'two names behind nested arguments',
    'ambiguous_json',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"x":[{"y":{}},[]]},"name":"b"}}',
  ],
  [
    'two protocol versions',
    'ambiguous_json',
    '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"v":1,"v":2}}}',
  ],
  [
    'inheritance in a message',
    'ambiguous_json',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","__proto__":{"params":{"name":"a"}}}',
  ],
  [
    'inheritance in parameters',
    'ambiguous_json',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"__proto__":{"name":"a"}}}',
  ],
  [
    'a name with a NUL',
    'ambiguous_json',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a\\u0000"}}',
  ],
  [
    'a name with half a surrogate pair',
    'ambiguous_json',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a\\ud800"}}',
  ],
  ['a method with a line break', 'ambiguous_json', '{"jsonrpc":"2.0","id":1,"method":"tools/call\\n"}'],
]
for (const [what, reason, body] of refused) {
  test(`refuses ${what}: ${reason}`, () => {
    const parsed = parse(body)

    assert.equal(parsed.kind === 'refused' && parsed.reason, reason)
  })
}

const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
const mediaTypes: [contentType: string, contentEncoding: string | undefined, accepted: boolean][] = [
  ['application/json', undefined, true],
  ['Application/JSON; charset=UTF-8', undefined, true],
  ['application/json;charset="utf-8"', 'identity', true],
  ['application/json; charset=utf-7', undefined, false],
  ['application/json; charset=utf-16le', undefined, false],
  ['application/json; charset=utf-8; charset=utf-7', undefined, false],
  ['application/json, text/plain', undefined, false],
  ['application/x-www-form-urlencoded', undefined, false],
  ['text/plain', undefined, false],
  ['', undefined, false],
  ['application/json', 'gzip', false],
  [`application/json${' '.repeat(239)};`, undefined, true],
  [`application/json${' '.repeat(240)};`, undefined, false],
]
for (const [contentType, contentEncoding, accepted] of mediaTypes) {
  test(`${accepted ? 'accepts' : 'refuses with 415'} the content type "${contentType.replace(/ {9,}/, ' … ')}" of ${contentType.length} characters with encoding "${contentEncoding ?? ''}"`, () => {
    const headers = { 'content-type': contentType, ...(contentEncoding && { 'content-encoding': contentEncoding }) }

    const parsed = parse(ping, headers)

    assert.equal(parsed.kind === 'refused' ? parsed.status : 200, accepted ? 200 : 415)
  })
}

test('a refusal has a status and a code to answer with, never a code of the specification (-32020 to -32099)', () => {
  const bodies = ['', '[]', '{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}', ping]

  const answers = bodies.map((body) => parse(body, { ...json, 'mcp-method': 'tools/call' }))

  assert.deepEqual(
    answers.map((answer) => (answer.kind === 'refused' ? [answer.status, answer.code, answer.message] : [])),
    [
      [400, -32700, 'The body is not JSON in UTF-8'],
      [400, -32600, 'The body is an empty array'],
      [400, -32600, 'The key "method" is there twice, or once more in other letters'],
      [400, -32600, 'Mcp-Method does not name the method in the body'],
    ],
  )
})

const withArguments = (json: string) =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":${json}}}`
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const keys = (count: number) => `{${Array.from({ length: count }, (_, nth) => `"k${nth}":1`)}}`
const intricate: [what: string, text: string, isRead: boolean][] = [
  ['a message that is 100 levels deep', withArguments(nested(98)), true],
  ['one that is a level deeper', withArguments(nested(99)), false],
  ['nothing but brackets, which are no JSON', '['.repeat(1_000_000), false],
  ['50,000 arrays, objects and keys', withArguments(keys(50_000 - 9)), true],
  ['one key more', withArguments(keys(50_000 - 8)), false],
  ['one array more', withArguments(`[${Array(50_000 - 8).fill('[]')}]`), false],
  ['one message more', `[${Array(10_001).fill('{"jsonrpc":"2.0","id":1,"method":"ping","x":{}}')}]`, false],
  ['as many brackets within a string', withArguments(JSON.stringify('"[{:'.repeat(50_000))), true],
]
for (const [what, text, isRead] of intricate) {
  test(`${isRead ? 'reads' : 'refuses before it is read'} ${what}`, () => {
    const parsed = parse(text)

    assert.equal(parsed.kind === 'refused' ? parsed.reason : parsed.kind, isRead ? 'messages' : 'intricate_json')
  })
}

test('every message that a serialiser writes is read as it was meant', () => {
  const message = fc.record({
    jsonrpc: fc.constant('2.0'),
    id: fc.oneof(fc.string(), fc.integer()),
    method: fc.constantFrom('tools/call', 'ping'),
    params: fc.record({ name: fc.stringMatching(/^[\w.-]{1,20}$/), arguments: fc.jsonValue() }),
  })

  fc.assert(
    fc.property(fc.oneof(message, fc.array(message, { minLength: 1 })), fc.nat(4), (value, indentation) => {
      const expected = [value]
        .flat()
        .map(({ id, method, params: { name } }) => ['request', id, method, method === 'ping' ? undefined : name])

      assert.deepEqual(callsIn(JSON.stringify(value, undefined, indentation)), expected)
    }),
  )
})

test('any bytes are read or refused, never more', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => new TextEncoder().encode(text)),
      ),
      (body) => {
        assert.match(parse(body).kind, /^(messages|refused)$/)
      },
    ),
  )
})
