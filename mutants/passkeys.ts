import type { Mutant } from './mutant.ts'

const passkeys = 'packages/portcullis/src/accounts/passkeys'
const pages = 'packages/portcullis/src/pages'
const test = (title: RegExp) => ({ file: `${pages}/passkeys.test.ts`, title })
const confirmTest = (title: RegExp) => ({ file: `${pages}/confirm.test.ts`, title })

/** People of the program: passkeys, proofs that are fresh, and the list of sessions. */
export const passkeyMutants: readonly Mutant[] = [
  {
    name: 'whose session has ended while the form came slowly adds no passkey',
    law: 'people',
    file: `${pages}/passkeys.ts`,
    find: '  const form = await readForm(request)\n  if (form === undefined) return unreadableForm(request, context)\n  const session = await requireFreshSession(request, context, addPath)\n  if (session instanceof Response) return session\n',
    replace:
      '  const session = await requireFreshSession(request, context, addPath)\n  if (session instanceof Response) return session\n  const form = await readForm(request)\n  if (form === undefined) return unreadableForm(request, context)\n',
    test: test(/that began to come before a new password/),
  },
  {
    name: 'whose session has ended while the form came slowly asks for another address no more',
    law: 'people',
    file: `${pages}/email.ts`,
    find: '  const form = await readForm(request)\n  if (form === undefined) return unreadableForm(request, context)\n  const session = await sessionForEmail(request, context)\n  if (session instanceof Response) return session\n',
    replace:
      '  const session = await sessionForEmail(request, context)\n  if (session instanceof Response) return session\n  const form = await readForm(request)\n  if (form === undefined) return unreadableForm(request, context)\n',
    test: { file: `${pages}/email.test.ts`, title: /a form to .* that began to come before a new password/ },
  },
  {
    name: 'whose session has ended while the form came slowly confirms an address no more',
    law: 'people',
    file: `${pages}/email.ts`,
    find: '  const form = await readForm(request)\n  if (form === undefined) return unreadableForm(request, context)\n  const session = await sessionOf(request, context.accounts)\n  if (session === undefined) return problemPage(request, notSignedIn, context)\n',
    replace:
      '  const session = await sessionOf(request, context.accounts)\n  if (session === undefined) return problemPage(request, notSignedIn, context)\n  const form = await readForm(request)\n  if (form === undefined) return unreadableForm(request, context)\n',
    test: { file: `${pages}/email.test.ts`, title: /a form to .* that began to come before a new password/ },
  },
  {
    name: 'a challenge for a passkey is of ours',
    law: 'law 3',
    file: `${passkeys}/challenge.ts`,
    find: '  if (!challengeKeys.some((key) => timingSafeEqual(sealOf(head, use, key), seal))) return undefined\n',
    replace: '',
    test: test(/a challenge counts once|over a challenge of nobody signs nobody in/),
  },
  {
    name: 'a challenge for a passkey is for one purpose',
    law: 'law 3',
    file: `${passkeys}/challenge.ts`,
    find: '`${purpose}\\0${boundTo}\\0`',
    replace: '`${boundTo}\\0`',
    test: { file: `${passkeys}/challenge.test.ts`, title: /for one purpose/ },
  },
  {
    name: 'a challenge for a passkey is for one browser, session or link',
    law: 'law 3',
    file: `${passkeys}/challenge.ts`,
    find: '`${purpose}\\0${boundTo}\\0`',
    replace: '`${purpose}\\0`',
    test: test(/a challenge counts once|in its own session alone/),
  },
  {
    name: 'a challenge for a passkey ends after ten minutes',
    law: 'law 3',
    file: `${passkeys}/challenge.ts`,
    find: 'return now() < expiresAt ? expiresAt : undefined',
    replace: 'return expiresAt',
    test: test(/a challenge counts once, for ten minutes/),
  },
  {
    name: 'a challenge for a passkey is spent in the commit of what it proves',
    law: 'law 3',
    file: `${passkeys}/prove-passkey.ts`,
    find: '[changeToKeep(passkey, value), changeToSpend(used.challenge, used.expiresAt)]',
    replace: '[changeToKeep(passkey, value)]',
    test: test(/a challenge counts once|many times at once/),
  },
  {
    name: 'a challenge to add a passkey is spent',
    law: 'law 3',
    file: `${passkeys}/passkeys.ts`,
    find: '    changeToSpend(made.challenge, made.expiresAt),\n',
    replace: '',
    test: test(/a challenge to add a passkey counts once/),
  },
  {
    name: 'a passkey is used at our origin alone',
    law: 'law 1',
    file: `${passkeys}/verify-passkey.ts`,
    find: '    expectedOrigin: origin,\n',
    replace:
      "    expectedOrigin: [origin, 'https://evil.example', `${origin}:8443`, origin.replace('https', 'http')],\n",
    test: test(/of another origin signs nobody in|at another port|over http signs/),
  },
  {
    name: 'a passkey is for our host alone',
    law: 'law 1',
    file: `${passkeys}/verify-passkey.ts`,
    find: "    expectedRPID: relyingPartyId(origin) ?? '',\n",
    replace: "    expectedRPID: [relyingPartyId(origin) ?? '', 'example'],\n",
    test: test(/for another relying party/),
  },
  {
    name: 'a passkey asks who holds it',
    law: 'law 3',
    file: `${passkeys}/verify-passkey.ts`,
    find: 'requireUserVerification: true',
    replace: 'requireUserVerification: false',
    test: test(/without asking who holds the device/),
  },
  {
    name: 'a passkey is not used within a page of somebody else',
    law: 'law 1',
    file: `${passkeys}/verify-passkey.ts`,
    find: 'if (said === undefined || said.isCrossOrigin)',
    replace: 'if (said === undefined)',
    test: test(/within a page of somebody else/),
  },
  {
    name: 'what a passkey signed is verified',
    law: 'law 3',
    file: `${passkeys}/verify-passkey.ts`,
    find: "  if (!verified?.verified) return 'not_valid'\n  const { newCounter",
    replace: "  if (verified === undefined) return 'not_valid'\n  const { newCounter",
    test: test(/signed with another key/),
  },
  {
    name: 'certificates of an attestation are not read',
    law: 'law 8',
    file: `${passkeys}/verify-passkey.ts`,
    find: "attestation.get('attStmt').get('x5c') !== undefined || ",
    replace: '',
    test: test(/with certificates, whose addresses/),
  },
  {
    name: 'a passkey is kept under the id that its authenticator says',
    law: 'law 3',
    file: `${passkeys}/verify-passkey.ts`,
    find: "  if (made.id !== credential.id) return 'not_valid'",
    replace: '  //',
    test: test(/under an id that its authenticator does not have/),
  },
  {
    name: 'a passkey says whose it is',
    law: 'law 3',
    file: `${passkeys}/prove-passkey.ts`,
    find: 'if (userHandle === undefined ? ofAccount === undefined : userHandle !== userHandleOf(account.id))',
    replace: 'if (false)',
    test: test(/that names somebody else|that names nobody/),
  },
  {
    name: 'a passkey of another account confirms nothing',
    law: 'law 12',
    file: `${passkeys}/prove-passkey.ts`,
    find: '    if (ofAccount !== undefined && account.id !== ofAccount)',
    replace: '    if (false)',
    test: confirmTest(/a proof by the passkey or the password of somebody else/),
  },
  {
    name: 'a disabled account is not signed in to by a passkey',
    law: 'law 12',
    file: `${passkeys}/prove-passkey.ts`,
    find: 'account.value.disabledAt !== undefined || (await context.isShut?.(account))',
    replace: 'await context.isShut?.(account)',
    test: test(/a disabled account is not signed in to by a passkey/),
  },
  {
    name: 'a counter that falls behind signs nobody in',
    law: 'law 3',
    file: `${passkeys}/prove-passkey.ts`,
    find: "    if (hasFallenBehind(used.counter, passkey.value.counter)) return refuse('copied', account)\n",
    replace: '',
    test: test(/a counter that falls behind/),
  },
  {
    name: 'attempts with passkeys are limited',
    law: 'law 11',
    file: `${passkeys}/prove-passkey.ts`,
    find: "  if (await isOneTooMany(context, attempts, window)) return { kind: 'too_many', retryAfter: window.left }\n",
    replace: '  await isOneTooMany(context, attempts, window)\n',
    test: test(/attempts with passkeys are limited by network/),
  },
  {
    name: 'test users get no passkey',
    law: 'law 10',
    file: `${pages}/passkeys.ts`,
    find: ' && !isTestAccount(account.id)',
    replace: '',
    test: test(/law 10: test users get no passkey/),
  },
  {
    name: 'nobody touches a passkey of somebody else',
    law: 'law 12',
    file: `${passkeys}/passkeys.ts`,
    find: 'return passkey?.value.accountId === accountId ? passkey : undefined',
    replace: 'return passkey',
    test: test(/nobody sees, names or removes the passkeys of somebody else/),
  },
  {
    name: 'the last way in stays',
    law: 'law 12',
    file: `${passkeys}/passkeys.ts`,
    find: "(await context.hasWayBeside(passkeyId, account)) ? passkey : 'last'",
    replace: 'passkey',
    test: test(/the last way in is not removed/),
  },
  {
    name: 'a password is no other way in where passwords are off',
    law: 'law 12',
    file: 'packages/portcullis/src/accounts/ways-in.ts',
    find: 'arePasswordsOn && value.password !== undefined',
    replace: 'value.password !== undefined',
    test: test(/where passwords are off, one that is kept from before/),
  },
  {
    name: 'a reset link removes the passkeys of its account',
    law: 'law 12',
    file: 'packages/portcullis/src/accounts/new-password.ts',
    find: '...changesToRemoveAll(await passkeysOf(context, account.id)),\n',
    replace: '',
    test: test(/a reset link leaves no passkey/),
  },
  {
    name: 'what changes how a person signs in wants a fresh proof',
    law: 'law 12',
    file: `${pages}/fresh-session.ts`,
    find: ' && now() - authTime < proofLifetime',
    replace: ' && now() >= authTime',
    test: confirmTest(/wants a proof of the last ten minutes/),
  },
  {
    name: 'a form to add a passkey wants a fresh proof',
    law: 'law 12',
    file: `${pages}/passkeys.ts`,
    find: `  if (form === undefined) return unreadableForm(request, context)
  const session = await requireFreshSession(request, context, addPath)
  if (session instanceof Response) return session
`,
    replace: `  if (form === undefined) return unreadableForm(request, context)
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect(listPath)
`,
    test: confirmTest(/a form that was sent too late does nothing/),
  },
  {
    name: 'a form to remove a passkey wants a fresh proof',
    law: 'law 12',
    file: `${pages}/passkeys.ts`,
    find: `  const id = form.get('passkey') ?? ''
  const session = await requireFreshSession(request, context, removeAddress(id))
  if (session instanceof Response) return session
`,
    replace: `  const id = form.get('passkey') ?? ''
  const session = await sessionOf(request, context.accounts)
  if (session === undefined) return redirect(listPath)
`,
    test: confirmTest(/a form that was sent too late does nothing/),
  },
  {
    name: 'a first password wants a fresh proof',
    law: 'law 12',
    file: `${pages}/password.ts`,
    find: "return hasPassword(session) ? session : requireFreshSession(request, context, '/account/password')",
    replace: 'return session',
    test: confirmTest(/whoever has no password sets none without a proof/),
  },
  {
    name: 'a session of somebody else is not ended',
    law: 'law 12',
    file: 'packages/portcullis/src/accounts/sessions-of-account.ts',
    find: '({ accountId }) => accountId === account.id',
    replace: '() => true',
    test: { file: `${pages}/sessions.test.ts`, title: /nobody sees or ends a session of somebody else/ },
  },
  {
    name: 'a page runs the scripts that it names alone',
    law: 'P-03',
    file: 'packages/auth/src/authorization-server/interaction/page.ts',
    find: "[`script-src 'nonce-${nonce}'`]",
    replace: "[`script-src 'self' 'unsafe-inline'`]",
    test: {
      file: 'packages/auth/src/authorization-server/interaction/pages.test.ts',
      title: /runs the scripts of its own origin/,
    },
  },
  {
    name: 'a page runs no script of another origin',
    law: 'law 8',
    file: 'packages/auth/src/authorization-server/interaction/page.ts',
    find: String.raw`if (!/^\/(?![/\\])[\x21-\x7E]*$/.test(path))`,
    replace: 'if (false)',
    test: {
      file: 'packages/auth/src/authorization-server/interaction/pages.test.ts',
      title: /law 8: a script of another origin/,
    },
  },
]
