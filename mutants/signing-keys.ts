import type { Mutant } from './mutant.ts'

const folder = 'packages/auth/src/authorization-server/keys'
const ring = `${folder}/key-ring.ts`
const storedKeys = `${folder}/stored-keys.ts`
const signer = `${folder}/signer.ts`
const administration = `${folder}/administration.ts`
const keysTest = 'packages/auth/test/signing-keys.test.ts'
const rotationTest = 'packages/auth/test/key-rotation.test.ts'
const signerTest = 'packages/auth/test/signer.test.ts'

export const signingKeyMutants: readonly Mutant[] = [
  {
    name: 'private keys are encrypted with a key that is not in the store',
    law: 'law 11',
    file: `${folder}/private-key.ts`,
    find: 'toBase64url(new Uint8Array(ciphertext))',
    replace: 'toBase64url(plaintext)',
    test: { file: keysTest, title: /encrypted alone|made once/ },
  },
  {
    name: 'a signing key whose secret is not the current one signs no more',
    law: 'law 11',
    file: storedKeys,
    find: "if (secretIdOf(current) !== derived.currentId) return { ring: replaced(ring, await make(), now), why: 'secret' }",
    replace: '',
    test: { file: keysTest, title: /a secret changes with overlap/ },
  },
  {
    name: 'of a key that signs no more the private half goes',
    law: 'law 11',
    file: ring,
    find: 'return { kid, alg, createdAt, publicJwk, secretId',
    replace: 'return { ...key, secretId',
    test: { file: keysTest, title: /no private half/ },
  },
  {
    name: 'a key that signs no more is published as long as its tokens may live',
    law: 'law 11',
    file: ring,
    find: 'publishedUntil: now + overlap',
    replace: 'publishedUntil: now',
    test: { file: keysTest, title: /for two days/ },
  },
  {
    name: 'a key that signs no more is not published for ever',
    law: 'law 11',
    file: ring,
    find: 'publishedUntil: now + overlap',
    replace: 'publishedUntil: now + 9 * overlap',
    test: { file: keysTest, title: /for two days/ },
  },
  {
    name: 'a secret that is taken away takes its key with it',
    law: 'law 11',
    file: storedKeys,
    find: "derived.byId(secretId, 'signing key encryption') !== undefined",
    replace: 'secretId !== undefined',
    test: { file: keysTest, title: /once that secret is taken away/ },
  },
  {
    name: 'the next key is published before it signs',
    law: 'law 9',
    file: ring,
    find: '[...keys, ...(next === undefined ? [] : [next]), ...held]',
    replace: '[...keys, ...held]',
    test: { file: rotationTest, title: /published a day before it signs/ },
  },
  {
    name: 'the next key signs from its time on, and not before',
    law: 'law 9',
    file: ring,
    find: 'next !== undefined && now >= (next.signsFrom ?? 0)',
    replace: 'next !== undefined',
    test: { file: rotationTest, title: /published a day before it signs/ },
  },
  {
    name: 'a process that runs does not undo by its configuration what one that started has decided',
    law: 'law 9',
    file: storedKeys,
    find: '  if (isStart) {',
    replace: '  if (true) {',
    test: { file: rotationTest, title: /undoes nobody’s rotation/ },
  },
  {
    name: 'a process whose secret is not that of the key makes no key',
    law: 'law 11',
    file: storedKeys,
    find: 'if (ring.next !== undefined || secretIdOf(current) !== derived.currentId)',
    replace: 'if (ring.next !== undefined)',
    test: { file: rotationTest, title: /makes no next one/ },
  },
  {
    name: 'a process does not sign with a key that is published no more',
    law: 'law 11',
    file: storedKeys,
    find: '.some(({ kid }) => kid === held?.key.kid)) throw cause',
    replace: '.some(({ kid }) => kid === held?.key.kid)) void cause',
    test: { file: rotationTest, title: /while it is published/ },
  },
  {
    name: 'one of several processes makes the next key',
    law: 'law 9',
    file: storedKeys,
    find: "version: entry?.version ?? 'absent', value: ring }]))",
    replace: "version: (await store.get('keyRing', 'ring'))?.version ?? 'absent', value: ring }]))",
    test: { file: keysTest, title: /two that start at once agree/ },
  },
  {
    name: 'compromised keys are taken back, all of them',
    law: 'law 9',
    file: administration,
    find: 'async (_, { make }) => ({ keys: [await make()] })',
    replace: 'async (old, { make, now }) => replaced(old, await make(), now)',
    test: { file: rotationTest, title: /compromised keys are taken back at once/ },
  },
  {
    name: 'nobody makes keys with other secrets than those of the store',
    law: 'law 11',
    file: administration,
    find: 'await requireSecretsOf(before, derived, at)',
    replace: '',
    test: { file: rotationTest, title: /with other secrets than the server has/ },
  },
  {
    name: 'what a signer signs verifies with the key that is published of it',
    law: 'law 9',
    file: signer,
    find: 'if (!(await signsFor(key, publicJwk)))',
    replace: 'if (false)',
    test: { file: signerTest, title: /are not those of JWS/ },
  },
  {
    name: 'no private half is given as a public one',
    law: 'law 11',
    file: signer,
    find: "if (Object.hasOwn(publicJwk, 'd'))",
    replace: 'if (false)',
    test: { file: signerTest, title: /the private half/ },
  },
  {
    name: 'of a published key stand public members alone',
    law: 'law 11',
    file: 'packages/auth/src/jwt/sign.ts',
    find: 'return { ...publicPart(publicJwk), kid, alg',
    replace: 'return { ...publicJwk, kid, alg',
    test: { file: signerTest, title: /public members alone/ },
  },
  {
    name: 'with a signer, no private key stays in the store',
    law: 'law 11',
    file: signer,
    find: 'isElsewhere ? before : withoutSigning(before, now())',
    replace: 'before',
    test: { file: signerTest, title: /keys move to a signer and back/ },
  },
]
