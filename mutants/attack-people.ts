import type { Mutant } from './mutant.ts'

const file = 'attack/src/ours.attack-test.ts'
const accounts = 'packages/portcullis/src/accounts'
const program = 'packages/portcullis/src'
const identityProviders = 'packages/auth/src/identity-providers'
const pages = 'packages/auth/src/authorization-server/interaction'

/** Guards of accounts, of the bridge and of administration, by the name that their mutant has elsewhere, with the attack that works without them. */
const met: readonly (readonly [guard: string, attack: string])[] = [
  ['a callback removes its sign-in from the browser', 'bridge-callback-replayed'],
  ['a sign-in comes back to the identity provider that it went to', 'bridge-mix-up'],
  ['an ID token is signed by its issuer', 'bridge-id-token-forged'],
  ['no other token of the issuer is an ID token', 'bridge-id-token-forged'],
  ['an ID token was asked for by this client', 'bridge-id-token-forged'],
  ['an ID token names somebody', 'bridge-id-token-forged'],
  ['an ID token is not of the future', 'bridge-id-token-forged'],
  ['userinfo is of the person whom the ID token names', 'bridge-id-token-forged'],
  ['an identity is linked to the account that asked for it', 'bridge-link-csrf'],
  ['e-mail opens an account only where the operator says so', 'bridge-unverified-email'],
  ['e-mail opens an account only where it is verified', 'bridge-unverified-email'],
  ['userinfo verifies no address that the ID token says, nor the other way round', 'bridge-unverified-email'],
  ['an account that e-mail opens loses its password', 'bridge-email-waiting'],
  ['an account that e-mail opens loses its sessions', 'bridge-email-waiting'],
  ['an account that e-mail opens loses the links for a new password', 'bridge-email-waiting'],
  ['a link for a new password opens nobody who came to administrate since', 'promotion-link-waiting'],
  ['forms come from a page of our own', 'account-forms-forged'],
  ['forms of another origin are refused', 'account-forms-forged'],
  ['a form of consent is sealed to request, person and session', 'consent-forged-by-post'],
  ['a link is for one purpose', 'links-told'],
  ['a callback knows the secret of the sign-in that it ends', 'callbacks-told'],
  ['who asks the API is known before anything is said', 'administration-told'],
  ['a browser’s sign-in changes nothing for a page of another site', 'administration-csrf'],
  ['a browser’s sign-in reads nothing for a page of another site', 'administration-csrf'],
  ['a change by a browser needs a fresh proof', 'administration-stale'],
  ['the answer of an identity provider that says no time proves nothing', 'administration-stale'],
  ['the console answers at its own hosts alone', 'administration-host'],
  ['a role without the right is refused', 'administration-roles'],
  ['people who may administrate are an owner’s affair', 'administration-roles'],
  ['an operator does not set the password of an owner', 'administration-roles'],
]

