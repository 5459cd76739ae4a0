import { type Attack, allOf, CouldNotTry } from '../attack.ts'
import { framed } from '../attacks/pages.ts'
import type { Browser, Landing } from '../browser.ts'
import { consentPage } from '../consent-page.ts'
import { told } from '../grant.ts'
import { refreshIn, unescapeHtml } from '../html.ts'
import { evilHost, type Stage } from '../stage.ts'
import { consolePages, foreign, goTo, newPerson, signedIn, stranger, whoIs } from './ground.ts'
import { password } from './people.ts'

/** Pages of accounts: what other sites do with them (RFC 9700 §4.7, §4.11, §4.16). */
export const accountPageAttacks: readonly Attack[] = [
  {
    id: 'account-return',
    from: ['RFC 9700 §4.11', 'CWE-601'],
    tries:
      'names another site, or a script, as the place to go on to, wherever a page of accounts takes one: sign-in by password and by identity provider, refusal, proof, the page after the sign-in',
    safe: 'the browser stays at the server, and no page has a link there',
    async run(stage) {
      const found: (string | undefined)[] = []
      const { userName } = await newPerson(stage)
      const signedInBrowser = await signedIn(stage, userName)
      for (const to of elsewhere)
        for (const [where, landing] of await returning(stage, to, { userName, browser: signedInBrowser })) {
          const isThere = leadsTo(landing)
          found.push(isThere ? `${where} with return_to=${to} leads there` : undefined)
        }
      return allOf(found, `${elsewhere.length} addresses led nowhere else`)
    },
  },
  {
    id: 'account-framed',
    from: ['RFC 9700 §4.16'],
    tries:
      'frames each page of accounts and of the console, refusals and the page of the administration API among them',
    safe: "`frame-ancestors 'none'`",
    async run(stage) {
      const { browser } = await newPerson(stage, { role: 'owner' })
      const found: (string | undefined)[] = []
      for (const path of [
        ...consolePages,
        ...actPages,
        ...pagesOfPeople,
        '/account/invitation?token=x',
        '/account/callback/corp?state=x',
        '/nowhere',
      ]) {
        const landing = await browser.open(stage.ours().origin + path)
        if (landing.kind === 'left') throw new CouldNotTry('no means', `${path}: ${told(landing)}`)
        const outcome = framed(landing)
        found.push(outcome.verdict === 'vulnerable' ? `${path}: ${outcome.seen}` : undefined)
      }
      return allOf(found, `${found.length} pages are shown in no frame`)
    },
  },
  {
    id: 'account-forms-forged',
    from: ['RFC 9700 §4.7', 'law 1 (Origin is checked wherever a cookie counts)'],
    tries:
      'posts each form of the pages of accounts and of the console in the name of somebody who is signed in, from another site, from a neighbour (same-site), from nowhere (Origin: null), and without a word of where it is from',
    safe: 'refused (403), and nothing was done',
    async run(stage) {
      const { origin } = stage.ours()
      const { browser, userName } = await newPerson(stage, { role: 'owner' })
      await signedIn(stage, userName) // so that there is something elsewhere to end
      const forms = await formsOf(stage, browser)
      const found: (string | undefined)[] = []
      for (const [action, fields] of forms)
        for (const headers of forged) {
          const landing = await browser.copy().post(origin + action, fields, headers)
          const isRefused = landing.kind === 'page' && landing.answer.status === 403
          found.push(isRefused ? undefined : `${action} from ${describe(headers)}: ${told(landing)}`)
        }
      if ((await whoIs(stage, browser)) !== userName) found.push('the person is signed out')
      if ((await whoIs(stage, await signedIn(stage, userName))) !== userName) found.push('the password is another')
      return allOf(found, `${forms.size} forms were refused from elsewhere`)
    },
  },
  {
    id: 'consent-forged-by-post',
    from: ['RFC 9700 §4.7', 'law 3'],
    tries:
      'posts a consent for a client of the attacker in the name of somebody who is signed in: the form as another person was shown it, and as nobody was',
    safe: 'no code',
    async run(stage) {
      const { page, person } = await consentPage(stage)
      const { browser } = await newPerson(stage)
      const found: (string | undefined)[] = []
      const button = /allow/i
      for (const headers of [undefined, ...forged]) {
        const landing = await browser.copy().submit(page, { button, ...(headers !== undefined && { headers }) })
        found.push(codeIn(landing) ? `the form of another gives a code, from ${describe(headers ?? {})}` : undefined)
        // What says not where it is from is no page's: no browser leaves both out, and the form has what no other site knows.
        if (headers === undefined || Object.keys(headers).length === 0) continue
        const own = await person.copy().submit(page, { button, headers })
        found.push(codeIn(own) ? `a post from ${describe(headers)} gives a code` : undefined)
      }
      return allOf(found, 'none gave a code')
    },
  },
]

const elsewhere = [
  `https://${evilHost}/authorize`,
  `//${evilHost}/account`,
  `/\\${evilHost}/account`,
  `\\\\${evilHost}`,
  `/\t/${evilHost}`,
  `/%2f${evilHost}`,
  `/account/..//${evilHost}`,
  `https:${evilHost}`,
  `http://localhost@${evilHost}/account`,
  `/account@${evilHost}`,
  `javascript:location='https://${evilHost}'`,
  `data:text/html,<script>location='https://${evilHost}'</script>`,
]

