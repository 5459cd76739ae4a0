import { setTimeout as wait } from 'node:timers/promises'
import { type Attack, allOf, CouldNotTry } from '../attack.ts'
import type { Browser, Landing } from '../browser.ts'
import { createBrowser } from '../browser.ts'
import type { Client } from '../client.ts'
import { consentPage } from '../consent-page.ts'
import { authorizationUrl, codeFor, parametersOf, tokensFor } from '../grant.ts'
import type { Stage } from '../stage.ts'
import { endpointOf } from '../target.ts'
import type { Answer } from '../wire.ts'
import { ask, consolePages, enter, newPerson, stranger, whoIs } from './ground.ts'

const tag = '<img src=x onerror=alert(7)>'
const mark = `"'>${tag}</title></style>`

/** What outsiders write, wherever it is shown to somebody else: people, and those who administrate. */
export const markupAttacks: readonly Attack[] = [
  {
    id: 'markup-of-clients',
    from: ['RFC 7591 §5', 'RFC 9700 §4.16', 'law 4'],
    tries:
      'registers a client with markup in every field that it may write, is let in, and looks at each page that shows it: consent, device, connections, account, and at the answers of the administration API',
    safe: 'it is text on each page, no link and no image, and answers of the API are no pages',
    async run(stage) {
      const { client, browser, found } = await knownEverywhere(stage)
      for (const path of ['/account', '/account/connections']) {
        const { answer } = await browser.open(stage.ours().origin + path)
        found.push(marked(path, answer))
        if (path.endsWith('connections') && !answer.text.includes('alert(7)'))
          throw new CouldNotTry('no means', 'the connections do not show the name of the client')
      }
      const login = await authorizationUrl(stage, client, { login_hint: mark, state: mark, ui_locales: mark })
      found.push(marked('the sign-in page', (await stage.stranger().open(login.url)).answer))
      for (const path of ['/grants', '/consents', '/clients', '/users', '/audit', `/clients/${client.clientId}`]) {
        const answer = await ask(stage, path, { token: stage.ours().tokens.owner })
        found.push(marked(`the API, ${path}`, answer))
        found.push(readAsPage(`the API, ${path}`, answer))
      }
      found.push(...(await onConsole(stage)))
      return allOf(found, 'it is text everywhere')
    },
  },
  {
    id: 'markup-of-devices',
    from: ['RFC 8628 §5.4', 'RFC 9700 §4.16'],
    tries: 'has a device with markup in its names ask, and types markup where its code goes',
    safe: 'it is text',
    async run(stage) {
      const { client, browser, found } = await knownEverywhere(stage)
      const url = endpointOf(stage.target, 'device_authorization_endpoint')
      if (url === undefined) throw new CouldNotTry('not offered', 'no devices')
      const { scope, resource } = stage.target
      const body = parametersOf({ client_id: client.clientId, scope, resource })
      const { json } = await stage.send({ method: 'POST', url, body })
      const page = `${stage.ours().origin}/device`
      for (const code of [mark, String(json.user_code)]) {
        const query = new URLSearchParams({ user_code: code })
        found.push(marked(`/device?user_code=${code.slice(0, 9)}`, (await browser.open(`${page}?${query}`)).answer))
        const typed: Landing = await browser.post(page, { user_code: code })
        found.push(marked(`/device, ${code.slice(0, 9)} typed`, typed.answer))
      }
      return allOf(found, 'it is text')
    },
  },
  {
    id: 'markup-of-identity-providers',
    from: ['RFC 9700 §4.16', 'law 11'],
    tries:
      'has an identity provider name people, groups and errors by markup, and looks at the refusal, the account page, the accounts elsewhere, and at the answers of the administration API',
    safe: 'it is text',
    async run(stage) {
      const { origin, tokens } = stage.ours()
      const found: (string | undefined)[] = []
      const browser = stage.stranger()
      const named = { preferred_username: mark, name: mark, email: `${tag}@corp.example`, email_verified: true }
      await enter(stage, 'corp', browser, stranger({ ...named, groups: [mark] }))
      if ((await whoIs(stage, browser)) === undefined)
        throw new CouldNotTry('no means', 'somebody who is called so does not get in')
      for (const path of ['/account', '/account/identities', '/account/sessions', '/account/confirm'])
        found.push(marked(path, (await browser.open(origin + path)).answer))
      for (const error of ['access_denied', 'server_error', mark]) {
        const answer = { code: undefined, error, error_description: mark, error_uri: `javascript:alert(7)` }
        found.push(
          marked(`the refusal, ${error}`, (await enter(stage, 'corp', stage.stranger(), {}, { answer })).answer),
        )
      }
      const users = await ask(stage, '/users', { token: tokens.owner })
      found.push(readAsPage('the API, /users', users), ...(await onConsole(stage)))
      return allOf(found, 'it is text everywhere')
    },
  },
  {
    id: 'markup-of-people',
    from: ['RFC 9700 §4.16', 'CWE-79'],
    tries:
      'names a person, an invitation and an administration token by markup, calls the browser so (User-Agent), types it into each form and address of accounts, and looks at the pages and at the answers of the administration API',
    safe: 'it is text, or refused',
    async run(stage) {
      const { origin, tokens } = stage.ours()
      const found: (string | undefined)[] = []
      const { browser } = await newPerson(stage)
      const called = { 'user-agent': `Firefox/1 ${mark}` }
      const forms = [
        'sign-in',
        'confirm',
        'password',
        'sign-in-with',
        'invitation',
        'reset',
        'passkeys/name',
        'grants/end',
      ]
      const fields = ['user_name', 'return_to', 'token', 'with', 'name', 'passkey', 'grant', 'login_hint', 'credential']
      for (const form of forms) {
        const all = Object.fromEntries([...fields.map((name) => [name, mark]), ['password', 'x'], ['again', 'y']])
        found.push(marked(`/account/${form}`, (await browser.copy().post(`${origin}/account/${form}`, all)).answer))
      }
      const query = new URLSearchParams([...fields, 'done', 'state', 'error'].map((name) => [name, mark]))
      for (const path of [
        '/account',
        '/account/sign-in',
        '/account/invitation',
        '/account/callback/corp',
        `/${encodeURIComponent(mark)}`,
      ])
        found.push(marked(path, (await browser.copy().open(`${origin}${path}?${query}`, called)).answer))
      await browser.open(`${origin}/account/sessions`, called)
      found.push(marked('/account/sessions', (await browser.open(`${origin}/account/sessions`, called)).answer))
      await ask(stage, '/invitations', { token: tokens.owner, json: { recipient: mark } })
      await ask(stage, '/tokens', { token: tokens.owner, json: { name: mark, role: 'auditor', lifetime: 300 } })
      for (const path of ['/invitations', '/tokens', '/users', '/audit', `/users/${encodeURIComponent(mark)}/grants`])
        found.push(readAsPage(`the API, ${path}`, await ask(stage, path, { token: tokens.owner })))
      found.push(...(await onConsole(stage)))
      found.push(marked('the page of the API', (await browser.open(`${origin}/console/api?${query}`)).answer))
      return allOf(found, 'it is text everywhere')
    },
  },
]

