import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { answerIn, type Landing, type Page } from '../browser.ts'
import { asksNoMore, consentPage, looksLike, sameKind } from '../consent-page.ts'
import { authorizationUrl, told } from '../grant.ts'
import { unsignedJwt } from '../jwt.ts'
import { evilHost } from '../stage.ts'

/** Who is signed in, and by what (field.md 2.3; laws 9 and 12). */
export const sessionAttacks: readonly Attack[] = [
  {
    id: 'pending-request-taken-over',
    from: ['field.md 2.3 11', 'law 3'],
    tries: 'opens the page at which somebody else was about to consent, in a browser without a session',
    safe: 'no consent page, no code',
    async run(stage) {
      const { page } = await consentPage(stage)
      const landing = await stage.stranger().open(page.url)
      if (answerIn(landing).has('code')) return vulnerable('the page gives a code to anybody')
      if (landing.kind === 'left') return safe(told(landing))
      return looksLike(landing, page) ? vulnerable('the page of the person is shown to anybody') : safe(told(landing))
    },
  },
  {
    id: 'session-fixation',
    from: ['RFC 9700 §4.7', 'law 12'],
    tries: 'gives somebody a browser with cookies of the attacker, and uses the same cookies after they signed in',
    safe: 'the cookies from before do not become a session',
    async run(stage) {
      const client = await stage.client()
      const victim = stage.stranger()
      const first = await victim.open((await authorizationUrl(stage, client)).url)
      if (first.kind === 'left') throw new CouldNotTry('not offered', `there is no sign-in page: ${told(first)}`)
      const planted = victim.copy()
      const landing = await victim.walk((await authorizationUrl(stage, client)).url)
      if (!answerIn(landing).has('code'))
        throw new CouldNotTry('no means', `the sign-in on the pages ends with ${told(landing)}`)
      const after = await planted.open((await authorizationUrl(stage, await stage.client('none', {}))).url)
      if (after.kind === 'left' && answerIn(after).has('code'))
        return vulnerable('the cookies from before the sign-in give a code')
      return sameKind(after, first)
        ? safe('they lead to the sign-in as before')
        : vulnerable(`the cookies from before the sign-in are a session now: ${told(after)}`)
    },
  },
  {
    id: 'sign-in-csrf',
    from: ['RFC 9700 §4.7', 'law 1 (Origin is checked wherever a cookie counts)'],
    tries:
      'posts the sign-in form from another site, so that somebody works in the name of the attacker without knowing it',
    safe: 'refused, or the form has what another site cannot know',
    async run(stage) {
      const { url } = await authorizationUrl(stage, await stage.client())
      const browser = stage.stranger()
      const page = await browser.open(url)
      if (page.kind === 'left') throw new CouldNotTry('not offered', `there is no sign-in page: ${told(page)}`)
      const foreign = stage.stranger() // which has none of the cookies that came with the page
      const headers = { origin: `https://${evilHost}`, 'sec-fetch-site': 'cross-site' }
      const landing = await foreign.submit(page, { headers })
      const found = signsIn(landing, page, 'a post from another site')
      return found === undefined || found.includes('gives a code') ? safe(told(landing)) : vulnerable(found)
    },
  },
  {
    id: 'session-forged',
    from: ['field.md 2.3 1', 'field.md 2.3 5', 'law 9'],
    tries:
      'forges the session: a JWT that nobody signed in each cookie of the server and in parameters that frameworks read',
    safe: 'nobody is signed in by that',
    async run(stage) {
      const client = await stage.client()
      const signedIn = await stage.person()
      const started = await authorizationUrl(stage, client)
      const before = await stage.stranger().open(started.url)
      if (before.kind === 'left') throw new CouldNotTry('not offered', `there is no sign-in page: ${told(before)}`)
      const hour = Math.floor(Date.now() / 1000) + 3600
      const forged = unsignedJwt({
        sub: 'alice',
        iss: stage.target.issuer,
        exp: hour,
        user: 'alice',
        email: 'alice@example.com',
      })
      const browser = stage.stranger()
      for (const [host, jar] of signedIn.cookies)
        browser.cookies.set(host, new Map([...jar.keys()].map((name) => [name, forged])))
      const found: (string | undefined)[] = []
      for (const query of ['', `&token=${forged}`, `&id_token_hint=${forged}`, `&session=${forged}`, '&user=alice'])
        found.push(
          signsIn(await browser.open(`${started.url}${query}`), before, `a forged session${query.replace(/=.*/, '')}`),
        )
      return allOf(found, 'nobody was signed in')
    },
  },
  {
    id: 'sign-in-by-header',
    from: ['field.md 2.3 12', 'law 7', 'RFC 9700 §4.13'],
    tries: 'says who it is by headers that proxies and tests use (X-Forwarded-User, X-Remote-User, X-Test-Session …)',
    safe: 'nobody is signed in by that',
    async run(stage) {
      const { url } = await authorizationUrl(stage, await stage.client())
      const before = await stage.stranger().open(url)
      if (before.kind === 'left') throw new CouldNotTry('not offered', `there is no sign-in page: ${told(before)}`)
      const found: (string | undefined)[] = []
      for (const name of [
        'x-forwarded-user',
        'x-forwarded-email',
        'x-remote-user',
        'remote-user',
        'x-user',
        'x-user-id',
        'x-auth-request-user',
        'x-test-session',
        'x-authenticated-user',
        'x-original-url',
      ])
        found.push(signsIn(await stage.stranger().open(url, { [name]: 'alice' }), before, name))
      return allOf(found, 'nobody was signed in')
    },
  },
  {
    id: 'dev-sign-in-from-elsewhere',
    from: ['law 10', 'field.md 2.3 12'],
    tries:
      'uses a sign-in for development, which asks for no proof, through a proxy or tunnel, under another name, from another site; and a session of it likewise',
    safe: 'it counts on this machine alone, with nothing in between',
    async run(stage) {
      if (!stage.signsInForDevelopment)
        throw new CouldNotTry('not offered', 'no sign-in was said to be for development alone (--dev-sign-in)')
      const { url } = await authorizationUrl(stage, await stage.client())
      const signedIn = await stage.person()
      const found: (string | undefined)[] = []
      for (const [name, value] of elsewhere) {
        const before = await stage.stranger().open(url)
        if (before.kind === 'left') throw new CouldNotTry('not offered', `there is no sign-in page: ${told(before)}`)
        const headers = { origin: new URL(before.url).origin, 'sec-fetch-site': 'same-origin', [name]: value }
        const landing = await stage.stranger().submit(before, { headers })
        found.push(signsIn(landing, before, `the button under ${name}`))
        if (name === 'origin') continue // browsers send none when they open a page
        found.push(signsIn(await signedIn.copy().open(url, { [name]: value }), before, `a session under ${name}`))
      }
      return allOf(found, 'it signs nobody in from elsewhere')
    },
  },
  {
    id: 'cookies-open',
    from: ['RFC 9700 §4.7', 'RFC 6265 §4.1.2', 'law 11'],
    tries: 'looks whether scripts read the session cookie, whether other sites send it, whether it goes in clear',
    safe: 'HttpOnly, SameSite (Lax or Strict), and Secure over https',
    async run(stage) {
      const lines = (await stage.person()).cookieLines
      const isHttps = stage.target.issuer.startsWith('https:')
      if (lines.length === 0) throw new CouldNotTry('no means', 'no sign-in on the pages sets a cookie')
      const found = lines.flatMap((line) => {
        const name = line.slice(0, line.indexOf('='))
        if (/^[^=]+=(;|$)/.test(line)) return []
        return [
          /;\s*httponly/i.test(line) ? undefined : `${name} is not HttpOnly`,
          /;\s*samesite=none/i.test(line) ? `${name} is SameSite=None` : undefined,
          isHttps && !/;\s*secure/i.test(line) ? `${name} is not Secure` : undefined,
        ]
      })
      return allOf([...new Set(found)], `${lines.length} cookies`)
    },
  },
]

const elsewhere: readonly (readonly [string, string])[] = [
  ['x-forwarded-for', '203.0.113.7'],
  ['forwarded', 'for=203.0.113.7'],
  ['cf-connecting-ip', '203.0.113.7'],
  ['via', '1.1 proxy'],
  ['host', evilHost],
  ['origin', `https://${evilHost}`],
]

function signsIn(landing: Landing, before: Page, how: string): string | undefined {
  if (landing.kind === 'left') return answerIn(landing).has('code') ? `${how} gives a code` : undefined
  const isRefused = landing.answer.status >= 400
  return isRefused || sameKind(landing, before) || asksNoMore(landing, before)
    ? undefined
    : `${how} leads past the sign-in: ${told(landing)}`
}
