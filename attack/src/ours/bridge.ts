import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { told } from '../grant.ts'
import { enter, foreign, goTo, newPerson, requireHonestSignIn, stranger, whoIs } from './ground.ts'
import type { Lies } from './lying-identity-provider.ts'

/** People who sign in with an identity provider: what comes back of it, to whom, and of whom (RFC 9700 §4.4, §4.5, §4.7). */
export const bridgeAttacks: readonly Attack[] = [
  {
    id: 'bridge-login-csrf',
    from: ['RFC 9700 §4.7', 'law 12'],
    tries:
      'has somebody open the callback of a sign-in that the attacker began, so that they work in the attacker’s name',
    safe: 'nobody is signed in by an answer to a sign-in that another browser began',
    async run(stage) {
      await requireHonestSignIn(stage)
      const callback = stage.ours().corp.answer(await goTo(stage, 'corp', stage.stranger()), stranger())
      const victim = stage.stranger()
      const landing = await victim.open(callback)
      const who = await whoIs(stage, victim)
      return who === undefined ? safe(told(landing)) : vulnerable(`the other browser is signed in as ${who}`)
    },
  },
  {
    id: 'bridge-callback-replayed',
    from: ['RFC 9700 §4.5', 'RFC 6749 §10.5', 'law 12'],
    tries:
      'opens a callback a second time in the browser that it was for, after signing out; and from its history once it is over',
    safe: 'a sign-in ends once',
    async run(stage) {
      const { corp, origin } = stage.ours()
      const browser = stage.stranger()
      const callback = corp.answer(await goTo(stage, 'corp', browser), stranger(), { redeemsAnything: true })
      await browser.open(callback)
      if ((await whoIs(stage, browser)) === undefined)
        throw new CouldNotTry('no means', 'an honest sign-in comes to nothing')
      await browser.post(`${origin}/account/sign-out`, {})
      const before = corp.presented.length
      await browser.open(callback)
      const who = await whoIs(stage, browser)
      if (who !== undefined) return vulnerable(`the callback signs ${who} in a second time`)
      return corp.presented.length === before ? safe('it is over') : vulnerable('the code is sent once more')
    },
  },
  {
    id: 'bridge-code-injected',
    from: ['RFC 9700 §4.5', 'RFC 9700 §4.5.3.1', 'RFC 9700 §4.5.3.2'],
    tries:
      'puts a code that was stolen from somebody into the answer to the attacker’s own sign-in; also where the identity provider does not look at the verifier',
    safe: 'nobody is signed in: verifier and nonce are of another sign-in',
    async run(stage) {
      const found: (string | undefined)[] = []
      for (const which of ['corp', 'other'] as const) {
        const identityProvider = stage.ours()[which]
        await requireHonestSignIn(stage, which)
        for (const lies of [{}, { redeemsAnything: true }] satisfies Lies[]) {
          const victim = stranger({ preferred_username: 'a.victim' })
          const stolen = new URL(identityProvider.answer(await goTo(stage, which, stage.stranger()), victim, lies))
          const attacker = stage.stranger()
          const own = new URL(identityProvider.answer(await goTo(stage, which, attacker), stranger()))
          own.searchParams.set('code', stolen.searchParams.get('code') ?? '')
          await attacker.open(own.href)
          const who = await whoIs(stage, attacker)
          const how = 'redeemsAnything' in lies ? ', which looks at no verifier' : ''
          found.push(who === undefined ? undefined : `a stolen code of ${which}${how} signs the attacker in as ${who}`)
        }
      }
      return allOf(found, 'a stolen code signs nobody in')
    },
  },
  {
    id: 'bridge-mix-up',
    from: ['RFC 9700 §4.4', 'RFC 9700 §4.4.2.1', 'RFC 9207 §2.4'],
    tries:
      'has the answer of one identity provider come back as another’s: at the callback of the other, with the `iss` of the other, and without one',
    safe: 'refused, and no code reaches an identity provider that did not give it out',
    async run(stage) {
      const { corp, other } = stage.ours()
      await requireHonestSignIn(stage, 'corp')
      await requireHonestSignIn(stage, 'other')
      const found: (string | undefined)[] = []
      const attempt = async (what: string, change: (toCorp: URL, code: string, begun: string) => void) => {
        const browser = stage.stranger()
        const honest = new URL(other.answer(await goTo(stage, 'other', browser), stranger()))
        const code = honest.searchParams.get('code') ?? ''
        const begun = await goTo(stage, 'corp', browser)
        const callback = new URL(corp.answer(begun, stranger()))
        change(callback, code, begun)
        await browser.open(callback.href)
        if (corp.presented.includes(code)) found.push(`${what}: the code of Other is sent to Corp`)
        const who = await whoIs(stage, browser)
        if (who !== undefined) found.push(`${what}: ${who} is signed in`)
      }
      await attempt('a code of Other in an answer of Corp, with the issuer of Other', (url, code) => {
        url.searchParams.set('code', code)
        url.searchParams.set('iss', other.issuer)
      })
      await attempt('a code of Other in an answer of Corp, without an issuer', (url, code) => {
        url.searchParams.set('code', code)
        url.searchParams.delete('iss')
      })
      await attempt('an answer of Corp without the issuer that it always names', (url) =>
        url.searchParams.delete('iss'),
      )
      await attempt('an answer of Corp at the callback of Other', (url) => {
        url.pathname = url.pathname.replace(/corp$/, 'other')
      })
      // As in RFC 9700 §4.4.1: Corp sends the browser on to Other, with all that Corp was sent, and Other answers at its own callback.
      await attempt('a sign-in that began with Corp, which Other ends', (url, _, begun) => {
        const passedOn = new URL(begun)
        passedOn.searchParams.set('redirect_uri', `${url.origin}/account/callback/other`)
        url.href = other.answer(passedOn.href, stranger())
      })
      await attempt('two issuers', (url) => url.searchParams.append('iss', other.issuer))
      return allOf(found, 'no code reached another, and nobody was signed in')
    },
  },
  {
    id: 'bridge-id-token-forged',
    from: ['OpenID Connect Core §3.1.3.7', 'law 9'],
    tries:
      'answers with an ID token that another key signed, or nobody, or the public key as a secret; of another issuer, for another client, of another sign-in, of the past or the future, or of nobody',
    safe: 'nobody is signed in',
    async run(stage) {
      const { other } = stage.ours()
      const now = Math.floor(Date.now() / 1000)
      await requireHonestSignIn(stage)
      const found: (string | undefined)[] = []
      const endless = 'x'.repeat(100_000)
      const lies: readonly [string, Lies][] = [
        ['signed by another key', { signed: 'by another key' }],
        ['signed by nobody', { signed: 'by nobody' }],
        ['signed by the public key as a secret', { signed: 'by its public key as a secret' }],
        ['of another type', { header: { typ: 'at+jwt' } }],
        ['of another issuer', { claims: { iss: other.issuer } }],
        ['for another client', { claims: { aud: 'somebody-else' } }],
        ['for two, asked for by the other', { claims: { aud: ['portcullis', 'else'], azp: 'else' } }],
        ['asked for by another', { claims: { azp: 'somebody-else' } }],
        ['with another nonce', { claims: { nonce: 'of-another-sign-in' } }],
        ['without a nonce', { claims: { nonce: undefined } }],
        ['that has expired', { claims: { iat: now - 7200, exp: now - 3600 } }],
        ['without an end', { claims: { exp: undefined } }],
        ['of the future', { claims: { iat: now + 3600, exp: now + 7200 } }],
        ['of nobody', { claims: { sub: undefined } }],
        ['of an empty subject', { claims: { sub: '' }, userInfo: { sub: '' } }],
        ['of a subject without end', { claims: { sub: endless }, userInfo: { sub: endless } }],
        ['of a subject that is no text', { claims: { sub: { $ne: null } } }],
        ['of another person than userinfo has', { userInfo: { sub: 'somebody-else' } }],
      ]
      for (const [what, lie] of lies) {
        const browser = stage.stranger()
        await enter(stage, 'corp', browser, stranger(), lie)
        const who = await whoIs(stage, browser)
        found.push(who === undefined ? undefined : `an ID token ${what} signs ${who} in`)
      }
      return allOf(found, `${lies.length} ID tokens signed nobody in`)
    },
  },
  {
    id: 'bridge-link-csrf',
    from: ['RFC 9700 §4.7', 'law 3'],
    tries:
      'has an identity of the attacker open the account of somebody: by the attacker’s callback in their browser, by a form of another site, and by a sign-in of theirs',
    safe: 'an identity is linked by the session that asked for it alone',
    async run(stage) {
      const { corp, origin } = stage.ours()
      const victim = await newPerson(stage)
      const attacker = await newPerson(stage)
      const found: (string | undefined)[] = []
      const opens = async (what: string, mine: ReturnType<typeof stranger>) => {
        const browser = stage.stranger()
        await enter(stage, 'corp', browser, mine)
        const who = await whoIs(stage, browser)
        found.push(
          who === victim.userName ? `${what}: the attacker’s identity opens the account of the victim` : undefined,
        )
      }
      const link = { for: 'link' }
      const begun = attacker.browser.copy()
      const [first, second] = [stranger(), stranger()]
      await victim.browser.copy().open(corp.answer(await goTo(stage, 'corp', begun, link), first))
      await opens('the callback in another browser', first)
      // The worst case: the cookie of the sign-in is planted in the victim's browser.
      const planted = victim.browser.copy()
      const again = corp.answer(await goTo(stage, 'corp', begun, link), second)
      const jar = planted.cookies.get(new URL(origin).host)
      for (const [name, value] of begun.cookies.get(new URL(origin).host) ?? [])
        if (jar?.has(name) === false) jar.set(name, value)
      await planted.open(again)
      await opens('the callback with its cookie planted', second)
      const forged = await victim.browser
        .copy()
        .post(`${origin}/account/sign-in-with`, { with: 'corp', ...link }, foreign)
      found.push(forged.kind === 'left' ? 'a form of another site begins the linking of an identity' : undefined)
      return allOf(found, 'the identity of the attacker is the attacker’s')
    },
  },
  {
    id: 'bridge-session-fixation',
    from: ['RFC 9700 §4.7', 'law 12'],
    tries:
      'keeps the cookies that a browser had before its person signed in, and uses them afterwards; also the session of somebody else that was there',
    safe: 'the sign-in is under a new session, and the one before is over',
    async run(stage) {
      const before = await newPerson(stage)
      const planted = before.browser.copy()
      const clean = stage.stranger()
      await clean.open(`${stage.ours().origin}/account/sign-in`)
      const early = clean.copy()
      const found: (string | undefined)[] = []
      for (const [browser, kept, what] of [
        [before.browser, planted, 'the session of somebody else'],
        [clean, early, 'the cookies from before'],
      ] as const) {
        await enter(stage, 'corp', browser, stranger())
        const now = await whoIs(stage, browser)
        if (now === undefined || now === before.userName)
          throw new CouldNotTry('no means', 'an honest sign-in comes to nothing')
        const who = await whoIs(stage, kept)
        found.push(who === undefined ? undefined : `${what} is a session of ${who} after the sign-in`)
      }
      return allOf(found, 'what was there before the sign-in is nobody’s session')
    },
  },
]
