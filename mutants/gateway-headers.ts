import type { Mutant } from './mutant.ts'

const folder = 'packages/portcullis/src/gateway'
const requestHeaders = `${folder}/request-headers.ts`
const requestHeadersTest = `${folder}/request-headers.test.ts`
const responseHeaders = `${folder}/response-headers.ts`
const responseHeadersTest = `${folder}/response-headers.test.ts`

/** What goes from the caller to the upstream and back. */
export const gatewayHeaderMutants: readonly Mutant[] = [
  {
    name: 'the client’s credentials stay here',
    law: 'law 7',
    file: requestHeaders,
    find: "  'authorization',\n",
    replace: '',
    test: { file: requestHeadersTest, title: /RS-13 P-07 credentials, identity/ },
  },
  {
    name: 'cookies stay here',
    law: 'law 7',
    file: requestHeaders,
    find: "  'cookie',\n",
    replace: '',
    test: { file: requestHeadersTest, title: /RS-13 P-07 credentials, identity/ },
  },
  {
    name: 'identity headers from outside stay here',
    law: 'law 7',
    file: requestHeaders,
    find: "if (isIdentityHeader(name)) return 'drop'",
    replace: '',
    test: { file: requestHeadersTest, title: /RS-13|whatever a header is called/ },
  },
  {
    name: 'a header that some servers read as ours stays here',
    law: 'law 7',
    file: requestHeaders,
    find: "return plainName.test(name) || name.startsWith('mcp-param-') ? 'pass' : 'drop'",
    replace: "return 'pass'",
    test: { file: requestHeadersTest, title: /RS-13|whatever a header is called/ },
  },
  {
    name: 'Last-Event-ID goes on within a session alone',
    law: 'P-10',
    file: requestHeaders,
    find: "(rule === 'resume' && upstreamId !== undefined)",
    replace: "rule === 'resume'",
    test: { file: requestHeadersTest, title: /P-10/ },
  },
  {
    name: 'no caller names the proxy that programs behind CGI send everything to',
    law: 'law 7',
    file: requestHeaders,
    find: "  'proxy',\n",
    replace: '',
    test: { file: requestHeadersTest, title: /RS-13 P-07/ },
  },
  {
    name: 'no claim ends a header or begins another',
    law: 'law 7',
    file: `${folder}/identity-headers.ts`,
    find: String.raw`return value.replace(/[^\x21-\x24\x26-\x7E]+/g, (unsafe) => encodeURIComponent(unsafe.toWellFormed()))`,
    replace: 'return value',
    test: { file: requestHeadersTest, title: /no value of a token ends its header/ },
  },
  {
    name: 'cookies and challenges of the upstream are not relayed',
    law: 'law 7',
    file: responseHeaders,
    find: "  'warning',\n",
    replace: "  'warning',\n  'www-authenticate',\n",
    test: { file: responseHeadersTest, title: /cookies, challenges, CORS/ },
  },
  {
    name: 'the upstream says nothing to browsers about our whole origin',
    law: 'law 11',
    file: responseHeaders,
    find: 'if (!isRelayed(name) || ',
    replace: "if ((!isRelayed(name) && name !== 'nel' && name !== 'report-to') || ",
    test: { file: responseHeadersTest, title: /for our whole origin/ },
  },
  {
    name: 'the upstream gives no orders to the proxy in front',
    law: 'law 7',
    file: responseHeaders,
    find: ' && !order.test(name)',
    replace: '',
    test: { file: responseHeadersTest, title: /for our whole origin, or a proxy for an order/ },
  },
  {
    name: 'no answer of the upstream becomes a page of our origin',
    law: 'law 1',
    file: responseHeaders,
    find: "if (!isInert(single(headers, 'content-type')))",
    replace: 'if (kept.length === 0)',
    test: { file: responseHeadersTest, title: /becomes none of our origin/ },
  },
  {
    name: 'no answer is kept for other callers',
    law: 'P-16',
    file: responseHeaders,
    find: 'if (isPrivate(cacheControl))',
    replace: "if (cacheControl !== '')",
    test: { file: responseHeadersTest, title: /P-16/ },
  },
  {
    name: 'the upstream’s 401 is 502, and its challenge stays here',
    law: 'law 7',
    file: `${folder}/upstream-errors.ts`,
    find: 'if (status === 401 || status === 407)',
    replace: 'if (status === 407)',
    test: { file: `${folder}/upstream-errors.test.ts`, title: /P-08/ },
  },
  {
    name: 'a redirect of the upstream is not passed on',
    law: 'law 7',
    file: `${folder}/upstream-errors.ts`,
    find: 'if (status >= 300 && status < 400 && status !== 304)',
    replace: 'if (false)',
    test: { file: `${folder}/upstream-errors.test.ts`, title: /a redirect of the upstream/ },
  },
  {
    name: 'where the rule is strict, no header goes on that is not known to be needed',
    law: 'law 7',
    file: requestHeaders,
    find: "remembering((name) => (harmless.test(name) ? judge(name) : 'drop'))",
    replace: 'remembering(judge)',
    test: { file: requestHeadersTest, title: /where the rule is strict/ },
  },
  {
    name: 'the upstream names no files for the proxy in front to read, and says nothing of what it keeps',
    law: 'law 7',
    file: responseHeaders,
    find: '|archive|',
    replace: '|',
    test: { file: responseHeadersTest, title: /for our whole origin, or a proxy for an order/ },
  },
]
