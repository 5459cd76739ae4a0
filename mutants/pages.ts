import type { Mutant } from './mutant.ts'

const pages = 'packages/portcullis/src/pages'
const pagesTest = `${pages}/pages.test.ts`
const connect = 'packages/portcullis/src/pages/connect.ts'
const ownHost = 'packages/portcullis/src/pages/own-host.ts'
const ownHostTest = 'packages/portcullis/src/pages/own-host.test.ts'

export const pageMutants: readonly Mutant[] = [
  {
    name: 'a new password wants the present one',
    law: 'law 12',
    file: `${pages}/password.ts`,
    find: "if (outcome.kind !== 'proved') return outcome\n",
    replace: "if (outcome.kind !== 'proved') return undefined\n",
    test: { file: pagesTest, title: /a new password that cannot stand/ },
  },
  {
    name: 'a page shows so many grants',
    law: 'bounds',
    file: 'packages/portcullis/src/pages/connections.ts',
    find: 'client.connections.slice(0, left)',
    replace: 'client.connections',
    test: { file: pagesTest, title: /of very many grants/ },
  },
  {
    name: 'what was typed where a name goes is not told, since it may be a password',
    law: 'law 11',
    file: 'packages/portcullis/src/pages/sign-in.ts',
    find: 'const attempted = account && { accountId: account.id, userName: account.value.userName }',
    replace: 'const attempted = { ...(account && { accountId: account.id }), userName }',
    test: { file: pagesTest, title: /what was typed never where there is none/ },
  },
  {
    name: 'pages are shown at one origin',
    law: 'law 15',
    file: ownHost,
    find: 'if (asked === host)',
    replace: 'if (asked === host || others.includes(asked))',
    test: { file: ownHostTest, title: /law 15: pages live at one origin/ },
  },
  {
    name: 'a form for another host of ours goes nowhere',
    law: 'law 15',
    file: ownHost,
    find: " && (request.method === 'GET' || request.method === 'HEAD')",
    replace: '',
    test: { file: ownHostTest, title: /law 15: a form that is sent to another host/ },
  },
  {
    name: 'pages answer at no foreign host',
    law: 'law 1',
    file: ownHost,
    find: 'if (others.includes(asked) &&',
    replace: 'if (',
    test: { file: ownHostTest, title: /law 1: pages are shown at no foreign host/ },
  },
  {
    name: 'who opens the MCP URL in a browser gets the status of the challenge',
    law: 'RS-02',
    file: connect,
    find: 'status: challenge.status,',
    replace: '',
    test: { file: 'packages/portcullis/test/whole-way.test.ts', title: /RS-02 RS-05 who opens the MCP URL/ },
  },
  {
    name: 'who opens the MCP URL in a browser gets the headers of the challenge',
    law: 'RS-05',
    file: connect,
    find: "if (name !== 'content-type') shown.headers.set(name, value)",
    replace: "if (name === 'cache-control') shown.headers.set(name, value)",
    test: { file: 'packages/portcullis/test/whole-way.test.ts', title: /RS-02 RS-05 who opens the MCP URL/ },
  },
  {
    name: 'no MCP client gets a page',
    law: 'RS-05',
    file: 'packages/portcullis/src/pages/for-people.ts',
    find: ' &&\n    !/\\bapplication\\/json\\b|\\btext\\/event-stream\\b/i.test(accept)',
    replace: '',
    test: { file: 'packages/portcullis/src/pages/for-people.test.ts', title: /nothing that an MCP client sends is/ },
  },
]
