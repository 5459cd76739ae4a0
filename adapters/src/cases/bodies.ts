import { gzipSync } from 'node:zlib'
import type { Case, Expected } from '../case.ts'
import type { Sent } from '../exchange.ts'
import { insufficient, missing, said, unreadable } from '../expectations.ts'
import { call, initialize, ofMcp, whoami } from '../messages.ts'
import { scope } from '../place.ts'

const text = (...messages: object[]) => JSON.stringify(messages.length === 1 ? messages[0] : messages)
const stepUp = insufficient('notes:delete', `notes:delete ${scope}`)
const notJson = unreadable(400, -32700, 'The body is not JSON in UTF-8')
const notRpc = (message: string) => unreadable(400, -32600, message)
const notMessage = notRpc('The body is not a JSON-RPC 2.0 message, nor an array of them')
const mediaType = unreadable(415, -32600, 'The body must be application/json in UTF-8, not encoded')
const tooLarge = unreadable(413, -32000, 'The body of the request is too large')

const ofType = (type: string, ...more: [string, string][]): Sent['headers'] => [
  ['Content-Type', type],
  ['Accept', 'application/json, text/event-stream'],
  ...more,
]

interface Body {
  body?: Sent['body']
  method?: string
  /** Default: those of a client. */
  headers?: Sent['headers']
  /** What the token may. Default: what every request needs. */
  granted?: string
  expected: Expected
}

const both = `${scope} notes:delete`
const padded = text(call('whoami', 1, { arguments: { filler: 'x'.repeat(90_000) } }))
const huge = text(call('whoami', 1, { arguments: { filler: 'x'.repeat(4 * 1024 * 1024) } }))

