import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { ask, done, enter, newPerson, signedIn, someName, stranger, tokenIn, whoIs } from './ground.ts'
import type { Lies } from './lying-identity-provider.ts'
import { password } from './people.ts'

/** Accounts that are known by an address: who gets in by it, and who stays in. */
export const emailAttacks: readonly Attack[] = [
  {
    id: 'bridge-unverified-email',
    from: ['law 3', 'OpenID Connect Core §5.7'],
    tries:
      'signs in with an identity provider under the e-mail address, or the name, of somebody who has an account here: unverified, verified by text or by a number, verified by one whose word counts for nothing, of another address than the verified one, written otherwise',
    safe: 'the account stays whose it is',
    async run(stage) {
      const found: (string | undefined)[] = []
      const tries: readonly [string, 'corp' | 'other', (email: string) => Readonly<Record<string, unknown>>, Lies?][] =
        [
          ['not verified', 'corp', (email) => ({ email, email_verified: false })],
          ['of which nothing is said', 'corp', (email) => ({ email })],
          ['"verified" as text', 'corp', (email) => ({ email, email_verified: 'true' })],
          ['verified by 1', 'corp', (email) => ({ email, email_verified: 1 })],
          ['verified by one whose word does not count', 'other', (email) => ({ email, email_verified: true })],
          [
            'as a name',
            'corp',
            (email) => ({ preferred_username: email, email: 'me@attack.example', email_verified: true }),
          ],
          [
            'with another one behind it',
            'corp',
            (email) => ({ email: `${email},me@attack.example`, email_verified: true }),
          ],
          ['with a comment', 'corp', (email) => ({ email: email.replace('@', '(x)@'), email_verified: true })],
          // U+212A KELVIN SIGN becomes "k" in small letters.
          [
            'with a letter that is only like it',
            'corp',
            (email) => ({ email: email.replace('k', '\u212a'), email_verified: true }),
          ],
          [
            'in the ID token, where userinfo verifies another',
            'corp',
            (email) => ({ email }),
            { userInfo: { email: 'me@attack.example', email_verified: true } },
          ],
          [
            'in userinfo, where the ID token verifies none',
            'corp',
            () => ({ email_verified: true }),
            { claims: { email: undefined } },
          ],
        ]
      for (const [what, which, claims, lies] of tries) {
        const email = `k.${someName()}@corp.example`
        const victim = await newPerson(stage, { userName: email })
        const browser = stage.stranger()
        const inUserInfo = what.startsWith('in userinfo') ? { userInfo: { email, email_verified: undefined } } : {}
        await enter(stage, which, browser, stranger(claims(email)), { ...lies, ...inUserInfo })
        const who = await whoIs(stage, browser)
        found.push(who === email ? `an address ${what} opens the account of that name` : undefined)
        const stillIn = await whoIs(stage, victim.browser)
        found.push(stillIn === email ? undefined : `an address ${what} puts the person out`)
      }
      return allOf(found, `${tries.length} claims opened nobody’s account`)
    },
  },
  {
    id: 'bridge-email-waiting',
    from: ['law 3', 'law 12'],
    tries:
      'makes an account under the address of somebody else and waits in it until they sign in by that address, with a session, a password, and a link for a new password',
    safe: 'nothing of before lets anybody into the account that is theirs now',
    async run(stage) {
      const { tokens, origin } = stage.ours()
      const email = `${someName()}@corp.example`
      const attacker = await newPerson(stage, { userName: email })
      const reset = await done(stage, `/users/${encodeURIComponent(email)}/reset-link`, {
        token: tokens.operator,
        json: {},
      })
      const token = tokenIn(String(reset.json.link))
      stage.secrets.add('reset_link', token)
      const victim = stage.stranger()
      await enter(stage, 'corp', victim, stranger({ email, email_verified: true }))
      if ((await whoIs(stage, victim)) !== email)
        throw new CouldNotTry('no means', 'a verified address does not open the account of that name')
      const found: (string | undefined)[] = []
      const isIn = async (what: string, browser: typeof victim) =>
        found.push((await whoIs(stage, browser)) === email ? `${what} lets the attacker in` : undefined)
      await isIn('the session', attacker.browser)
      await isIn('the password', await signedIn(stage, email))
      const byLink = stage.stranger()
      await byLink.post(`${origin}/account/reset`, { token, password: `${password} 2`, again: `${password} 2` })
      await isIn('the link for a new password', byLink)
      return allOf(found, 'session, password and link let nobody in')
    },
  },
  {
    id: 'promotion-link-waiting',
    from: ['law 3', 'law 12'],
    tries: 'as an operator makes a link for the password of somebody, and uses it once that person administrates',
    safe: 'the link works no more: whoever may not act on the person has no way into the account',
    async run(stage) {
      const { tokens, origin } = stage.ours()
      const { userName } = await newPerson(stage)
      const path = `/users/${userName}`
      const reset = await done(stage, `${path}/reset-link`, { token: tokens.operator, json: {} })
      await done(stage, `${path}/role`, { token: tokens.owner, method: 'PUT', json: { role: 'owner' } })
      const refused = await ask(stage, `${path}/reset-link`, { token: tokens.operator, json: {} })
      if (refused.status !== 403) return vulnerable(`an operator makes a link for an owner: ${refused.status}`)
      const token = tokenIn(String(reset.json.link))
      stage.secrets.add('reset_link', token)
      const browser = stage.stranger()
      await browser.post(`${origin}/account/reset`, { token, password: `${password} 2`, again: `${password} 2` })
      const who = await whoIs(stage, browser)
      return who === undefined
        ? safe('the link is gone')
        : vulnerable(`the link from before signs in as the owner ${who}`)
    },
  },
]
