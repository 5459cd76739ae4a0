import type { Mutant } from './mutant.ts'

const folder = 'packages/auth/src/authorization-server'
const faultsTest = 'packages/auth/test/faults/faults.test.ts'
const fuzzTest = 'packages/auth/test/fuzz/fuzz.test.ts'

/** What a store that goes wrong, or a request that nobody expects, must not bring about. */
export const faultMutants: readonly Mutant[] = [
  {
    name: 'a store that does not answer is not waited for without end',
    law: 'faults',
    file: `${folder}/config.ts`,
    find: 'store: boundedStore(options.store, storeTimeout)',
    replace: 'store: options.store',
    test: { file: faultsTest, title: /a first start, and the keys that it makes/ },
  },
  {
    name: 'keys that could not be had are asked for again',
    law: 'faults',
    file: `${folder}/keys/stored-keys.ts`,
    find: 'looking = undefined\n',
    replace: '',
    test: { file: faultsTest, title: /a first start, and the keys that it makes/ },
  },
  {
    name: 'a document whose reading failed is read again',
    law: 'faults',
    file: `${folder}/clients/client-documents.ts`,
    find: '.finally(() => reading.delete(clientId))',
    replace: '',
    test: { file: faultsTest, title: /a client that a document describes/ },
  },
  {
    name: 'a failure tells the client nothing of its cause',
    law: 'law 11',
    file: `${folder}/authorization-server.ts`,
    find: "const description = 'Something is not working on our side'",
    replace: 'const description = String(cause)',
    test: { file: faultsTest, title: /a client registers twice/ },
  },
  {
    name: 'a failure at the authorization endpoint is told to the operator',
    law: 'faults',
    file: `${folder}/endpoints/authorize.ts`,
    find: "options.onEvent({ type: 'failure', operation: 'authorize', cause: error, requestId })",
    replace: '{}',
    test: { file: faultsTest, title: /a consent that is refused/ },
  },
  {
    name: 'a form that was used stands in the commit of its grant',
    law: 'law 3',
    file: `${folder}/grants/start-grant.ts`,
    find: 'const written = await store.commit([\n',
    replace:
      "await store.commit([{ kind: 'usedConsent', id: form.id, version: 'absent', value: { grantId }, expiresAt: form.expiresAt }])\n    const written = await store.commit([\n",
    test: { file: faultsTest, title: /a consent that is given twice/ },
  },
  {
    name: 'the answer to a refresh that was lost is given again',
    law: 'law 6',
    file: `${folder}/grants/redeem.ts`,
    find: "return isExpired ? { kind: 'expired' } : { kind: 'replay', grant }",
    replace: "return { kind: 'expired' }",
    test: { file: faultsTest, title: /refresh after refresh/ },
  },
  {
    name: 'a revocation that is asked for again is answered like the first',
    law: 'RFC 7009 §2.2',
    file: `${folder}/endpoints/revoke.ts`,
    find: "if (error.code === 'invalid_grant')",
    replace: 'if (false)',
    test: { file: faultsTest, title: /a client that signs its requests/ },
  },
  {
    name: 'an error description has the characters that it may have',
    law: 'RFC 6749 §5.2',
    file: `${folder}/responses.ts`,
    find: `return text.replaceAll('"', "'").replace(/[^\\x20-\\x5B\\x5D-\\x7E]/g, '?')`,
    replace: 'return text',
    test: { file: fuzzTest, title: /whatever is asked of the library/ },
  },
  {
    name: 'text of a request stands in pages as text',
    law: 'P-03',
    file: `${folder}/interaction/html.ts`,
    find: "if (typeof piece === 'string') return escapeText(piece)",
    replace: "if (typeof piece === 'string') return piece",
    test: { file: fuzzTest, title: /whatever is asked of the library/ },
  },
  {
    name: 'nothing is kept of a request that was answered',
    law: 'memory',
    file: `${folder}/authorization-server.ts`,
    find: 'return await answer(request, info)',
    replace:
      'const kept = ((globalThis as { kept?: object[] }).kept ??= [])\n        kept.push(request)\n        return await answer(request, info)',
    test: { file: fuzzTest, title: /nothing of a request stays in memory/ },
  },
  {
    name: 'calls are watched over also where a timer was taken away',
    law: 'law 5',
    file: 'packages/auth/src/authorization-server/bounded-store.ts',
    find: 'performance.now() >= ticking.dueAt + tickLength',
    replace: 'false',
    test: { file: 'packages/auth/test/store-timeout.test.ts', title: /taken away/ },
  },
  {
    name: 'a process stays for a call that waits',
    law: 'law 5',
    file: 'packages/auth/src/authorization-server/bounded-store.ts',
    find: 'else if (waiting.size === 0) ticking.timer.ref()',
    replace: '',
    test: { file: 'packages/auth/test/store-timeout.test.ts', title: /a process stays/ },
  },
  {
    name: 'a target is routed by the URL that it becomes',
    law: 'law 1',
    file: 'packages/auth/src/adapters/node/plain-request.ts',
    find: 'if (isOriginAlone && isPathAlready(target))',
    replace: 'if (isPathAlready(target))',
    test: { file: 'packages/auth/test/node-adapter.test.ts', title: /below a path of its host/ },
  },
]