const bodies: Readonly<Record<string, Body>> = {
  'a call that needs no more': { body: text(call('whoami')), expected: whoami() },
  'a call with an id of text': { body: text(call('whoami', 'a-b')), expected: whoami('a-b') },
  'a call in pieces': { body: [...text(call('whoami'))], expected: whoami() },
  'a call in chunks': {
    body: text(call('whoami')),
    headers: [...ofMcp, ['Transfer-Encoding', 'chunked']],
    expected: whoami(),
  },
  'a call in many chunks': {
    body: [...text(call('whoami'))],
    headers: [...ofMcp, ['Transfer-Encoding', 'chunked']],
    expected: whoami(),
  },
  'a long call': { body: padded, expected: whoami() },
  'a long call in chunks': {
    body: [padded.slice(0, 10), padded.slice(10, 70_000), padded.slice(70_000)],
    headers: [...ofMcp, ['Transfer-Encoding', 'chunked']],
    expected: whoami(),
  },
  'a call with its charset': {
    body: text(call('whoami')),
    headers: ofType('application/json; charset=utf-8'),
    expected: whoami(),
  },
  'a call that needs more': { body: text(call('delete-notes')), expected: stepUp },
  'a call that needs more, in pieces': { body: [...text(call('delete-notes'))], expected: stepUp },
  'a call that needs more, in chunks': {
    body: text(call('delete-notes')),
    headers: [...ofMcp, ['Transfer-Encoding', 'chunked']],
    expected: stepUp,
  },
  'a notification that needs more': {
    body: text({ jsonrpc: '2.0', method: 'tools/call', params: { name: 'delete-notes' } }),
    expected: stepUp,
  },
  'a batch of which one needs more': { body: text(call('whoami', 1), call('delete-notes', 2)), expected: stepUp },
  'a batch of one that needs more': { body: JSON.stringify([call('delete-notes')]), expected: stepUp },
  'a call whose name is a list': { body: text(call(['delete-notes'])), expected: stepUp },
  'a call without a name': {
    body: text({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: {} }),
    expected: stepUp,
  },
  'a call without parameters': { body: text({ jsonrpc: '2.0', id: 1, method: 'tools/call' }), expected: stepUp },
  'a call that needs more, spelt in escapes': {
    body: '{"jsonrpc":"2.0","id":1,"method":"tools\\/call","params":{"name":"delete\\u002dnotes"}}',
    expected: stepUp,
  },
  'a call that needs more, with all that it needs': {
    body: text(call('delete-notes')),
    granted: both,
    expected: said(1, 'There are no notes any more'),
  },
  'a call that needs more, with that alone': {
    body: text(call('delete-notes')),
    granted: 'notes:delete',
    expected: insufficient(scope, `${scope} notes:delete`),
  },
  'a call that needs more, by PUT': { method: 'PUT', body: text(call('delete-notes')), expected: stepUp },
  'a call that needs more, by PATCH': { method: 'PATCH', body: text(call('delete-notes')), expected: stepUp },
  'a call that needs more, by POST with a header that says GET': {
    body: text(call('delete-notes')),
    headers: [...ofMcp, ['X-HTTP-Method-Override', 'GET']],
    expected: stepUp,
  },
  nothing: { body: '', expected: notJson },
  'nothing, in chunks': { body: '', headers: [...ofMcp, ['Transfer-Encoding', 'chunked']], expected: notJson },
  'half a message': { body: initialize.slice(0, -1), expected: notJson },
  'two messages': { body: initialize + initialize, expected: notJson },
  'bytes that are no UTF-8': { body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), expected: notJson },
  'a mark of order before the message': { body: `\ufeff${initialize}`, expected: notJson },
  'an empty list': { body: '[]', expected: notRpc('The body is an empty array') },
  'a number': { body: '1', expected: notMessage },
  null: { body: 'null', expected: notMessage },
  'an object that is no message': { body: '{}', expected: notMessage },
  'a list in a list': { body: `[[${initialize}]]`, expected: notMessage },
  'a message of another version': { body: '{"jsonrpc":"1.0","id":1,"method":"ping"}', expected: notMessage },
  'a request that is an answer too': {
    body: '{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}',
    expected: notRpc('A message has either "method", or "result" or "error"'),
  },
  'a method twice': {
    body: '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{"name":"delete-notes"}}',
    expected: notRpc('The key "method" is there twice, or once more in other letters'),
  },
  'a name twice': {
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","name":"delete-notes"}}',
    expected: notRpc('The key "name" is there twice, or once more in other letters'),
  },
  'a name once more in other letters': {
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","Name":"delete-notes"}}',
    expected: notRpc('The key "Name" is there twice, or once more in other letters'),
  },
  'a prototype': {
    body: '{"jsonrpc":"2.0","id":1,"method":"ping","__proto__":{"method":"tools/call"}}',
    expected: notRpc('The message has a key "__proto__"'),
  },
  'a deep message': {
    body: `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${'['.repeat(200)}${']'.repeat(200)}}}`,
    expected: notRpc('The message is nested more than 100 levels deep'),
  },
  'a message that the headers contradict': {
    body: text(call('delete-notes')),
    headers: [...ofMcp, ['Mcp-Method', 'tools/call'], ['Mcp-Name', 'whoami']],
    expected: notRpc('Mcp-Name does not name what is named in the body'),
  },
  'text/plain': { body: text(call('delete-notes')), headers: ofType('text/plain'), expected: mediaType },
  'a form': { body: 'a=b', headers: ofType('application/x-www-form-urlencoded'), expected: mediaType },
  'no type': { body: text(call('delete-notes')), headers: [], expected: mediaType },
  'another charset': {
    body: text(call('delete-notes')),
    headers: ofType('application/json; charset=utf-7'),
    expected: mediaType,
  },
  'a type that ends in JSON': {
    body: text(call('delete-notes')),
    headers: ofType('application/vnd.x+json'),
    expected: mediaType,
  },
  'an encoded body': {
    body: gzipSync(text(call('delete-notes'))),
    headers: ofType('application/json', ['Content-Encoding', 'gzip']),
    expected: mediaType,
  },
  'more than may be': { body: huge, expected: tooLarge },
  'more than may be, in chunks': {
    body: huge,
    headers: [...ofMcp, ['Transfer-Encoding', 'chunked']],
    expected: tooLarge,
  },
}

const withToken: readonly Case[] = Object.entries(bodies).map(
  ([name, { body, method = 'POST', headers = ofMcp, granted = scope, expected }]) => ({
    name: `${method === 'POST' ? '' : `${method} `}${name}`,
    group: 'bodies',
    sent: (issuer) => ({
      method,
      target: '/mcp',
      headers: [['Authorization', `Bearer ${issuer.token({ scope: granted })}`], ...headers],
      ...(body !== undefined && { body }),
    }),
    expected: () => expected,
  }),
)

/** Who may not in learns that, and nothing of the body. */
const withoutToken: readonly Case[] = [
  'half a message',
  'text/plain',
  'a name twice',
  'an encoded body',
  'a call that needs more',
].map((name) => ({
  name: `${name}, without a token`,
  group: 'bodies',
  sent: () => ({
    method: 'POST',
    target: '/mcp',
    headers: bodies[name]?.headers ?? ofMcp,
    body: bodies[name]?.body ?? '',
  }),
  expected: () => missing,
}))

export const bodyCases: readonly Case[] = [...withToken, ...withoutToken]
