import type { Mutant } from './mutant.ts'

const assertionsTest = 'packages/portcullis/test/identity-assertions.test.ts'
const furtherServersTest = 'packages/portcullis/test/further-servers.test.ts'
const operations = 'packages/portcullis/src/operations'

export const programSettingMutants: readonly Mutant[] = [
  {
    name: 'of an identity provider of many tenants one alone is trusted',
    law: 'ID-JAG',
    file: `${operations}/assertion-issuers.ts`,
    find: 'if (claims.tenant !== tenant) return undefined',
    replace: '',
    test: { file: assertionsTest, title: /whom the configuration does not name is nobody here/ },
  },
  {
    name: 'an address that nobody verified is nobody',
    law: 'ID-JAG',
    file: `${operations}/assertion-issuers.ts`,
    find: "name === 'email' && !isVerified(claims) ? undefined : value",
    replace: 'value',
    test: { file: assertionsTest, title: /never an address that is not verified/ },
  },
  {
    name: 'an address that is said not to be verified in text is not',
    law: 'ID-JAG',
    file: `${operations}/assertion-issuers.ts`,
    find: "verified === true || verified === 'true'",
    replace: 'verified !== false',
    test: { file: assertionsTest, title: /never an address that is not verified/ },
  },
  {
    name: 'what is no name of a user does not become one',
    law: 'ID-JAG',
    file: `${operations}/assertion-issuers.ts`,
    find: "typeof value !== 'string' || whyNotUserName(value) !== undefined",
    replace: "typeof value !== 'string' || value === ''",
    test: { file: assertionsTest, title: /only looks like the name of a user/ },
  },
  {
    name: 'whom the configuration does not name is nobody',
    law: 'ID-JAG',
    file: `${operations}/assertion-issuers.ts`,
    find: 'claimed(claims, userNameClaim)',
    replace: "claimed(claims, userNameClaim ?? 'preferred_username')",
    test: { file: assertionsTest, title: /whom the configuration does not name is nobody here/ },
  },
  {
    name: 'keys of an identity provider are fetched as guardedly as documents of clients',
    law: 'law 8',
    file: 'packages/portcullis/src/serve/authorization-server.ts',
    find: 'trustIssuers(parts.assertionIssuers, {\n      fetch: fetchDocument,',
    replace:
      "trustIssuers(parts.assertionIssuers, {\n      fetch: createGuardedFetch({ dangerouslyAllowLoopback: ['localhost', '127.0.0.1'] }),",
    test: { file: assertionsTest, title: /law 8: keys at a URL/ },
  },
  {
    name: 'what a server may ask about is what is its own',
    law: 'RFC 7662',
    file: `${operations}/resources.ts`,
    find: '[{ resource, secret }]',
    replace: 'Object.keys(resources).map((each) => ({ resource: each, secret }))',
    test: { file: furtherServersTest, title: /an opaque token says nothing to who holds it/ },
  },
  {
    name: 'nobody is named for what only a client that proves itself may do',
    law: 'RFC 6749 §4.4',
    file: 'packages/portcullis/src/config/machine-problems.ts',
    find: "return hasCredential && client.method !== 'none'",
    replace: 'return true',
    test: { file: 'packages/portcullis/src/config/machine-problems.test.ts', title: /a public client cannot stand/ },
  },
  {
    name: 'a client of the configuration is for what its grant types say',
    law: 'RFC 7591 §2',
    file: 'packages/portcullis/src/config/machine-problems.ts',
    find: 'client === undefined || client.grantTypes?.includes(needed)',
    replace: 'client === undefined || client.grantTypes?.includes(needed) || needed.length > 0',
    test: {
      file: 'packages/portcullis/src/config/machine-problems.test.ts',
      title: /exchange by a client that is not for that/,
    },
  },
  {
    name: 'a further server is never the MCP server by its other name',
    law: 'law 2',
    file: 'packages/portcullis/src/config/resource-problems.ts',
    find: 'URL.canParse(publicUrl) ? servedAt({ publicUrl, alsoServedAt }) : []',
    replace: '[publicUrl, ...alsoServedAt]',
    test: {
      file: 'packages/portcullis/src/config/machine-problems.test.ts',
      title: /the MCP server by the other name of this machine/,
    },
  },
  {
    name: 'keys in a file are public ones',
    law: 'law 11',
    file: `${operations}/configured-secrets.ts`,
    find: 'keys.length > 0 && keys.every(isPublicKey)',
    replace: 'keys.length > 0',
    test: { file: `${operations}/configured-clients.test.ts`, title: /a private key stops the start/ },
  },
  {
    name: 'a secret in place of the name of its variable is not told',
    law: 'law 11',
    file: 'packages/portcullis/src/config/problems.ts',
    find: "value !== undefined && issue.path.at(-1) !== 'secretVariable'",
    replace: 'value !== undefined',
    test: { file: 'packages/portcullis/src/config/load.test.ts', title: /in place of the name of a variable/ },
  },
  {
    name: 'nobody has the secret of somebody else',
    law: 'law 11',
    file: `${operations}/run-server.ts`,
    find: 'requireOwnSecrets({ clients, readers, initialAccessTokens, identityProviders }, loaded)',
    replace: '',
    test: { file: furtherServersTest, title: /two servers of `resources` with one secret/ },
  },
  {
    name: 'no client has the secret of Portcullis itself',
    law: 'law 11',
    file: `${operations}/own-secrets.ts`,
    find: 'if (madeOf(secret, secrets))',
    replace: 'if (madeOf(secret, []))',
    test: { file: `${operations}/own-secrets.test.ts`, title: /a client and Portcullis itself/ },
  },
]
