import type { Mutant } from './mutant.ts'

const folder = 'packages/auth/src/authorization-server'
const userinfo = `${folder}/endpoints/userinfo.ts`
const idToken = `${folder}/openid/id-token.ts`
const scopes = `${folder}/openid/scopes.ts`
const openidTest = 'packages/auth/test/openid.test.ts'
const metadataTest = 'packages/auth/test/metadata.test.ts'
const authorizeTest = 'packages/auth/test/authorization-endpoint.test.ts'

export const openidConnectMutants: readonly Mutant[] = [
  {
    name: 'an ID token has another type than an access token',
    law: 'law 6',
    file: idToken,
    find: "signJwt(key, 'JWT'",
    replace: "signJwt(key, 'at+jwt'",
    test: { file: openidTest, title: /passes as an access token nowhere/ },
  },
  {
    name: 'an ID token is for the client',
    law: 'law 6',
    file: idToken,
    find: 'aud: grant.clientId',
    replace: 'aud: grant.resource',
    test: { file: openidTest, title: /an ID token says/ },
  },
  {
    name: 'an ID token is bound to the access token beside it',
    law: 'law 6',
    file: idToken,
    find: 'await leftHalfHash(key.alg, accessToken)',
    replace: "''",
    test: { file: openidTest, title: /an ID token says/ },
  },
  {
    name: 'the nonce is the one that the person’s page was made for',
    law: 'law 3',
    file: `${folder}/interaction/consent-form.ts`,
    find: "    nonce ?? '',\n",
    replace: '',
    test: { file: openidTest, title: /the nonce is sealed/ },
  },
  {
    name: 'a nonce is for the ID token of its sign-in alone',
    law: 'law 6',
    file: `${folder}/grants/redeem-secret.ts`,
    find: "kind === 'code' && nonce !== undefined",
    replace: 'nonce !== undefined',
    test: { file: openidTest, title: /a refresh gives another ID token/ },
  },
  {
    name: 'a nonce that is kept has an end',
    law: 'law 5',
    file: `${folder}/interaction/authorization-request.ts`,
    find: 'text.length <= longestNonce && ',
    replace: '',
    test: { file: authorizeTest, title: /a nonce without end/ },
  },
  {
    name: 'userinfo sees at once that a grant has ended',
    law: 'law 14',
    file: userinfo,
    find: 'if (live === undefined)',
    replace: 'if (false)',
    test: { file: openidTest, title: /of a grant that has ended/ },
  },
  {
    name: 'userinfo wants a token with openid',
    law: 'law 3',
    file: userinfo,
    find: "if (!scope.includes('openid') || ",
    replace: 'if (',
    test: { file: openidTest, title: /a scope that lacks openid 403/ },
  },
  {
    name: 'userinfo goes by what the token may, not only by its grant',
    law: 'law 6',
    file: userinfo,
    find: '...(parseScope(granted) ?? [])',
    replace: '...allowed',
    test: { file: openidTest, title: /narrowed to leave openid out/ },
  },
  {
    name: 'userinfo tells nothing of who is disabled',
    law: 'law 14',
    file: userinfo,
    find: 'if (options.interaction.isActive !== undefined && !(await options.interaction.isActive(subject))) {',
    replace: 'if (false) {',
    test: { file: openidTest, title: /somebody who was disabled/ },
  },
  {
    name: 'userinfo takes no token from a URL',
    law: 'law 11',
    file: userinfo,
    find: "if (new URL(request.url).searchParams.has('access_token'))",
    replace: 'if (false)',
    test: { file: openidTest, title: /with a token in the URL 400/ },
  },
  {
    name: 'a client learns the claims alone that the person was asked for',
    law: 'law 3',
    file: `${folder}/openid/user-claims.ts`,
    find: 'claimsOfScope[token].flatMap((name) =>',
    replace: 'Object.keys(claims).flatMap((name) =>',
    test: { file: openidTest, title: /tells the claims of the granted scopes alone/ },
  },
  {
    name: 'a claim is told to whom its scope was granted',
    law: 'law 3',
    file: `${folder}/openid/user-claims.ts`,
    find: '.filter((token) => scope.includes(token))',
    replace: '',
    test: { file: openidTest, title: /with openid alone tells the identifier/ },
  },
  {
    name: 'without openid a request is none of OpenID Connect',
    law: 'law 3',
    file: scopes,
    find: "scope?.has('openid')",
    replace: 'scope !== undefined',
    test: { file: openidTest, title: /without openid there is no ID token/ },
  },
  {
    name: 'claims are offered where the host has them',
    law: 'law 13',
    file: scopes,
    find: 'filter((scope) => userClaims?.[scope] !== undefined)',
    replace: 'filter(() => true)',
    test: { file: metadataTest, title: /offered where the host has them/ },
  },
  {
    name: 'a client that acts for itself is nobody at userinfo',
    law: 'law 6',
    file: userinfo,
    find: ' || subject === clientId)',
    replace: ')',
    test: { file: openidTest, title: /no person behind a client that acts for itself/ },
  },
]
