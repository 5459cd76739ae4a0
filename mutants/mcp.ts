import type { Mutant } from './mutant.ts'

const folder = 'packages/auth/src/mcp'

export const mcpMutants: readonly Mutant[] = [
  {
    name: 'a batch needs the scopes of all its calls',
    law: 'RS-19',
    file: `${folder}/tool-scopes.ts`,
    find: 'for (const scope of scopes) required.add(scope)',
    replace: 'if (required.size === 0) for (const scope of scopes) required.add(scope)',
    test: { file: `${folder}/tool-scopes.test.ts`, title: /RS-19/ },
  },
  {
    name: 'a call whose tool cannot be told needs all scopes',
    law: 'RS-17',
    file: `${folder}/tool-scopes.ts`,
    find: 'name === undefined ? all :',
    replace: 'name === undefined ? fallback :',
    test: { file: `${folder}/tool-scopes.test.ts`, title: /whose tool cannot be told/ },
  },
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
]
