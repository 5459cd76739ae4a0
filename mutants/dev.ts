import type { Mutant } from './mutant.ts'

const handler = 'packages/portcullis/src/dev/dev-handler.ts'
const ownPage = 'packages/portcullis/src/dev/own-page.ts'
const devTest = 'packages/portcullis/test/dev.test.ts'

/** `portcullis dev`: who throws its switches, and for whom alice allows everything. */
export const devMutants: readonly Mutant[] = [
  {
    name: 'switches are thrown at a name of this machine alone',
    law: 'law 1',
    file: ownPage,
    find: 'if (!isAtHome(request, hosts))',
    replace: 'if (false)',
    test: { file: devTest, title: /law 1: pages of other sites/ },
  },
  {
    name: 'pages of other sites throw no switch',
    law: 'law 1',
    file: ownPage,
    find: 'return isForeign && isAct ?',
    replace: 'return false ?',
    test: { file: devTest, title: /law 1: pages of other sites/ },
  },
  {
    name: 'a page of another site signs nobody in',
    law: 'law 1',
    file: ownPage,
    find: "!['GET', 'HEAD'].includes(request.method) || new URL(request.url).pathname === '/dev/sign-in'",
    replace: "!['GET', 'HEAD'].includes(request.method)",
    test: { file: devTest, title: /law 1: a page of another site signs nobody in/ },
  },
  {
    name: 'a name that leads here is approved nothing',
    law: 'law 1',
    file: handler,
    find: 'mayApprove && isAtHome(request, hosts) &&',
    replace: 'mayApprove &&',
    test: { file: devTest, title: /law 1: with --approve a page/ },
  },
  {
    name: 'a page of another site is approved nothing',
    law: 'law 1',
    file: handler,
    find: ' && !isOpenedByPage(request)',
    replace: '',
    test: { file: devTest, title: /law 1: with --approve a page/ },
  },
  {
    name: 'dev lets nobody in through a tunnel',
    law: 'law 10',
    file: ownPage,
    find: ' || hasProxyHeaders(request.headers)',
    replace: '',
    test: { file: devTest, title: /law 10: what came through a proxy/ },
  },
  {
    name: 'dev lets nobody in through a proxy of the old version',
    law: 'law 10',
    file: ownPage,
    find: 'isOldVersion || ',
    replace: '',
    test: { file: devTest, title: /law 10: what came through a proxy/ },
  },
  {
    name: 'no code leaves this machine without a question',
    law: 'law 1',
    file: handler,
    find: 'if (staysHere(destination))',
    replace: 'if (true)',
    test: { file: devTest, title: /law 1: with --approve no code leaves/ },
  },
  {
    name: 'a page at another port of this machine signs nobody in',
    law: 'law 1',
    file: ownPage,
    find: "!['none', 'same-origin'].includes(",
    replace: "!['none', 'same-origin', 'same-site'].includes(",
    test: { file: devTest, title: /law 1: a page at another port/ },
  },
  {
    name: 'dev fetches documents from no loopback host that was not named',
    law: 'law 8',
    file: handler,
    find: 'dangerouslyAllowLoopback: loopbackDocuments }',
    replace: "dangerouslyAllowLoopback: ['127.0.0.1', 'localhost'] }",
    test: { file: 'packages/portcullis/test/dev-offers.test.ts', title: /law 8: a document on this machine/ },
  },
]