/** What the console shows an owner of all that: each room, what was filtered by markup, acts on what is called so, the latest attempts and their export. */
async function onConsole(stage: Stage): Promise<readonly (string | undefined)[]> {
  const { origin } = stage.ours()
  const { browser } = await newPerson(stage, { role: 'owner' })
  const found: (string | undefined)[] = []
  const query = new URLSearchParams(
    ['text', 'client', 'person', 'verdict', 'done', 'before', 'user', 'role', 'name', 'recipient'].map((name) => [
      name,
      mark,
    ]),
  )
  const acts = ['users.role', 'users.invite', 'users.disable', 'tokens.create', 'clients.delete', mark].map(
    (name) => `/console/act/${encodeURIComponent(name)}?${query}`,
  )
  for (const path of [...consolePages, `/console/attempts?${query}`, `/console/audit?${query}`, ...acts])
    found.push(marked(path, (await browser.open(origin + path)).answer))
  const attempts = await attemptsOn(stage, browser)
  for (const path of attempts) {
    found.push(marked(path, (await browser.open(origin + path)).answer))
    const evidence = (await browser.open(`${origin}${path}/evidence?names=1`)).answer
    found.push(readAsPage(`${path}/evidence`, evidence))
  }
  return found
}

/** The addresses of the latest attempts to connect, one of a program that calls itself by markup among them: they are written a moment after they came. */
async function attemptsOn(stage: Stage, browser: Browser): Promise<readonly string[]> {
  const { origin } = stage.ours()
  await stage.send({ method: 'POST', url: `${origin}/mcp`, headers: { 'user-agent': mark }, body: '{}' })
  for (let look = 0; look < 40; look++) {
    const { answer } = await browser.open(`${origin}/console/attempts`)
    const attempts = [...new Set(answer.text.match(/\/console\/attempts\/[\w-]{8,64}/g))]
    if (attempts.length > 0) return attempts.slice(0, 6)
    await wait(250)
  }
  throw new CouldNotTry('no means', 'the console shows no attempts')
}

