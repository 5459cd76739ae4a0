import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createCallRules } from './call-rules.ts'
import { parseMessages } from './parse-messages.ts'

/** JSON as it is written: keys in their order, and as often as they stand there. */
type Written = string | Entry[]
type Entry = readonly [key: string, value: Written, escaped?: boolean]

/** How some parser finds a key. */
interface Parser {
  takes: 'first' | 'last'
  foldsCase: boolean
  inherits: boolean
}

const parsers: Parser[] = (['first', 'last'] as const).flatMap((takes) =>
  [false, true].flatMap((foldsCase) => [false, true].map((inherits) => ({ takes, foldsCase, inherits }))),
)

function find(object: Written | undefined, key: string, parser: Parser): Written | undefined {
  if (!Array.isArray(object)) return undefined
  const isKey = parser.foldsCase
    ? (name: string) => new RegExp(`^${key}$`, 'iu').test(name)
    : (name: string) => name === key
  const found = object.filter(([name]) => isKey(name)).at(parser.takes === 'first' ? 0 : -1)
  if (found !== undefined) return found[1]
  return parser.inherits ? find(object.find(([name]) => name === '__proto__')?.[1], key, parser) : undefined
}

function write(value: Written): string {
  if (!Array.isArray(value)) return value
  const entries = value.map(([key, inner, escaped]) => {
    const [first = ''] = key
    const literal =
      escaped === true
        ? `"\\u${first.charCodeAt(0).toString(16).padStart(4, '0')}${key.slice(1)}"`
        : JSON.stringify(key)
    return `${literal} : ${write(inner)}`
  })
  return `{ ${entries.join(', ')} }`
}

const name = fc.constantFrom('"whoami"', '"delete_note"', '"add_note"', '["delete_note"]')
const nested = fc.constantFrom<Written>('{}', '[{"name":"delete_note"}]', '{"params":{"name":"delete_note"}}', '"\\"}"')
const paramsEntry = fc.oneof(
  fc.tuple(fc.constantFrom('name', 'Name', 'NAME'), name, fc.boolean()),
  fc.tuple(fc.constantFrom('arguments', 'x'), nested, fc.boolean()),
  fc.tuple(
    fc.constant('__proto__'),
    name.map((value): Entry[] => [['name', value]]),
    fc.boolean(),
  ),
)
const params = fc.array(paramsEntry, { maxLength: 3 })
const messageEntry = fc.oneof(
  fc.tuple(fc.constantFrom('method', 'Method'), fc.constantFrom('"tools/call"', '"ping"'), fc.boolean()),
  fc.tuple(fc.constantFrom('params', 'Params', 'param\u017f'), params, fc.boolean()),
  fc.tuple(fc.constantFrom('result', 'x'), nested, fc.boolean()),
  fc.tuple(
    fc.constant('__proto__'),
    params.map((value): Entry[] => [['params', value]]),
    fc.boolean(),
  ),
)
const usual = fc.oneof(
  params.map((value): Entry[] => [
    ['method', '"tools/call"'],
    ['params', value],
  ]),
  fc.constantFrom<Entry[]>([['method', '"tools/call"']], [['method', '"ping"']], [['result', '{}']]),
)
const message = fc
  .tuple(usual, fc.array(messageEntry, { maxLength: 2 }))
  .chain(([entries, more]) =>
    fc.shuffledSubarray<Entry>([...entries, ...more], { minLength: entries.length + more.length }),
  )
  .map((entries): Entry[] => [['jsonrpc', '"2.0"'], ['id', '1'], ...entries])

test('whatever parser the upstream has, the scopes of the tool that it makes out have been asked for', () => {
  const rules = createCallRules({
    tools: {
      whoami: { scopes: ['notes:read'] },
      add_note: { scopes: ['notes:write'] },
      delete_note: { scopes: ['notes:delete'] },
    },
  })
  const scopeOf = new Map([
    ['"whoami"', 'notes:read'],
    ['"add_note"', 'notes:write'],
    ['"delete_note"', 'notes:delete'],
    ['["delete_note"]', 'notes:delete'],
  ])
  const outcomes = new Set<string>()

  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 2 }), fc.boolean(), (elements, batch) => {
      const sent = batch ? elements : elements.slice(0, 1)
      const body = batch ? `[${sent.map(write).join(',')}]` : write(sent[0] ?? [])

      const parsed = parseMessages(new TextEncoder().encode(body), new Headers({ 'content-type': 'application/json' }))

      outcomes.add(parsed.kind)
      if (parsed.kind === 'refused') return
      const judgement = rules.judge(parsed, { scope: new Set(), roles: new Set(), groups: new Set(), claims: {} })
      const required = new Set(judgement.kind === 'insufficient' ? judgement.scopes : [])
      for (const parser of parsers) {
        for (const element of sent) {
          if (find(element, 'method', parser) !== '"tools/call"') continue
          const tool = find(find(element, 'params', parser), 'name', parser)
          const needed = typeof tool === 'string' ? scopeOf.get(tool) : undefined
          assert.ok(
            needed === undefined || required.has(needed),
            `${body}\nasks for ${[...required]}, but needs ${needed}`,
          )
        }
      }
    }),
    { numRuns: 5000 },
  )

  assert.deepEqual([...outcomes].sort(), ['messages', 'refused'])
})

// What other parsers make of it: the first of two, whatever letters (Go), or what is inherited.
const otherNames: Readonly<Record<string, string>> = {
  'a prompt that stands twice': '{"ref":{"type":"ref/prompt","name":"secret","name":"open"}}',
  'a prompt that stands in other letters as well': '{"ref":{"type":"ref/prompt","name":"open","Name":"secret"}}',
  'a type that stands twice': '{"ref":{"type":"ref/prompt","type":"ref/resource","name":"secret","uri":"open:1"}}',
  'a prompt that is inherited': '{"ref":{"type":"ref/prompt","name":"open","__proto__":{"name":"secret"}}}',
  'what is completed, in other letters': '{"Ref":{"type":"ref/prompt","name":"secret"}}',
  'what is listened to, in other letters': '{"Notifications":{"resourceSubscriptions":["secret:1"]}}',
  'resources that stand twice': '{"notifications":{"resourceSubscriptions":["secret:1"],"resourceSubscriptions":[]}}',
  'resources in other letters': '{"notifications":{"ResourceSubscriptions":["secret:1"]}}',
}
for (const [what, params] of Object.entries(otherNames))
  test(`whatever parser the upstream has, what is completed and listened to is what was judged: ${what}`, () => {
    const method =
      params.includes('esource') && !params.includes('ref') ? 'subscriptions/listen' : 'completion/complete'
    const body = `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`

    const parsed = parseMessages(new TextEncoder().encode(body), new Headers({ 'content-type': 'application/json' }))

    assert.equal(parsed.kind === 'refused' && parsed.reason, 'ambiguous_json')
  })
