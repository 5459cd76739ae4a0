import { type Attack, allOf, safe, vulnerable } from '../attack.ts'
import { answerIn, type Landing } from '../browser.ts'
import { everywhere } from '../everywhere.ts'
import { authorizationUrl, codeFor, told } from '../grant.ts'
import { evilHost, type Stage } from '../stage.ts'

/** What the authorization endpoint answers, and to whom (RFC 9700 §4.4, §4.7, §4.11, §4.12). */
export const responseAttacks: readonly Attack[] = [
  {
    id: 'error-before-proof',
    from: ['RFC 9700 §4.11.2', 'field.md 2.3 4', 'law 4'],
    tries:
      'asks for an error (unknown client, wrong response type, wrong scope) to be sent to a redirect URI that nobody registered',
    safe: 'an error page',
    async run(stage) {
      const client = await stage.client()
      const redirect_uri = `https://${evilHost}/callback`
      const requests = [
        { client_id: 'attack-no-such-client', redirect_uri },
        { client_id: undefined, redirect_uri },
        { response_type: 'nonsense', redirect_uri },
        { response_type: undefined, redirect_uri },
        { scope: 'attack:no-such-scope', redirect_uri },
        { prompt: 'none', redirect_uri },
        { code_challenge: undefined, code_challenge_method: undefined, redirect_uri },
      ]
      const found: (string | undefined)[] = []
      for (const changes of requests) {
        const landings = await everywhere(stage, client, changes)
        found.push(...landings.map((landing) => leaves(landing, Object.keys(changes).join(' and '))))
      }
      return allOf(found, 'each was answered on a page')
    },
  },
  {
    id: 'error-before-sign-in',
    from: ['RFC 9700 §4.11.2 (the person is authenticated first)', 'AS-33'],
    tries:
      'has somebody who is not signed in bounced to the page of a client that anybody registered, by a request that is wrong on purpose',
    safe: 'a page, or the sign-in first',
    async run(stage) {
      const client = await stage.client()
      const found: (string | undefined)[] = []
      for (const changes of [
        { response_type: 'nonsense' },
        { code_challenge: undefined, code_challenge_method: undefined },
        { code_challenge_method: 'nonsense' },
        { request: 'nonsense' },
        { prompt: 'none login' },
      ]) {
        const { url } = await authorizationUrl(stage, client, changes)
        found.push(leaves(await stage.stranger().open(url), Object.keys(changes)[0] ?? ''))
      }
      return allOf(found, 'nobody who is not signed in was sent on')
    },
  },
  {
    id: 'sign-in-return',
    from: ['RFC 9700 §4.11', 'law 4'],
    tries: 'bends what the sign-in page returns to: each parameter of its URL that holds an address names another site',
    safe: 'the sign-in leads to no other site',
    async run(stage) {
      const { url } = await authorizationUrl(stage, await stage.client())
      const page = await stage.stranger().open(url)
      if (page.kind === 'left') return safe(`there is no page: ${told(page)}`)
      const asked = new URL(url).searchParams
      const bendable = [...new URL(page.url).searchParams].filter(
        ([name, value]) => !asked.has(name) && /^(\/|https?:|%2f)/i.test(value),
      )
      const found: (string | undefined)[] = []
      for (const [name] of bendable)
        for (const value of [`https://${evilHost}/`, `//${evilHost}/`, `/\\${evilHost}/`, `/\t/${evilHost}/`]) {
          const bent = new URL(page.url)
          bent.searchParams.set(name, value)
          const landing = await stage.stranger().walk(bent.href).catch(untried)
          if (landing !== undefined) found.push(leaves(landing, `${name}=${JSON.stringify(value)}`, evilHost))
        }
      return allOf(found, `${bendable.length} parameters of the sign-in page were bent, none led away`)
    },
  },
  {
    id: 'iss-of-code',
    from: ['RFC 9700 §4.4.2.1 (mix-up)', 'RFC 9207 §2', 'AS-35'],
    tries: 'mixes up authorization servers: looks whether the answer with a code says who it is from',
    safe: '`iss`, once, the issuer of the metadata byte for byte',
    async run(stage) {
      const { landing } = await codeFor(stage, await stage.client())
      return issued(stage, landing)
    },
  },
  {
    id: 'iss-of-error',
    from: ['RFC 9700 §4.4.2.1 (mix-up)', 'RFC 9207 §2', 'AS-35'],
    tries: 'mixes up authorization servers by an error: looks whether it says who it is from',
    safe: '`iss`, once, the issuer of the metadata byte for byte',
    async run(stage) {
      const client = await stage.client()
      const person = await stage.person()
      const { url } = await authorizationUrl(stage, client, { response_type: 'nonsense' })
      const landing = await person.walk(url)
      if (landing.kind === 'page') return safe(`errors of that kind go to no client: ${told(landing)}`)
      return issued(stage, landing)
    },
  },
  {
    id: 'state-echo',
    from: ['RFC 9700 §4.7', 'RFC 6749 §4.1.2', 'AS-41'],
    tries: 'sends a state with characters that are easily damaged, and compares what comes back',
    safe: 'the state, once, byte for byte',
    async run(stage) {
      const state = `A+b c%20D&e=f?g#h/i"j'k<l>é漢~`
      const { landing } = await codeFor(stage, await stage.client(), { changes: { state } })
      const echoed = answerIn(landing).getAll('state')
      if (echoed.length === 1 && echoed[0] === state) return safe('it comes back as it was')
      return vulnerable(`${JSON.stringify(state)} came back as ${JSON.stringify(echoed)}`)
    },
  },
  {
    id: 'answer-split',
    from: ['RFC 9700 §4.11', 'RFC 6749 §10.14'],
    tries: 'puts line breaks and parameters into state, to add headers and parameters to the redirect',
    safe: 'they stay within `state`',
    async run(stage) {
      const state = 'x\r\nset-cookie: attack=1\r\n\r\n&code=attack&iss=https://evil.attack.example'
      const { url } = await authorizationUrl(stage, await stage.client(), { state })
      const landing = await (await stage.person()).walk(url)
      const answer = answerIn(landing)
      const cookies = landing.answer.headers['set-cookie']?.some((line) => line.startsWith('attack='))
      return allOf(
        [
          cookies === true ? 'a header was added' : undefined,
          answer.getAll('code').length > 1 || answer.get('code') === 'attack' ? 'a code of ours was added' : undefined,
          answer.getAll('iss').some((iss) => iss.includes('evil')) ? 'another iss was added' : undefined,
        ],
        told(landing),
      )
    },
  },
  {
    id: 'redirect-status',
    from: ['RFC 9700 §4.12 (307 redirect)'],
    tries: 'looks whether the browser would post what the person typed to the client as well',
    safe: 'a 303 (or 302), never 307 or 308, and the code in no other place than the query',
    async run(stage) {
      const { landing } = await codeFor(stage, await stage.client())
      const { status } = landing.answer
      if (status === 307 || status === 308) return vulnerable(`the form is answered with ${status}`)
      return safe(`the form is answered with ${status}`)
    },
  },
  {
    id: 'answer-cached',
    from: ['RFC 9700 §4.3', 'RFC 6749 §5.1'],
    tries: 'looks whether the redirect that carries the code may be kept by a cache',
    safe: '`cache-control: no-store` or a status that nothing caches by itself',
    async run(stage) {
      const { landing } = await codeFor(stage, await stage.client())
      const control = landing.answer.headers['cache-control'] ?? ''
      if (/public|max-age=[1-9]/.test(control)) return vulnerable(`cache-control: ${control}`)
      return safe(control === '' ? `${landing.answer.status} without cache-control` : `cache-control: ${control}`)
    },
  },
  {
    id: 'implicit',
    from: ['RFC 9700 §2.1.2', 'RFC 9700 §4.1.2', 'law 13'],
    tries: 'asks for tokens in the redirect itself (response_type token, id_token token, code token)',
    safe: 'refused: no access token comes with the redirect',
    async run(stage) {
      const client = await stage.client()
      const person = await stage.person()
      const found: (string | undefined)[] = []
      for (const response_type of ['token', 'id_token token', 'code token', 'token code']) {
        const { url } = await authorizationUrl(stage, client, { response_type, nonce: 'attack' })
        const landing = await person.walk(url)
        found.push(answerIn(landing).has('access_token') ? `${response_type} is answered with a token` : undefined)
      }
      return allOf(found, 'none is answered with a token')
    },
  },
  {
    id: 'answer-by-message',
    from: ['RFC 9700 §4.17', 'RFC 9700 §2.6 (in-browser communication)'],
    tries:
      'asks for the answer by a message between windows (response_mode web_message and its kin), named another receiver too',
    safe: 'refused, or answered in another mode; where a page posts a message, it is for the origin of the redirect URI alone',
    async run(stage) {
      const client = await stage.client()
      const receiver = new URL(client.redirectUri).origin
      const person = await stage.person()
      const found: (string | undefined)[] = []
      for (const response_mode of ['web_message', 'okta_post_message', 'post_message', 'iframe']) {
        const changes = { response_mode, web_message_uri: `https://${evilHost}/`, origin: `https://${evilHost}` }
        const landing = await person.walk((await authorizationUrl(stage, client, changes)).url)
        if (landing.kind === 'left') {
          found.push(leaves(landing, response_mode, evilHost))
          continue
        }
        const receivers = [...landing.answer.text.matchAll(/postMessage\s*\([\s\S]*?,\s*["'`]([^"'`]*)["'`]\s*[,)]/g)]
        const wrong = receivers.find(([, to]) => to !== receiver)?.[1]
        found.push(wrong === undefined ? undefined : `${response_mode}: the page posts the answer to ${wrong}`)
      }
      return allOf(found, 'no page posts an answer to anybody else')
    },
  },
]

function leaves(landing: Landing, how: string, host?: string): string | undefined {
  if (landing.kind === 'page' || (host !== undefined && !leadsTo(host, landing.to))) return undefined
  return `${how}: the browser is sent to ${landing.to.split(/[?#]/)[0]}`
}

function issued(stage: Stage, landing: Landing) {
  const all = answerIn(landing).getAll('iss')
  const [iss] = all
  if (iss === undefined) return vulnerable('the answer has no iss')
  if (all.length > 1) return vulnerable('the answer has iss more than once')
  return iss === stage.target.issuer
    ? safe(`iss is ${iss}`)
    : vulnerable(`iss is ${iss}, the metadata says ${stage.target.issuer}`)
}

function leadsTo(host: string, to: string): boolean {
  return URL.canParse(to, 'https://attack.invalid') && new URL(to, 'https://attack.invalid').host === host
}

function untried(): undefined {
  return undefined
}
