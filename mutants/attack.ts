import type { Mutant } from './mutant.ts'

const file = 'attack/src/ours.attack-test.ts'
const folder = 'packages/auth/src/authorization-server'

/** Guards that an attacker outside meets, by the name that their mutant has elsewhere, with the attack that works without them. */
const met: readonly (readonly [guard: string, attack: string])[] = [
  // Law 1, RFC 9700 §2.6, §4.7
  ['a request for another host is refused', 'dns-rebinding'],
  ['no refusal of the authorization endpoint is for scripts of other origins', 'cors-authorize'],
  // Law 2, RFC 9700 §2.3, §4.10
  ['an access token is bound to the resource of its grant', 'token-audience'],
  ['a token request for another resource is refused, and burns nothing', 'refresh-other-resource'],
  ['the metadata names the resource as it was configured', 'resource-other'],
  // Law 3, RFC 9700 §4.7
  ['a form of consent is sealed to request, person and session', 'consent-csrf-token'],
  ['what is remembered is of one client', 'consent-skipped'],
  // Law 4, RFC 9700 §2.1, §4.1, §4.11
  ['a redirect URI is one that is registered', 'redirect-unregistered'],
  ['a redirect URI with a fragment is not taken', 'redirect-fragment-registered'],
  ['a redirect URI with user information is not taken', 'redirect-disguised'],
  ['a scheme that runs script refuses the registration', 'redirect-script-schemes'],
  ['the port is free on loopback alone', 'redirect-port-of-others'],
  ['plain http is for loopback alone', 'redirect-insecure'],
  ['a request that is wrong sends nobody anywhere who is not signed in', 'error-before-sign-in'],
  // Law 5, RFC 9700 §2.1.1, §2.5, §4.5, §4.8
  ['a code is bound to its verifier', 'pkce-wrong-verifier'],
  ['a code is bound to its redirect URI', 'code-other-redirect'],
  ['a code is bound to its client', 'code-of-another-client'],
  ['a code that is used again ends the grant', 'code-replay-ends-refresh'],
  ['a client secret is compared', 'client-without-secret'],
  ['a client authenticates by one method at a time', 'client-two-methods'],
  ['an assertion is used once', 'assertion-replay'],
  ['an assertion is for this server', 'assertion-audience'],
  // Law 6, RFC 9700 §2.2.2, §4.14
  ['the reuse of a refresh token ends the grant', 'refresh-reuse'],
  ['a refresh token is bound to its client', 'refresh-by-another-client'],
  ['a refresh gives no wider scope', 'refresh-wider-scope'],
  ['no kind of token passes as another', 'tokens-swapped'],
  // RFC 9700 §4.7
  ['a session’s cookie is bound to its host, and no script reads it', 'cookies-open'],
  // Law 8, RFC 7591 §5
  ['registrations are limited', 'registration-flood'],
  // Law 10
  ['dev sign-in wants nothing between', 'dev-sign-in-from-elsewhere'],
  // Law 11
  ['only clients that the operator names introspect', 'introspection-of-others'],
  // Law 14
  ['an ended grant ends its tokens, remembered ones too', 'revocation-leaves-access'],
  ['a token of another client is not revoked', 'revocation-of-others'],
  // Law 15
  ['pages are shown at one origin', 'pages-at-another-name'],
  // RFC 9126, RFC 8628, RFC 8693
  ['a push authenticates its client', 'par-without-authentication'],
  ['a pushed request gives one grant', 'par-replayed'],
  ['a request URI is its client’s alone', 'par-of-another-client'],
  ['user codes that are entered are counted', 'device-user-code-guessed'],
  ['a device code is good for its own client alone', 'device-code-of-another-client'],
]

/** Guards that are met from outside alone. */
const only: readonly Mutant[] = [
  {
    name: 'whoever sends no code challenge is refused',
    law: 'law 5',
    file: `${folder}/interaction/authorization-request.ts`,
    find: 'if (challenge === undefined) throw',
    replace: "if (challenge === undefined) return 'A'.repeat(43)\n  if (challenge === '') throw",
    test: testOf('pkce-missing'),
  },
  {
    name: 'the signature of an access token is verified',
    law: 'law 9',
    file: 'packages/auth/src/jwt/verify-access-token.ts',
    find: 'await jwtVerify(token, rules.keys.get, {',
    replace: 'await (async (..._: unknown[]) => ({ payload: decodeJwt(token) }))(token, rules.keys.get, {',
    test: testOf('token-forged'),
  },
  {
    name: 'the signature of a client assertion is verified',
    law: 'law 9',
    file: 'packages/auth/src/jwt/verify-client-assertion.ts',
    find: 'await jwtVerify(assertion, keys.get, {',
    replace: 'await (async (..._: unknown[]) => ({ payload: decodeJwt(assertion) }))(assertion, keys.get, {',
    test: testOf('assertion-other-key'),
  },
  {
    name: 'a code says whose it is',
    law: 'RFC 9700 §4.4',
    file: `${folder}/interaction/authorization-response.ts`,
    find: '{ code, state: proved.state, iss: issuer }',
    replace: '{ code, state: proved.state }',
    test: testOf('iss-of-code'),
  },
  {
    name: 'an error says whose it is',
    law: 'RFC 9700 §4.4',
    file: `${folder}/interaction/authorization-response.ts`,
    find: '      state: proved.state,\n      iss: issuer,\n',
    replace: '      state: proved.state,\n',
    test: testOf('iss-of-error'),
  },
  {
    name: 'no page can be framed',
    law: 'RFC 9700 §4.16',
    file: `${folder}/interaction/page.ts`,
    find: "      `frame-ancestors 'none'`,\n      `base-uri 'none'`,\n    ].join('; '),\n    'x-frame-options': 'DENY',\n",
    replace: "      `base-uri 'none'`,\n    ].join('; '),\n",
    test: testOf('clickjacking-error'),
  },
  {
    name: 'no redirect has the browser post again what it posted here',
    law: 'RFC 9700 §4.12',
    file: `${folder}/responses.ts`,
    find: "    status,\n    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },",
    replace:
      "    status: 307,\n    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },",
    test: testOf('redirect-status'),
  },
  {
    name: 'the metadata names the grant types alone that there are',
    law: 'law 13',
    file: `${folder}/endpoints/metadata.ts`,
    find: '[...offeredGrantTypes(options).keys()]',
    replace: "[...offeredGrantTypes(options).keys(), 'password']",
    test: testOf('metadata-weak'),
  },
]

/** The attack suite notices, from outside, that a guard is gone. */
export function attackMutants(others: readonly Mutant[]): readonly Mutant[] {
  const seen = met.map(([guard, attack]) => {
    const mutant = others.find(({ name }) => name === guard)
    if (mutant === undefined) throw new TypeError(`no mutant is called "${guard}"`)
    return { ...mutant, name: `${guard}, as an attacker meets it`, test: testOf(attack) }
  })
  return [...seen, ...only.map((mutant) => ({ ...mutant, name: `${mutant.name}, as an attacker meets it` }))]
}

function testOf(attack: string): Mutant['test'] {
  return { file, title: new RegExp(`^${attack}: `) }
}
