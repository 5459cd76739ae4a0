import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createAnswerRewriter } from './answer-rewriter.ts'

const encoder = new TextEncoder()
const shout = (text: string) => text.replaceAll('a', 'A')

/** What comes out for what goes in, piece by piece; a `|` stands between pieces. */
function rewritten(chunks: readonly string[], form: 'json' | 'events' = 'events', rewrite = shout): string {
  const rewriter = createAnswerRewriter({ form, rewrite })
  return [...chunks.map((chunk) => rewriter.push(encoder.encode(chunk))), rewriter.end()]
    .map((bytes) => new TextDecoder().decode(bytes))
    .join('|')
}

const cases: [what: string, chunks: string[], out: string][] = [
  [
    'an event goes on when it is whole',
    ['event: a\nid: a\nda', 'ta: banana\n', '\ndata: b'],
    '|' + '|event: a\nid: a\ndata: bAnAnA\n\n|data: b',
  ],
  [
    'lines may end in each of three ways',
    ['data: a\r\n\r\ndata: a\r\rdata: a\n\nx'],
    'data: A\r\n\r\ndata: A\r\rdata: A\n\n|x',
  ],
  [
    'a line end may come in two pieces',
    ['data: a\r\n\r', '\ndata: b\r\n', '\r\n'],
    '|data: A\r\n\r\n|data: b\r\n\r\n|',
  ],
  ['several data lines are one text', ['data: {"b":\ndata: "a"}\n\n'], 'data: {"b":\ndata: "A"}\n\n|'],
  [
    'what is not rewritten stays as it was',
    ['data:b\nid:1\ndata\n\n:comment a\n\n'],
    'data:b\nid:1\ndata\n\n:comment a\n\n|',
  ],
  ['a comment keeps a stream alive', [':\n\n', ': ping\r\n\r\n'], ':\n\n|: ping\r\n\r\n|'],
  ['the last event may lack its blank line', ['data: a\n'], '|data: A\n'],
  ['an empty stream is empty', [], ''],
]
for (const [what, chunks, out] of cases) test(`events: ${what}`, () => assert.equal(rewritten(chunks), out))

test('events: the data that is rewritten is what its lines say, and stands where it stood', () => {
  const seen: string[] = []
  const rewrite = (text: string) => {
    seen.push(text)
    return 'one\ntwo'
  }

  assert.equal(
    rewritten(['id: 1\r\ndata:x\r\nevent: message\r\ndata:  y\r\nretry: 1\r\n\r\n'], 'events', rewrite),
    'id: 1\r\ndata: one\r\ndata: two\r\nevent: message\r\nretry: 1\r\n\r\n|',
  )
  assert.deepEqual(seen, ['x\n y'])
})

test('JSON is rewritten when all of it is there, whatever its pieces', () => {
  assert.equal(rewritten(['{"a":', '"banana"}'], 'json'), '||{"A":"bAnAnA"}')
})

test('characters may come in two pieces', () => {
  const rewriter = createAnswerRewriter({ form: 'json', rewrite: shout })
  const bytes = encoder.encode('"a€a"')
  rewriter.push(bytes.subarray(0, 3))
  rewriter.push(bytes.subarray(3))

  assert.equal(new TextDecoder().decode(rewriter.end()), '"A€A"')
})

test('no more is held than may be: one event, or one answer', () => {
  const events = createAnswerRewriter({ form: 'events', rewrite: shout, mostHeld: 20 })
  for (let count = 0; count < 10; count++) events.push(encoder.encode('data: 0123456\n\n'))
  assert.throws(() => events.push(encoder.encode('data: 0123456789abcdef')), RangeError)

  const json = createAnswerRewriter({ form: 'json', rewrite: shout, mostHeld: 20 })
  json.push(encoder.encode('"0123456789'))
  assert.throws(() => json.push(encoder.encode('0123456789"')), RangeError)
})

test('whatever the pieces, what comes out is the same, and nothing waits that is whole', () => {
  const line = fc.constantFrom('data: banana', 'data:a', 'data', ':a', 'id: a', '')
  const stream = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 12 })
  fc.assert(
    fc.property(stream, fc.array(fc.nat({ max: 60 }), { maxLength: 8 }), (lines, cuts) => {
      const text = lines.map(([line, end]) => line + end).join('')
      const places = [...new Set(cuts)].filter((at) => at < text.length).sort((one, other) => one - other)
      const chunks = [0, ...places].map((at, nth) => text.slice(at, places[nth]))

      assert.equal(rewritten(chunks).replaceAll('|', ''), rewritten([text]).replaceAll('|', ''))
    }),
    { numRuns: 1000 },
  )
})
