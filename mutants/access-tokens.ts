import type { Mutant } from './mutant.ts'

const verify = 'packages/auth/src/jwt/verify-access-token.ts'
const test = 'packages/auth/test/resource-server.test.ts'
const keySet = 'packages/auth/src/jwt/key-set.ts'
const keysTest = 'packages/auth/test/issuer-keys.test.ts'

/** What a resource server takes for an access token, and for a key. */
export const accessTokenMutants: readonly Mutant[] = [
  {
    name: 'the audience is this resource',
    law: 'law 2',
    file: verify,
    find: 'if (audience === undefined)\n    return invalid(',
    replace: "if (audience === undefined && claims.aud === 'never')\n    return invalid(",
    test: { file: test, title: /RS-12 RS-14 RS-13 P-07 a token for another audience/ },
  },
  {
    name: 'a token without audience is refused',
    law: 'law 2',
    file: verify,
    find: 'Array.isArray(claims.aud) ? claims.aud : []',
    replace: 'Array.isArray(claims.aud) ? claims.aud : [...audiences]',
    test: { file: test, title: /law 2 a token without audience/ },
  },
  {
    name: 'the issuer is one that is trusted, compared exactly',
    law: 'law 13',
    file: verify,
    find: 'const rules = options.rulesOf(issuer)',
    replace: "const rules = options.rulesOf(issuer) ?? options.rulesOf(issuer.replace(/\\/$/, ''))",
    test: { file: test, title: /an issuer with a slash more/ },
  },
  {
    name: 'an access token has the type of one',
    law: 'RS-11',
    file: verify,
    find: 'if (!hasType(token, rules.tokenType))',
    replace: 'if (false)',
    test: { file: test, title: /an ID-JAG is 401/ },
  },
  {
    name: 'algorithms are an allow-list per issuer',
    law: 'law 9',
    file: verify,
    find: '      algorithms: [...rules.algorithms],\n',
    replace: '',
    test: { file: test, title: /law 9 an algorithm that the issuer is not allowed/ },
  },
  {
    name: 'a token has an expiry, a subject and an issuer',
    law: 'RS-15',
    file: verify,
    find: "      requiredClaims: ['iss', 'exp', 'sub'],\n",
    replace: '',
    test: { file: test, title: /a token without expiry/ },
  },
  {
    name: 'an outage of the keys is 503, never 401',
    law: 'RS-16',
    file: verify,
    find: "if (error instanceof KeysUnavailableError) return { kind: 'unavailable', cause: error.cause ?? error }",
    replace: "if (error instanceof KeysUnavailableError) return invalid('unknown_key')",
    test: { file: test, title: /keys that cannot be fetched are our outage/ },
  },
  {
    name: 'a clock that was set back does not make keys young',
    law: 'RS-16',
    file: keySet,
    find: 'return Math.abs(now() - instant)',
    replace: 'return now() - instant',
    test: { file: keysTest, title: /set back/ },
  },
  {
    name: 'a key that cannot be used is no fault of the token',
    law: 'RS-16',
    file: keySet,
    find: 'if (cause instanceof errors.JOSEError && !(cause instanceof errors.JWKSInvalid)) throw cause',
    replace: 'if (cause instanceof Error) throw cause',
    test: { file: keysTest, title: /on its curve/ },
  },
  {
    name: 'an RSA key has 2048 bits',
    law: 'RS-16',
    file: keySet,
    find: "if ('algorithm' in key && isTooShort(key.algorithm))",
    replace: 'if (false)',
    test: { file: keysTest, title: /1024 bits/ },
  },
  {
    name: 'what an outsider wrote is shortened in events',
    law: 'law 11',
    file: verify,
    find: 'printable(issuer)',
    replace: 'issuer',
    test: { file: keysTest, title: /shortened/ },
  },
]
