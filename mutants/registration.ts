import type { Mutant } from './mutant.ts'

const folder = 'packages/auth/src/authorization-server'
const registrationTest = 'packages/auth/test/registration.test.ts'

export const registrationMutants: readonly Mutant[] = [
  {
    name: 'a client secret is kept as a hash',
    law: 'law 11',
    file: `${folder}/clients/register-client.ts`,
    find: 'secretHash: await hashClientSecret(secret)',
    replace: 'secretHash: secret',
    test: { file: registrationTest, title: /the store keeps its hash alone/ },
  },
  {
    name: 'registrations are limited',
    law: 'law 8',
    file: `${folder}/limits.ts`,
    find: 'if ((await store.count(`${kind} ${network}`, hour)) > limit) return true',
    replace: '',
    test: { file: registrationTest, title: /registrations are limited by address/ },
  },
  {
    name: 'an IPv6 network counts as one address',
    law: 'law 8',
    file: 'packages/auth/src/protocol/network.ts',
    find: '    .slice(0, 4)\n',
    replace: '',
    test: { file: registrationTest, title: /\/64/ },
  },
  {
    name: 'a client to which nobody consents is forgotten',
    law: 'AS-10',
    file: `${folder}/clients/register-client.ts`,
    find: "value, expiresAt, index: { state: 'unused' }",
    replace: "value, index: { state: 'unused' }",
    test: { file: registrationTest, title: /forgotten after a week/ },
  },
  {
    name: 'a client to which somebody consented is kept',
    law: 'AS-10',
    file: `${folder}/grants/start-grant.ts`,
    find: '      ...kept,\n',
    replace: '',
    test: { file: registrationTest, title: /forgotten after a week/ },
  },
  {
    name: 'registrations are limited by more than one network of a customer',
    law: 'bounds',
    file: `${folder}/limits.ts`,
    find: '> networksOfSite * limit',
    replace: '< 0',
    test: { file: registrationTest, title: /by \/48 for IPv6 too/ },
  },
  {
    name: 'a registration is as long as one',
    law: 'bounds',
    file: `${folder}/endpoints/register.ts`,
    find: ', { longest: longestBody }',
    replace: '',
    test: { file: registrationTest, title: /longer than 8 KiB/ },
  },
  {
    name: 'the event of a registration is short',
    law: 'bounds',
    file: `${folder}/endpoints/register.ts`,
    find: 'redirectUris.slice(0, toldUris).map((uri) => uri.slice(0, toldLength))',
    replace: 'redirectUris',
    test: { file: registrationTest, title: /its event is short/ },
  },
  {
    name: 'clients to whom nobody consents have so many places',
    law: 'bounds',
    file: `${folder}/clients/unused-clients.ts`,
    find: 'const isUnused = oldest?.expiresAt !== undefined',
    replace: 'const isUnused = false',
    test: { file: registrationTest, title: /take(s that|n) of the oldest|no more of them are kept/ },
  },
  {
    name: 'a client to whom somebody consented gives its place up and stays',
    law: 'bounds',
    file: `${folder}/clients/unused-clients.ts`,
    find: 'const isUnused = oldest?.expiresAt !== undefined',
    replace: 'const isUnused = oldest !== undefined',
    test: { file: registrationTest, title: /others are kept/ },
  },
]
