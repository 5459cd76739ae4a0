import type { Mutant } from './mutant.ts'

export const configurationMutants: readonly Mutant[] = [
  {
    name: 'where nothing is said the program listens on this machine alone',
    law: 'RS-26',
    file: 'packages/portcullis/src/config/schema.ts',
    find: ".prefault('127.0.0.1')",
    replace: ".prefault('0.0.0.0')",
    test: { file: 'packages/portcullis/test/secrets-at-rest.test.ts', title: /RS-26/ },
  },
  {
    name: 'messages about the configuration have no password',
    law: 'law 11',
    file: 'packages/portcullis/src/config/problems.ts',
    find: String.raw`.replace(/\/\/[^/?#]*@/g, '//[redacted]@')`,
    replace: '',
    test: { file: 'packages/portcullis/src/config/load.test.ts', title: /no message shows the password/ },
  },
  {
    name: 'check-config shows no key of the MCP server',
    law: 'law 11',
    file: 'packages/portcullis/src/commands/check-config.ts',
    find: '${shownUpstream(upstream)}',
    replace: '${upstream}',
    test: { file: 'packages/portcullis/src/index.test.ts', title: /check-config shows no key/ },
  },
  {
    name: 'a Postgres URL whose password cannot be told from the rest is refused',
    law: 'law 11',
    file: 'packages/portcullis/src/config/load.ts',
    find: 'if (whyNot !== undefined)',
    replace: 'if (false)',
    test: { file: 'packages/portcullis/src/config/load.test.ts', title: /law 11: no form of a Postgres URL/ },
  },
  {
    name: 'the password of a user name with an @ is found',
    law: 'law 11',
    file: 'packages/portcullis/src/config/database-url.ts',
    find: '[^:/?#]*):',
    replace: '[^:@/?#]*):',
    test: { file: 'packages/portcullis/src/config/load.test.ts', title: /law 11: no form of a Postgres URL/ },
  },
  {
    name: 'every password parameter of a Postgres URL is taken out',
    law: 'law 11',
    file: 'packages/portcullis/src/config/database-url.ts',
    find: "name.toLowerCase() === 'password')",
    replace: "name.toLowerCase() === 'password') && pair.startsWith('password')",
    test: { file: 'packages/portcullis/src/config/load.test.ts', title: /law 11: no form of a Postgres URL/ },
  },
]