/** A client whose every field is markup, which somebody has let in. */
async function knownEverywhere(
  stage: Stage,
): Promise<{ client: Client; browser: Browser; found: (string | undefined)[] }> {
  const claims = {
    client_name: mark,
    'client_name#de': mark,
    software_id: mark,
    software_version: mark,
    contacts: [mark],
    scope: `${stage.target.scope} ${mark.replaceAll(/["\\ ]/g, '')}`,
  }
  const links = { client_uri: 'javascript:alert(7)', logo_uri: mark, tos_uri: 'data:text/html,7', policy_uri: mark }
  const metadata = await accepted(stage, [{ ...claims, ...links }, claims, { client_name: mark }])
  const client = await stage.client('none', metadata)
  const { origin } = stage.ours()
  const newcomer = await newPerson(stage)
  const manner = { press: ['decision=allow'], answers: {} }
  const browser = createBrowser(stage.send, { origins: new Set([origin]), manner }, newcomer.browser.copy().cookies)
  const { page } = await consentPage({ ...stage, person: async () => browser }, { client })
  const found = [marked('consent', page.answer), ofPrivateScheme(await schemePage(stage, browser))]
  await tokensFor(stage, client, await codeFor(stage, client, { browser }))
  return { client, browser, found }
}

/** The first registration that is taken. Throws `CouldNotTry` where none is. */
async function accepted(stage: Stage, all: readonly Readonly<Record<string, unknown>>[]) {
  for (const metadata of all) if ((await stage.register(metadata)).status <= 201) return metadata
  throw new CouldNotTry('not offered', 'no client with such a name can be registered')
}

/** The consent page for a private-use scheme whose path is markup; `undefined` where it cannot be registered. */
async function schemePage(stage: Stage, browser: Browser): Promise<Answer | undefined> {
  const metadata = { redirect_uris: [`com.attack.example:/${tag.replaceAll(' ', '/')}`], application_type: 'native' }
  if ((await stage.register(metadata)).status > 201) return undefined
  const client = await stage.client('none', metadata)
  return (await browser.open((await authorizationUrl(stage, client)).url)).answer
}

function ofPrivateScheme(answer: Answer | undefined): string | undefined {
  return answer?.text.includes(tag.replaceAll(' ', '/')) ? 'consent: the private-use scheme is markup' : undefined
}

/** That a page has it as markup, or has a link or an image that runs script. */
function marked(where: string, { text, headers }: Answer): string | undefined {
  if (!/html/.test(headers['content-type'] ?? 'html')) return undefined
  if (text.includes('<img src=x')) return `${where}: it is markup`
  return /(?:href|src|action)\s*=\s*["']?\s*(?:javascript|data):(?!image\/svg\+xml)/i.test(text)
    ? `${where}: a link runs script`
    : undefined
}

/** That a browser would take what is no page for one. */
function readAsPage(where: string, { headers, status }: Answer): string | undefined {
  const type = headers['content-type'] ?? ''
  if (/html|svg|xml/.test(type)) return `${where} answers ${type}`
  return headers['x-content-type-options'] === 'nosniff' || status === 404
    ? undefined
    : `${where} may be read as a page`
}
