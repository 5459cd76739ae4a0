import type { Mutant } from './mutant.ts'

const folder = 'packages/auth/src/authorization-server'
const assertion = `${folder}/grants/identity-assertion/identity-assertion.ts`
const asserted = `${folder}/grants/identity-assertion/asserted.ts`
const standing = `${folder}/grants/standing-grant.ts`
const verify = 'packages/auth/src/jwt/verify-identity-assertion.ts'
const assertionTest = 'packages/auth/test/identity-assertion.test.ts'

export const identityAssertionMutants: readonly Mutant[] = [
  {
    name: 'an identity assertion has a type of its own',
    law: 'law 6',
    file: verify,
    find: "      typ: 'oauth-id-jag+jwt',\n",
    replace: '',
    test: { file: assertionTest, title: /of the type of an ID token is invalid_grant/ },
  },
  {
    name: 'an identity assertion is for this server',
    law: 'law 2',
    file: verify,
    find: '      audience: [...audiences],\n',
    replace: '',
    test: { file: assertionTest, title: /for another server is invalid_grant/ },
  },
  {
    name: 'an identity assertion is for this server alone',
    law: 'law 2',
    file: verify,
    find: 'if (Array.isArray(aud) && aud.length !== 1)',
    replace: 'if (false)',
    test: { file: assertionTest, title: /for this server and another is invalid_grant/ },
  },
  {
    name: 'an identity assertion is the client’s that presents it',
    law: 'AS-01',
    file: verify,
    find: 'if (payload.client_id !== clientId)',
    replace: 'if (false)',
    test: { file: assertionTest, title: /of another client is invalid_grant/ },
  },
  {
    name: 'an identity assertion does not live so long that it is forgotten',
    law: 'law 5',
    file: verify,
    find: 'if (exp > now + longestLifetime)',
    replace: 'if (false)',
    test: { file: assertionTest, title: /lives for a day is invalid_grant/ },
  },
  {
    name: 'an identity assertion is good once',
    law: 'law 5',
    file: assertion,
    find: 'const consumption = [...client.consumption, ...used]\n    await requireNew(used, context)',
    replace: 'const consumption = client.consumption',
    test: { file: assertionTest, title: /an assertion is good once/ },
  },
  {
    name: 'an issuer is trusted for the clients that the operator names',
    law: 'AS-01',
    file: assertion,
    find: 'if (issuer?.clients.includes(client.clientId))',
    replace: 'if (issuer !== undefined)',
    test: { file: assertionTest, title: /of whose assertions nobody spoke/ },
  },
  {
    name: 'a public client comes with no identity assertion',
    law: 'AS-01',
    file: assertion,
    find: 'if (!client.isConfidential)',
    replace: 'if (false)',
    test: { file: assertionTest, title: /of whose assertions nobody spoke/ },
  },
  {
    name: 'a person whom nobody here knows gets nothing',
    law: 'law 3',
    file: assertion,
    find: 'const person = await issuer.subject(claims)',
    replace: 'const person = (await issuer.subject(claims)) ?? { subject: claims.sub }',
    test: { file: assertionTest, title: /not known here is invalid_grant/ },
  },
  {
    name: 'a disabled account gets nothing by an identity assertion',
    law: 'law 14',
    file: assertion,
    find: 'if (isActive === undefined || (await isActive(subject))) return',
    replace: 'return',
    test: { file: assertionTest, title: /a disabled account gets nothing/ },
  },
  {
    name: 'an identity assertion is for the resource that it names',
    law: 'AS-34',
    file: asserted,
    find: 'allowed.filter((each) => targets.some(({ resource }) => resource === each)),',
    replace: 'allowed,',
    test: { file: assertionTest, title: /AS-34/ },
  },
  {
    name: 'an identity provider is trusted for the resources that the operator names',
    law: 'AS-34',
    file: asserted,
    find: 'ofIssuer === undefined ? resources',
    replace: 'ofIssuer !== undefined ? resources',
    test: { file: assertionTest, title: /for the resources that the operator names/ },
  },
  {
    name: 'an identity assertion that is bound to a key is not taken without proof',
    law: 'law 6',
    file: asserted,
    find: 'if (cnf !== undefined)',
    replace: 'if (false)',
    test: { file: assertionTest, title: /bound to a key is invalid_grant/ },
  },
  {
    name: 'what narrows an identity assertion, and is not understood, is not left out',
    law: 'AS-40',
    file: asserted,
    find: 'if (details !== undefined)',
    replace: 'if (false)',
    test: { file: assertionTest, title: /with authorization details is invalid_grant/ },
  },
  {
    name: 'a person who is disabled while the host is asked gets no other grant',
    law: 'law 14',
    file: assertion,
    find: '        requireActive,\n',
    replace: '',
    test: { file: assertionTest, title: /disabled while the host is asked for claims/ },
  },
  {
    name: 'a person who is disabled before their first grant is written gets none',
    law: 'law 14',
    file: standing,
    find: 'if (entry === undefined) await requireActive?.()',
    replace: '',
    test: { file: assertionTest, title: /disabled while the host is asked for claims/ },
  },
]
