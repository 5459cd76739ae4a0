import type { Mutant } from './mutant.ts'

const folder = 'packages/auth/src/mcp'

const toldCalls = 'packages/auth/src/mcp/told-calls.ts'
const toldCallsTest = 'packages/auth/src/mcp/told-calls.test.ts'

export const mcpMutants: readonly Mutant[] = [
  {
    name: 'a header that contradicts the body is refused',
    law: 'P-14',
    file: `${folder}/mirrored-headers.ts`,
    find: 'if (name !== null && nameKeyOf(call.method) !== undefined && nameSaid !== call.name)',
    replace: 'if (false)',
    test: { file: `${folder}/mirrored-headers.test.ts`, title: /./ },
  },
  {
    name: 'a body that parsers read differently is refused',
    law: 'P-14',
    file: `${folder}/parse-messages.ts`,
    find: 'if (ambiguity !== undefined)',
    replace: 'if (false)',
    test: { file: `${folder}/parse-messages.test.ts`, title: /./ },
  },
  {
    name: 'a key that stands twice is noticed',
    law: 'P-14',
    file: `${folder}/ambiguity.ts`,
    find: 'if (level.seen.has(folded))',
    replace: 'if (false)',
    test: { file: `${folder}/ambiguity.test.ts`, title: /./ },
  },
  {
    name: 'a body is UTF-8 JSON by its media type',
    law: 'P-14',
    file: `${folder}/parse-messages.ts`,
    find: "if (!isJsonInUtf8(headers.get('content-type') ?? '') ||",
    replace: 'if (',
    test: { file: `${folder}/parse-messages.test.ts`, title: /./ },
  },
  {
    name: 'a media type is read that is as long as one',
    law: 'P-14',
    file: `${folder}/parse-messages.ts`,
    find: 'contentType.length <= longestMediaType && ',
    replace: '',
    test: { file: `${folder}/parse-messages.test.ts`, title: /refuses with 415 the content type/ },
  },
  {
    name: 'a body that is nested too deep is not read',
    law: 'P-14',
    file: `${folder}/intricacy.ts`,
    find: 'if (depth > deepest)',
    replace: 'if (false)',
    test: { file: `${folder}/parse-messages.test.ts`, title: /a level deeper/ },
  },
  {
    name: 'a body of too many parts is not read',
    law: 'P-14',
    file: `${folder}/intricacy.ts`,
    find: 'if (parts > mostParts)',
    replace: 'if (false)',
    test: { file: `${folder}/parse-messages.test.ts`, title: /one (key|array|message) more/ },
  },
  {
    name: 'no query of a resource stands in an event',
    law: 'law 11',
    file: toldCalls,
    find: ".replace(/[?#].*$/s, '')",
    replace: '',
    test: { file: toldCallsTest, title: /a resource, its query left out/ },
  },
  {
    name: 'no password of a resource stands in an event',
    law: 'law 11',
    file: toldCalls,
    find: String.raw`.replace(/^([^/]*\/\/)[^/]*@/, '$1')`,
    replace: '',
    test: { file: toldCallsTest, title: /a resource, its password left out/ },
  },
  {
    name: 'no id of a task stands in an event, since whoever knows it may have what the task gives',
    law: 'law 11',
    file: toldCalls,
    find: 'default:\n      return undefined',
    replace: 'default:\n      return name',
    test: { file: toldCallsTest, title: /a task, its id left out/ },
  },
  {
    name: 'the event of a batch is short, however many calls are in it',
    law: 'bounds',
    file: toldCalls,
    find: 'calls.slice(0, mostCalls)',
    replace: 'calls',
    test: { file: toldCallsTest, title: /the first twenty calls/ },
  },
  {
    name: 'names in events are short and printable, whoever wrote them',
    law: 'law 11',
    file: toldCalls,
    find: 'name: printable(shown, longest)',
    replace: 'name: shown',
    test: { file: toldCallsTest, title: /whatever headers claim/ },
  },
]
