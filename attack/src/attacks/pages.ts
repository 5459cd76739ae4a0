import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { answerIn, type Browser, type Landing, type Page } from '../browser.ts'
import type { Client } from '../client.ts'
import { authorizationUrl, type Changes, challengeOf, tokenRequest, tokensIn, told } from '../grant.ts'
import { unescapeHtml } from '../html.ts'
import { unsignedJwt } from '../jwt.ts'
import { clientHost, evilHost, type Stage } from '../stage.ts'

/** The pages that people see, and the consent that they give (RFC 9700 §4.2, §4.7, §4.16; law 3). */
export const pageAttacks: readonly Attack[] = [
  {
    id: 'consent-skipped',
    from: ['field.md 2.3 2', 'law 3', 'RFC 8252 §8.6'],
    tries: 'has a client that registered a moment ago ask somebody who is signed in',
    safe: 'the person is asked: no code without a consent for this client',
    async run(stage) {
      const client = await stage.client('none', {})
      const landing = await (await stage.person()).open((await authorizationUrl(stage, client)).url)
      return answerIn(landing).has('code') ? vulnerable('a code is issued, nobody was asked') : safe(told(landing))
    },
  },
  {
    id: 'consent-skipped-for-loopback',
    from: ['law 3', 'RFC 8252 §8.6', 'RFC 9700 §4.15'],
    tries:
      'asks a second time with a loopback redirect URI, as any program on the machine could, after the person said yes once',
    safe: 'the person is asked again: a loopback redirect proves nobody',
    async run(stage) {
      const client = await stage.client('none', {
        redirect_uris: ['http://127.0.0.1/callback'],
        application_type: 'native',
      })
      const person = await stage.person()
      await person.walk((await authorizationUrl(stage, client)).url)
      const landing = await person.open((await authorizationUrl(stage, client)).url)
      return answerIn(landing).has('code')
        ? vulnerable('the second time a code is issued without a page')
        : safe(told(landing))
    },
  },
  {
    id: 'consent-skipped-by-prompt',
    from: ['law 3', 'OpenID Connect Core §3.1.2.1'],
    tries: 'asks with prompt=none for what nobody has agreed to',
    safe: 'an error: nobody was asked',
    async run(stage) {
      const client = await stage.client('none', {})
      const { url } = await authorizationUrl(stage, client, { prompt: 'none' })
      const landing = await (await stage.person()).open(url)
      return answerIn(landing).has('code') ? vulnerable('a code is issued, nobody was asked') : safe(told(landing))
    },
  },
  {
    id: 'consent-covers-more',
    from: ['law 3', 'RFC 9700 §4.15'],
    tries: 'asks a second time with another redirect URI of the same client, after the person said yes to the first',
    safe: 'the person is asked again, or the redirect URI is on the same host',
    async run(stage) {
      const uris = [`https://${clientHost}/callback`, `https://${evilHost}/callback`]
      const client = await stage.client('none', { redirect_uris: uris })
      const person = await stage.person()
      await person.walk((await authorizationUrl(stage, client, { redirect_uri: uris[0] })).url)
      const landing = await person.open((await authorizationUrl(stage, client, { redirect_uri: uris[1] })).url)
      return answerIn(landing).has('code')
        ? vulnerable('a consent for one host gives a code to another')
        : safe(told(landing))
    },
  },
  {
    id: 'consent-hides-destination',
    from: ['AS-19', 'RFC 9700 §4.11', 'library-peers.md 27'],
    tries: 'looks whether the person could see where the code goes',
    safe: 'the page names the host of the redirect URI',
    async run(stage) {
      const { page, client } = await consentPage(stage)
      const { host, protocol } = new URL(client.redirectUri)
      const visible = unescapeHtml(
        page.answer.text.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, '').replace(/<[^>]*>/g, ' '),
      )
      const shown = protocol === 'https:' || protocol === 'http:' ? host : client.redirectUri
      return visible.includes(shown) ? safe(`the page names ${shown}`) : vulnerable(`the page does not name ${shown}`)
    },
  },
  {
    id: 'clickjacking-consent',
    from: ['RFC 9700 §4.16'],
    tries: 'frames the consent page',
    safe: "`frame-ancestors 'none'` (or 'self'), or x-frame-options",
    run: async (stage) => framed((await consentPage(stage)).page),
  },
  {
    id: 'clickjacking-sign-in',
    from: ['RFC 9700 §4.16'],
    tries: 'frames the sign-in page',
    safe: "`frame-ancestors 'none'` (or 'self'), or x-frame-options",
    async run(stage) {
      const { url } = await authorizationUrl(stage, await stage.client())
      const landing = await stage.stranger().open(url)
      if (landing.kind === 'left') throw new CouldNotTry('not offered', `there is no sign-in page: ${told(landing)}`)
      return framed(landing)
    },
  },
  {
    id: 'consent-csrf-origin',
    from: ['RFC 9700 §4.7', 'law 1 (Origin is checked wherever a cookie counts)'],
    tries: 'posts the consent form from another site, in the name of the person',
    safe: 'refused, or a cookie that is not sent along (SameSite) and a token in the form that others cannot read',
    async run(stage) {
      const { page, person } = await consentPage(stage)
      const headers = { origin: `https://${evilHost}`, 'sec-fetch-site': 'cross-site' }
      const landing = await person.submit(page, { headers })
      if (!answerIn(landing).has('code')) return safe(`refused: ${told(landing)}`)
      const bare = bareForm(page)
      return bare.length === 0
        ? vulnerable('a post from another site gives a code, and the form has nothing secret')
        : safe(`the origin does not count, but the form has what another site cannot know: ${bare.join(', ')}`)
    },
  },
  {
    id: 'consent-csrf-token',
    from: ['RFC 9700 §4.7', 'law 3'],
    tries: 'posts the consent form with each of its hidden fields damaged, and with all of them left out',
    safe: 'no code without what the server itself put there',
    async run(stage) {
      const { page, person } = await consentPage(stage)
      const secrets = secretFields(page)
      if (secrets.length === 0)
        return sameSite(person)
          ? safe('nothing secret in the form, but its cookies are SameSite')
          : vulnerable('the form has nothing that another site does not know')
      const found: string[] = []
      for (const { name, value } of secrets) {
        const { page: again, person: browser } = await consentPage(stage)
        const now = secretFields(again).find((each) => each.name === name)?.value ?? value
        const landing = await browser.submit(again, { changes: { [name]: damaged(now) } })
        if (!answerIn(landing).has('code')) return safe(`without ${name} there is no code`)
        found.push(name)
      }
      return vulnerable(`a code is issued whatever ${found.join(', ')} ${found.length > 1 ? 'are' : 'is'}`)
    },
  },
  {
    id: 'consent-of-another-session',
    from: ['RFC 9700 §4.7', 'law 3', 'field.md 2.3 11'],
    tries:
      "has somebody else's browser post the attacker's consent form, and a browser without a session post the person's",
    safe: 'a form counts for the session alone that it was made for',
    async run(stage) {
      const { page } = await consentPage(stage)
      const stranger = await stage.stranger().submit(page)
      if (answerIn(stranger).has('code')) return vulnerable('a browser without a session gives the consent')
      const other = await stage.otherPerson()
      const landing = await other.submit((await consentPage(stage)).page)
      return answerIn(landing).has('code')
        ? vulnerable('the form of one person gives a code in the session of another')
        : safe(`refused: ${told(stranger)}, and ${told(landing)}`)
    },
  },
  {
    id: 'consent-changed',
    from: ['law 3', 'RFC 9700 §4.7', 'RFC 9700 §4.1'],
    tries: 'changes what the consent form carries: redirect URI, client, scope, state of what the person agreed to',
    safe: 'no code for anything but what was shown',
    async run(stage) {
      const uris = [`https://${clientHost}/callback`, `https://${evilHost}/callback`]
      const client = await stage.client('none', { redirect_uris: uris })
      const other = await stage.client('none', { redirect_uris: [uris[1]] })
      const found: (string | undefined)[] = []
      for (const changes of [
        { redirect_uri: uris[1] ?? '' },
        { client_id: other.clientId, redirect_uri: uris[1] ?? '' },
      ]) {
        const { page, person } = await consentPage(stage, { client, changes: { redirect_uri: uris[0] } })
        const landing = await person.submit(page, { changes })
        const isTaken = answerIn(landing).has('code') && landing.kind === 'left' && landing.to.includes(evilHost)
        found.push(isTaken ? `${Object.keys(changes).join(' and ')} can be changed in the form` : undefined)
      }
      const { page, person } = await consentPage(stage, { client, changes: { redirect_uri: uris[0] } })
      if (page.forms.some(({ fields }) => fields.some(({ name }) => name === 'code_challenge'))) {
        const code_verifier = 'attacker'.repeat(6)
        const landing = await person.submit(page, { changes: { code_challenge: challengeOf(code_verifier) } })
        const code = answerIn(landing).get('code')
        const exchange = { grant_type: 'authorization_code', redirect_uri: uris[0], code_verifier }
        const answer = code === null ? undefined : await tokenRequest(stage, client, { ...exchange, code })
        const counts = answer !== undefined && tokensIn(answer) !== undefined
        found.push(counts ? 'code_challenge can be changed in the form' : undefined)
      }
      return allOf(found, 'what is changed gives no code')
    },
  },
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
  {
    id: 'referrer-leak',
    from: ['RFC 9700 §4.2.4', 'law 11'],
    tries:
      'looks whether pages tell other sites of the request by Referer, and whether they load things from elsewhere',
    safe: 'referrer-policy that sends other sites no path and query, nothing from other hosts',
    async run(stage) {
      const { page } = await consentPage(stage)
      const policy = `${page.answer.headers['referrer-policy'] ?? ''} ${/<meta\b[^>]*name=["']?referrer["']?[^>]*>/i.exec(page.answer.text)?.[0] ?? ''}`
      const foreign = [
        ...page.answer.text.matchAll(/<(?:script|img|link|iframe)\b[^>]*\s(?:src|href)=["']?(https?:\/\/[^"'\s>]+)/gi),
      ]
        .map(([, url = '']) => url)
        .filter((url) => new URL(url).origin !== new URL(page.url).origin)
      return allOf(
        [
          /unsafe-url|no-referrer-when-downgrade/.test(policy) ? `referrer-policy is ${policy.trim()}` : undefined,
          foreign.length > 0 && !/no-referrer|same-origin|origin/.test(policy)
            ? `the page loads ${foreign[0]}`
            : undefined,
        ],
        policy.trim() === ''
          ? 'no policy, but nothing is loaded from elsewhere; browsers send other sites the origin alone'
          : `referrer-policy: ${policy.trim()}`,
      )
    },
  },
  {
    id: 'consent-page-cached',
    from: ['RFC 9700 §4.3', 'RFC 9700 §4.7'],
    tries: 'looks whether a cache may keep the consent page, which is of one session',
    safe: 'no-store, or private',
    async run(stage) {
      const { page } = await consentPage(stage)
      const control = page.answer.headers['cache-control'] ?? ''
      return /public|max-age=[1-9]/.test(control) && !/private|no-store/.test(control)
        ? vulnerable(`cache-control: ${control}`)
        : safe(control === '' ? 'no cache-control: nothing that caches by itself' : `cache-control: ${control}`)
    },
  },
  {
    id: 'client-name-script',
    from: ['RFC 7591 §5', 'RFC 9700 §4.16', 'law 4'],
    tries: 'registers a client whose name and links are HTML, and looks at the consent page',
    safe: 'they are text there, or not there',
    async run(stage) {
      const mark = '<img src=x onerror=alert(7)>'
      const metadata = {
        client_name: `${mark}"'>`,
        client_uri: 'javascript:alert(7)',
        logo_uri: 'javascript:alert(7)',
        policy_uri: 'javascript:alert(7)',
        tos_uri: 'data:text/html,7',
      }
      const registration = await stage.register(metadata)
      if (registration.status > 201) {
        const plain = await stage.register({ client_name: metadata.client_name })
        if (plain.status > 201) return safe(`such a client cannot be registered: ${plain.status}`)
        return scripts(stage, mark, { client_name: metadata.client_name })
      }
      return scripts(stage, mark, metadata)
    },
  },
  {
    id: 'client-name-disguised',
    from: ['RFC 7591 §5', 'library-peers.md 27'],
    tries:
      'registers a client name that turns the text around it (bidirectional overrides) or hides itself (no visible character)',
    safe: 'the characters are taken out, set apart, or the registration is refused',
    async run(stage) {
      const name = 'Good\u202Egnihtemos\u202C\u2066\u200B\u0000\u0007'
      const registration = await stage.register({ client_name: name })
      if (registration.status > 201) return safe(`refused: ${registration.status}`)
      const client = await stage.client('none', { client_name: name })
      const { page } = await consentPage(stage, { client })
      const text = unescapeHtml(page.answer.text)
      return /[\u202A-\u202E\u2066\u0007]/.test(text)
        ? vulnerable('the page has the overriding characters as they were')
        : safe('the page has none of them')
    },
  },
]

interface Asked {
  page: Page
  person: Browser
  client: Client
}

/** The page that asks for consent, for a client of its own. Throws `CouldNotTry` where nobody is asked. */
async function consentPage(
  stage: Stage,
  { client, changes }: { client?: Client; changes?: Changes } = {},
): Promise<Asked> {
  const asking = client ?? (await freshClient(stage))
  const person = await stage.person()
  const landing = await person.open((await authorizationUrl(stage, asking, { prompt: 'consent', ...changes })).url)
  if (landing.kind === 'page' && landing.forms.some(({ method }) => method === 'post'))
    return { page: landing, person, client: asking }
  const plain = await person.open((await authorizationUrl(stage, asking, changes)).url)
  if (plain.kind === 'page' && plain.forms.some(({ method }) => method === 'post'))
    return { page: plain, person, client: asking }
  throw new CouldNotTry('no means', `no form asks for consent: ${told(plain)}`)
}

async function freshClient(stage: Stage): Promise<Client> {
  try {
    return await stage.client('none', {})
  } catch (error) {
    if (error instanceof CouldNotTry) return stage.client()
    throw error
  }
}

function framed({ answer }: Page) {
  const csp = String(answer.headers['content-security-policy'] ?? '')
  const [, ancestors] = /frame-ancestors\s+([^;]*)/i.exec(csp) ?? []
  const option = String(answer.headers['x-frame-options'] ?? '')
  if (ancestors !== undefined)
    return /\*|https?:(?!\/\/)/.test(ancestors)
      ? vulnerable(`frame-ancestors ${ancestors}`)
      : safe(`frame-ancestors ${ancestors}`)
  return /^(deny|sameorigin)$/i.test(option)
    ? safe(`x-frame-options: ${option}`)
    : vulnerable('the page has neither frame-ancestors nor x-frame-options')
}

function secretFields({ forms }: Page) {
  const own = forms.find(({ method }) => method === 'post')?.fields ?? []
  return own.filter(({ name, value, type }) => type === 'hidden' && value.length >= 16 && !requestParameter.test(name))
}

/** What the client sent, and the attacker would know. */
const requestParameter =
  /^(client_id|redirect_uri|state|code_challenge|code_challenge_method|response_type|scope|resource|nonce|prompt|request_uri|subject)$/

function bareForm(page: Page): readonly string[] {
  const inPath = new URL(page.url).pathname.split('/').filter((part) => part.length >= 16)
  return [...secretFields(page).map(({ name }) => name), ...(inPath.length > 0 ? ['the path'] : [])]
}

/** Its middle is another, so that no parser forgives it. */
function damaged(value: string): string {
  const at = Math.floor(value.length / 2)
  const letter = value[at] === 'A' ? 'B' : 'A'
  return `${value.slice(0, at)}${letter}${value.slice(at + 1)}`
}

function sameSite(person: Browser): boolean {
  return person.cookieLines.length > 0 && person.cookieLines.every((line) => /;\s*samesite=(lax|strict)/i.test(line))
}

function looksLike(a: Page, b: Page): boolean {
  const names = ({ forms }: Page) =>
    forms
      .map(({ fields, buttons }) => JSON.stringify([fields.map(({ name }) => name), buttons.map(({ text }) => text)]))
      .join()
  return a.answer.status === 200 && names(a) === names(b)
}

function sameKind(a: Landing, b: Landing): boolean {
  return a.kind === 'page' && b.kind === 'page' && looksLike(a, b)
}

function signsIn(landing: Landing, before: Page, how: string): string | undefined {
  if (landing.kind === 'left') return answerIn(landing).has('code') ? `${how} gives a code` : undefined
  const isRefused = landing.answer.status >= 400
  return isRefused || sameKind(landing, before) ? undefined : `${how} leads past the sign-in: ${told(landing)}`
}

async function scripts(stage: Stage, mark: string, metadata: Readonly<Record<string, unknown>>) {
  const client = await stage.client('none', metadata)
  const { page } = await consentPage(stage, { client })
  return allOf(
    [
      page.answer.text.includes(mark) ? 'the name of the client is HTML on the consent page' : undefined,
      /(?:href|src)\s*=\s*["']?\s*(?:javascript|data):(?!image)/i.test(page.answer.text)
        ? 'the page has a link or an image that runs script'
        : undefined,
    ],
    'the page shows text alone',
  )
}