/** Guards that are met so alone. */
const only: readonly Mutant[] = [
  {
    name: 'a sign-in with an identity provider is of the browser that began it',
    law: 'RFC 9700 §4.7',
    file: `${identityProviders}/transaction.ts`,
    find: '  const removed = roomFor(',
    replace:
      "  const inner = Headers.prototype.get\n  Headers.prototype.get = function (of: string) {\n    const had = inner.call(this, of)\n    return of === 'cookie' ? `${had ?? ''}; ${name}=${sealed}` : had\n  }\n  const removed = roomFor(",
    test: testOf('bridge-login-csrf'),
  },
  {
    name: 'an ID token is of the sign-in that asked for it',
    law: 'RFC 9700 §4.5.3.2',
    file: `${identityProviders}/tokens.ts`,
    find: '{ expectedNonce: nonce, requireIdToken: true }',
    replace:
      "{ expectedNonce: String(JSON.parse(atob(String(Object((await answer.clone().json())).id_token).split('.')[1] ?? '')).nonce ?? nonce), requireIdToken: true }",
    test: testOf('bridge-code-injected'),
  },
  {
    name: 'the session that a browser had is over once somebody signs in',
    law: 'law 12',
    file: `${accounts}/sessions.ts`,
    find: 'if (replaces !== undefined) await endSession(context, replaces)',
    replace: '',
    test: testOf('bridge-session-fixation'),
  },
  {
    name: 'pages of accounts are shown in no frame',
    law: 'RFC 9700 §4.16',
    file: `${pages}/page.ts`,
    find: "      `frame-ancestors 'none'`,\n      `base-uri 'none'`,\n    ].join('; '),\n    'x-frame-options': 'DENY',\n",
    replace: "      `base-uri 'none'`,\n    ].join('; '),\n",
    test: testOf('account-framed'),
  },
  ...['markup-of-clients', 'markup-of-devices', 'markup-of-identity-providers', 'markup-of-people'].map((attack) => ({
    name: `text on pages is no markup: ${attack}`,
    law: 'law 4',
    file: `${pages}/html.ts`,
    find: "if (typeof piece === 'string') return escapeText(piece)",
    replace: "if (typeof piece === 'string') return piece.includes('<img') ? piece : escapeText(piece)",
    test: testOf(attack),
  })),
  {
    name: 'answers of the administration API are no pages',
    law: 'console',
    file: `${program}/console/problem-details.ts`,
    find: "  'x-content-type-options': 'nosniff',\n",
    replace: '',
    test: testOf('markup-of-people'),
  },
  {
    name: 'after signing in nobody is sent elsewhere, as is met',
    law: 'law 4',
    file: `${accounts}/return-address.ts`,
    find: 'if (url.origin !== origin) return home\n',
    replace: 'if (url.origin !== origin) return text\n',
    test: testOf('account-return'),
  },
  {
    name: 'that an account is disabled is told to whoever has its password alone',
    law: 'law 11',
    file: `${accounts}/sign-in.ts`,
    find: "if (proved === undefined) return { kind: 'wrong', account }",
    replace:
      "if (account?.value.disabledAt !== undefined) return { kind: 'disabled', account }\n  if (proved === undefined) return { kind: 'wrong', account }",
    test: testOf('accounts-told-by-text'),
  },
  {
    name: 'whose name is wrong waits as long as whose password is, as is measured',
    law: 'law 11',
    file: `${accounts}/sign-in.ts`,
    find: 'const isRight = await passwords.verify(password, kept)',
    replace: 'const isRight = kept !== undefined && (await passwords.verify(password, kept))',
    test: testOf('accounts-told-by-time'),
  },
  {
    name: 'whoever shows a wrong token is not taken for the session beside it',
    law: 'law 12',
    file: `${program}/console/authenticate.ts`,
    find: 'if (given !== null) return byToken(given, context, clientAddress)',
    replace:
      "const shown = given === null ? undefined : await byToken(given, context, clientAddress)\n  if (shown !== undefined && (isAdministrator(shown) || request.headers.get('cookie') === null)) return shown",
    test: testOf('administration-other-tokens'),
  },
  {
    name: 'rooms of the console are for those whose role is for them, as is met',
    law: 'roles',
    file: `${program}/console/console.ts`,
    find: 'if (room !== undefined && !mayEnter(viewer.role, room)) return',
    replace:
      'if (room !== undefined && !mayEnter(viewer.role, room) && viewer.role !== viewer.administrator.role) return',
    test: testOf('console-roles'),
  },
  {
    name: 'an act that is forged is not done, as is met',
    law: 'console',
    file: `${program}/console/read-form.ts`,
    find: '!isForm || !isOwnForm(request, origin)',
    replace: '!isForm',
    test: testOf('account-forms-forged'),
  },
  {
    name: 'an act of the console wants a fresh proof, as is met',
    law: 'console',
    file: `${program}/console/pages/act.ts`,
    find: 'if (viewer.isFresh) return undefined',
    replace: 'if (viewer.isFresh || operation.right) return undefined',
    test: testOf('administration-stale'),
  },
  {
    name: 'an operator takes no way to sign in from who administrates',
    law: 'roles',
    file: `${program}/administration/user-acts.ts`,
    find: 'requireMayActOn(context.administrator, (await heldRole(context, account)).role)\n  const identities',
    replace: 'const identities',
    test: testOf('administration-roles'),
  },
]

/** The attacks on our accounts, bridge and administration notice that a guard is gone. */
export function attackPeopleMutants(others: readonly Mutant[]): readonly Mutant[] {
  const seen = met.map(([guard, attack]) => {
    const mutant = others.find(({ name }) => name === guard)
    if (mutant === undefined) throw new TypeError(`no mutant is called "${guard}"`)
    return { ...mutant, name: `${guard}, as ${attack} meets it`, test: testOf(attack) }
  })
  return [...seen, ...only]
}

function testOf(attack: string): Mutant['test'] {
  return { file, title: new RegExp(`^${attack}: `) }
}
