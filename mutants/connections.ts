import type { Mutant } from './mutant.ts'

const program = 'packages/portcullis'
const page = `${program}/src/pages/connections.ts`
const pagesTest = `${program}/src/pages/pages.test.ts`
const connectionsTest = `${program}/test/connections.test.ts`
const usage = `${program}/src/usage`
const usageTest = `${usage}/record-use.test.ts`
const unruled = `${program}/src/gateway/unruled-calls.ts`

/** What people see of the clients that act for them, and what is kept for it. */
export const connectionMutants: readonly Mutant[] = [
  {
    name: 'nobody ends the connection of somebody else',
    law: 'law 14',
    file: page,
    find: 'if (grant?.value.subject !== session.account.id) return',
    replace: 'if (grant === undefined) return',
    test: { file: pagesTest, title: /sees and ends own grants/ },
  },
  {
    name: 'nobody sees the connections of somebody else',
    law: 'law 11',
    file: page,
    find: 'await connectionsOf(session.account.id, given)',
    replace:
      "await connectionsOf((await store.list('account', 'all', 'all')).find(({ value }) => value.role === 'owner').id, given)",
    test: { file: connectionsTest, title: /nobody sees or ends the connections of somebody else/ },
  },
  {
    name: 'of a grant no more tools are kept than people read',
    law: 'bounds',
    file: `${usage}/merge-use.ts`,
    find: 'tools: byTime.slice(0, mostTools)',
    replace: 'tools: byTime',
    test: { file: usageTest, title: /ever new names fills nothing/ },
  },
  {
    name: 'who calls ever new names does not hide how much was called',
    law: 'P-03',
    file: `${usage}/merge-use.ts`,
    find: '(calls, { count }) => calls + count, furtherCalls)',
    replace: '(calls) => calls, 0)',
    test: { file: usageTest, title: /ever new names fills nothing/ },
  },
  {
    name: 'a process notes so many grants between two writes',
    law: 'bounds',
    file: `${usage}/record-use.ts`,
    find: 'noted.size >= mostGrants',
    replace: 'noted.size < 0',
    test: { file: usageTest, title: /more grants than one process notes/ },
  },
  {
    name: 'what several processes write of a grant adds up',
    law: 'law 14',
    file: `${usage}/record-use.ts`,
    find: 'attempt < 10',
    replace: 'attempt < 0',
    test: { file: usageTest, title: /no call is lost/ },
  },
  {
    name: 'what was kept of a grant’s use goes with the grant',
    law: 'law 14',
    file: `${usage}/uses-with-grants.ts`,
    find: '[...changes, ...gone]',
    replace: 'changes',
    test: { file: usageTest, title: /goes in the commit that ends it/ },
  },
  {
    name: 'a gateway that is busy reads no more bodies than cost next to nothing',
    law: 'bounds',
    file: unruled,
    find: 'return read <= mostInSecond',
    replace: 'return read > 0',
    test: { file: `${program}/src/gateway/unruled-calls.test.ts`, title: /no more are read than cost next to nothing/ },
  },
  {
    name: 'a call of a tool is seen in whatever letters it is written',
    law: 'P-14',
    file: unruled,
    find: ' || body.includes(backslash)',
    replace: '',
    test: { file: `${program}/src/gateway/gateway.test.ts`, title: /a call with its method escaped/ },
  },
  {
    name: 'what a person ended is over when the page says so',
    law: 'law 14',
    file: `${program}/src/serve/mcp-endpoints.ts`,
    find: '        resourceServer.noteEnd(grantId)\n',
    replace: '',
    test: { file: connectionsTest, title: /a connection that a person ends on their page/ },
  },
]
