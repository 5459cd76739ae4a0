import type { Mutant } from './mutant.ts'

const clients = 'packages/auth/src/authorization-server/clients'
const documentsTest = 'packages/auth/test/client-documents.test.ts'

/** Guards of which hosts client documents come from, and of how they are asked. */
export const documentHostMutants: readonly Mutant[] = [
  {
    name: 'a host is denied with the dot that ends it too',
    law: 'AS-21',
    file: `${clients}/host-policy.ts`,
    find: "hostname.replace(/\\.+$/, '')",
    replace: 'hostname',
    test: { file: documentsTest, title: /one that is denied, with the dot that ends it/ },
  },
  {
    name: 'a pattern that no host could match is refused',
    law: 'AS-21',
    file: `${clients}/host-policy.ts`,
    find: "pattern === host ? 'host' : 'hostname'",
    replace: "'host'",
    test: { file: documentsTest, title: /client\.example:8443" is no pattern/ },
  },
  {
    name: 'who is denied is not let in by being allowed',
    law: 'AS-21',
    file: `${clients}/host-policy.ts`,
    find: 'if (denied.some((pattern) => matches(pattern, url))) return false',
    replace: 'if (allowed === undefined && denied.some((pattern) => matches(pattern, url))) return false',
    test: { file: documentsTest, title: /one that is allowed and denied/ },
  },
  {
    name: 'a pattern is of hosts below a name',
    law: 'AS-21',
    file: `${clients}/host-policy.ts`,
    find: "if (pattern.startsWith('*.')) return name.endsWith(pattern.slice(1))",
    replace: "if (pattern.startsWith('*.')) return name.endsWith(pattern.slice(2))",
    test: { file: documentsTest, title: /one that ends like an allowed pattern/ },
  },
  {
    name: 'documents are fetched under guard',
    law: 'law 8',
    file: `${clients}/document-options.ts`,
    find: 'if (fetch !== undefined && guard === undefined)',
    replace: "if (fetch !== undefined && guard === undefined && issuer === '')",
    test: { file: documentsTest, title: /documents are fetched by a guarded fetch/ },
  },
  {
    name: 'loopback hosts are asked by a server on loopback alone',
    law: 'law 8',
    file: `${clients}/document-options.ts`,
    find: 'if (guard?.allowsLoopback && !isLoopbackHost(new URL(issuer).hostname))',
    replace: "if (guard?.allowsLoopback && issuer === '')",
    test: { file: documentsTest, title: /is for a server on loopback alone/ },
  },
]
