import { randomBytes } from 'node:crypto'
import { type Attack, allOf, CouldNotTry } from '../attack.ts'
import type { Browser } from '../browser.ts'
import { tokensFor } from '../grant.ts'
import { evilHost, type Stage } from '../stage.ts'
import { ask, consolePages, done, enter, foreign, newPerson, signedIn, stranger, tokenIn, whoIs } from './ground.ts'

/** The administration API: who is taken for an administrator (laws 1, 11 and 12). */
export const administrationAttacks: readonly Attack[] = [
  {
    id: 'administration-other-tokens',
    from: ['law 6', 'law 12', 'field.md 2.3 5'],
    tries:
      'asks the administration API with what is no administration token: an access token and a refresh token of its owner, a session as a bearer, a link, a guess; with a token as a query, as a cookie and as Basic; and the MCP server with an administration token',
    safe: 'each is refused (401)',
    async run(stage) {
      const { tokens, owner, origin } = stage.ours()
      const client = await stage.client('none', {})
      const issued = await tokensFor(stage, client)
      const session = sessionOf(stage, await signedIn(stage, owner.userName, owner.password))
      const link = tokenIn(String((await done(stage, '/invitations', { token: tokens.owner, json: {} })).json.link))
      await done(stage, '/users', { token: tokens.auditor })
      const found: (string | undefined)[] = []
      const attempt = async (what: string, headers: Readonly<Record<string, string>>, path = '/users') => {
        const { status } = await ask(stage, path, { headers })
        found.push(status === 401 || status === 429 ? undefined : `${what}: ${status}`)
      }
      const bearers = {
        'an access token of the owner': issued.accessToken,
        'a refresh token of the owner': issued.refreshToken ?? 'none',
        'a session of the owner': session.split('=')[1] ?? '',
        'an invitation': link,
        'a guess': `portcullis_admin_${randomBytes(32).toString('base64url')}`,
        'a token, cut': tokens.owner.slice(0, -1),
        nothing: '',
      }
      for (const [what, token] of Object.entries(bearers)) await attempt(what, { authorization: `Bearer ${token}` })
      for (const [what, token] of Object.entries(bearers))
        await attempt(`${what} beside a session`, { authorization: `Bearer ${token}`, cookie: session })
      await attempt('a token as Basic', {
        authorization: `Basic ${Buffer.from(`:${tokens.owner}`).toString('base64')}`,
      })
      await attempt('a token as a cookie', { cookie: session.replace(/=.*/, `=${tokens.owner}`) })
      await attempt('a token in the query', {}, `/users?access_token=${tokens.owner}`)
      const headers = { authorization: `Bearer ${tokens.owner}`, 'content-type': 'application/json' }
      const mcp = await stage.send({ method: 'POST', url: `${origin}/mcp`, headers, body: '{}' })
      found.push(mcp.status === 401 ? undefined : `the MCP server answers an administration token with ${mcp.status}`)
      return allOf(found, 'each was refused')
    },
  },
  {
    id: 'administration-csrf',
    from: ['RFC 9700 §4.7', 'law 1 (Origin is checked wherever a cookie counts)'],
    tries:
      'asks the administration API with the browser of an owner who has just signed in: from another site, from a neighbour, as a plain form and as text that is JSON, for changes and for what may be read',
    safe: 'refused (403): a sign-in counts for pages of the server’s own',
    async run(stage) {
      const { owner, origin } = stage.ours()
      const cookie = sessionOf(stage, await signedIn(stage, owner.userName, owner.password))
      const own = { cookie, origin, 'sec-fetch-site': 'same-origin' }
      const json = { recipient: 'a forgery' }
      const good = await ask(stage, '/invitations', { headers: own, json })
      if (good.status !== 201) throw new CouldNotTry('no means', `the owner’s own browser is refused: ${good.text}`)
      const found: (string | undefined)[] = []
      const from: readonly Readonly<Record<string, string>>[] = [
        foreign,
        { origin: `https://${evilHost}` },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin, 'sec-fetch-site': 'cross-site' },
      ]
      for (const headers of [...from, {}])
        for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
          const asked = { json, headers: { ...headers, cookie, 'content-type': type } }
          const { status } = await ask(stage, '/invitations', asked)
          found.push(status === 403 ? undefined : `a change as ${type} from ${JSON.stringify(headers)}: ${status}`)
        }
      for (const headers of from) {
        const { status, headers: said } = await ask(stage, '/users', { headers: { ...headers, cookie } })
        found.push(status === 403 ? undefined : `reading from ${JSON.stringify(headers)}: ${status}`)
        const cors = said['access-control-allow-origin']
        found.push(cors === undefined ? undefined : `Access-Control-Allow-Origin: ${cors}`)
      }
      return allOf(found, 'each was refused')
    },
  },
  {
    id: 'administration-stale',
    from: ['law 12', 'OWASP ASVS 7.5.3'],
    tries:
      'changes something with a browser in which an owner is signed in whose proof is long ago, or of which the identity provider says no time; and with a session of somebody who is no owner any more, is disabled, or signed out',
    safe: 'a change wants a fresh proof; role and state are as they are now',
    async run(stage) {
      const { tokens, origin } = stage.ours()
      const found: (string | undefined)[] = []
      const change = async (browser: Browser) => {
        const headers = { cookie: sessionOf(stage, browser), origin, 'sec-fetch-site': 'same-origin' }
        return (await ask(stage, '/invitations', { json: {}, headers })).status
      }
      const promote = (userName: string, role: string) =>
        done(stage, `/users/${userName}/role`, { token: tokens.owner, method: 'PUT', json: { role } })
      const hourAgo = Math.floor(Date.now() / 1000) - 3600
      for (const [what, authTime] of [
        ['an hour ago', hourAgo],
        ['at no time that is said', undefined],
      ] as const) {
        const browser = stage.stranger()
        await enter(stage, 'corp', browser, stranger(), { claims: { auth_time: authTime } })
        await promote((await whoIs(stage, browser)) ?? 'nobody', 'owner')
        const act = await browser.post(`${origin}/console/act/users.invite`, {})
        found.push(
          act.answer.text.includes('/account/invitation?token=') || (await whoIs(stage, browser)) === undefined
            ? `an owner who proved who they are ${what} invites somebody by the console`
            : undefined,
        )
        const status = await change(browser)
        found.push(status === 401 ? undefined : `an owner who proved who they are ${what} changes something: ${status}`)
      }
      const { browser, userName } = await newPerson(stage, { role: 'owner' })
      if ((await change(browser)) !== 201)
        throw new CouldNotTry('no means', 'an owner who has just signed in is refused')
      await promote(userName, 'member')
      found.push((await change(browser)) === 403 ? undefined : 'a session of somebody who is no owner any more')
      await promote(userName, 'owner')
      const signedOut = browser.copy()
      await browser.post(`${origin}/account/sign-out`, {})
      found.push((await change(signedOut)) === 401 ? undefined : 'a session that was signed out')
      const again = await signedIn(stage, userName)
      await promote(userName, 'member')
      await done(stage, `/users/${userName}/disable`, { token: tokens.owner, json: {} })
      found.push((await change(again)) === 401 ? undefined : 'a session of somebody who is disabled')
      return allOf(found, 'each was refused')
    },
  },
  {
    id: 'administration-host',
    from: ['law 1', 'RFC 9700 §2.6'],
    tries:
      'asks the console under another Host (DNS rebinding), with a token and with the session of an owner, and with headers of proxies that name another',
    safe: 'nothing is answered there',
    async run(stage) {
      const { tokens, origin, owner } = stage.ours()
      const cookie = sessionOf(stage, await signedIn(stage, owner.userName, owner.password))
      const found: (string | undefined)[] = []
      const authorization = `Bearer ${tokens.owner}`
      for (const proof of [{ authorization }, { cookie }])
        for (const path of ['/console/api/v1/users', '/console/api', '/console/api/openapi.json', ...consolePages]) {
          const { status } = await stage.send({ url: origin + path, headers: { host: evilHost, ...proof } })
          found.push(status >= 400 ? undefined : `${path} under another Host: ${status}`)
        }
      for (const name of ['x-forwarded-host', 'forwarded', 'x-original-host']) {
        const value = name === 'forwarded' ? `host=${evilHost}` : evilHost
        const { text } = await stage.send({ url: `${origin}/console/api/openapi.json`, headers: { [name]: value } })
        found.push(text.includes(evilHost) ? `${name} names the server in the OpenAPI document` : undefined)
      }
      return allOf(found, 'nothing is answered there')
    },
  },
]

/** The session cookie of a browser, as a header. */
function sessionOf(stage: Stage, browser: Browser): string {
  const { host, port } = new URL(stage.ours().origin)
  const value = browser.cookies.get(host)?.get(`portcullis-${port}`)
  if (value === undefined) throw new CouldNotTry('no means', 'the browser is signed in to nothing')
  stage.secrets.add('cookie', value)
  return `portcullis-${port}=${value}`
}