const pagesOfPeople = [
  '/account',
  '/account/sign-in',
  '/account/sign-in?again=1',
  '/account/continue',
  '/account/confirm',
  '/account/sessions',
  '/account/connections',
  '/account/identities',
  '/account/passkeys',
  '/account/passkeys/add',
  '/account/password',
  '/console/api',
]

/** Pages of the console before something is done. */
const actPages = [
  '/console/act/users.invite',
  '/console/act/users.role?user=olga&role=member',
  '/console/act/users.disable?user=olga',
  '/console/act/tokens.create?name=x&role=owner',
  '/console/act/clients.create',
  '/console/act/keys.revoke',
  '/console/act/nothing',
]

/** What a browser says of forms that no page of ours sent. */
const forged: readonly Readonly<Record<string, string>>[] = [
  foreign,
  { origin: 'null', 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { origin: `https://${evilHost}` },
  {},
]

function describe(headers: Readonly<Record<string, string>>): string {
  const said = Object.entries(headers).map((pair) => pair.join(' '))
  return said.length === 0 ? 'nowhere that is said' : said.join(', ')
}

/** Where each place that takes a return address leads with this one. */
async function returning(
  stage: Stage,
  to: string,
  { userName, browser }: { userName: string; browser: Browser },
): Promise<readonly [string, Landing][]> {
  const { origin, corp } = stage.ours()
  const query = new URLSearchParams({ return_to: to })
  const atProvider = stage.stranger()
  const callback = corp.answer(await goTo(stage, 'corp', atProvider, { return_to: to }), stranger())
  const refused = stage.stranger()
  const refusal = corp.answer(await goTo(stage, 'corp', refused, { return_to: to }), stranger(), {
    answer: { code: undefined, error: 'access_denied' },
  })
  const fields = { user_name: userName, password, return_to: to }
  return [
    ['the sign-in page', await stage.stranger().open(`${origin}/account/sign-in?${query}`)],
    ['the sign-in page, signed in', await browser.copy().open(`${origin}/account/sign-in?${query}`)],
    ['the sign-in', await stage.stranger().post(`${origin}/account/sign-in`, fields)],
    ['a wrong password', await stage.stranger().post(`${origin}/account/sign-in`, { ...fields, password: 'wrong' })],
    ['the page after it', await browser.copy().open(`${origin}/account/continue?${query}`)],
    ['the proof', await browser.copy().open(`${origin}/account/confirm?${query}`)],
    ['the proof by password', await browser.copy().post(`${origin}/account/confirm`, fields)],
    ['the sign-in with an identity provider', await atProvider.open(callback)],
    ['the refusal of an identity provider', await refused.open(refusal)],
  ]
}

/** Whether a browser goes there, or a page has what leads there: its links, buttons and fields, as a browser would read them. */
function leadsTo(landing: Landing): boolean {
  if (landing.kind === 'left') return true
  const { text } = landing.answer
  const targets = [
    ...[...text.matchAll(/\s(?:href|action|formaction|src)="([^"]*)"/g)].map(([, value = '']) => unescapeHtml(value)),
    ...landing.forms.flatMap(({ fields }) =>
      fields.filter(({ name }) => name === 'return_to').map(({ value }) => value),
    ),
    refreshIn(text) ?? '',
  ]
  return targets.some((target) => {
    if (/^\s*(?:javascript|data):/i.test(target)) return true
    return URL.canParse(target, landing.url) && new URL(target, landing.url).hostname.endsWith(evilHost)
  })
}

/** The forms that post, on all pages of somebody who is signed in, and a few that stand on none of them, with fields as they would be sent. */
async function formsOf(stage: Stage, browser: Browser): Promise<ReadonlyMap<string, Record<string, string>>> {
  const forms = new Map<string, Record<string, string>>([
    ['/account/sign-out', {}],
    ['/account/sign-out-elsewhere', {}],
    ['/account/password', { current: password, password: 'another four words', again: 'another four words' }],
    ['/account/sign-in-with', { with: 'corp' }],
    ['/account/grants/end', { grant: 'x' }],
    ['/account/consents/end', { client: 'x' }],
    ['/account/passkeys/remove', { passkey: 'x' }],
    ['/account/passkeys/name', { passkey: 'x', name: 'x' }],
  ])
  for (const path of [...pagesOfPeople, ...consolePages, ...actPages]) {
    const landing = await browser.open(stage.ours().origin + path)
    if (landing.kind === 'left') continue
    for (const { action, method, fields, buttons } of landing.forms) {
      if (method !== 'post' || forms.has(action)) continue
      const pressed = buttons.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value]]))
      forms.set(action, Object.fromEntries([...fields.map(({ name, value }) => [name, value]), ...pressed.slice(0, 1)]))
    }
  }
  return forms
}

function codeIn(landing: Landing): boolean {
  return landing.kind === 'left' && new URL(landing.to).searchParams.has('code')
}
