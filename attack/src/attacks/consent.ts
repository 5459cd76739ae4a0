import { type Attack, allOf, safe, vulnerable } from '../attack.ts'
import { answerIn, type Browser, type Page } from '../browser.ts'
import { consentPage } from '../consent-page.ts'
import { authorizationUrl, challengeOf, tokenRequest, tokensIn, told } from '../grant.ts'
import { unescapeHtml } from '../html.ts'
import { clientHost, evilHost } from '../stage.ts'

/** The consent that a person gives: asked for, for what was shown, and in the session that it was shown in (RFC 9700 §4.7, law 3). */
export const consentAttacks: readonly Attack[] = [
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
    from: ['law 3'],
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
      const visible = visibleText(page)
      const shown = protocol === 'https:' || protocol === 'http:' ? host : client.redirectUri
      return visible.includes(shown) ? safe(`the page names ${shown}`) : vulnerable(`the page does not name ${shown}`)
    },
  },
  {
    id: 'consent-hides-scheme',
    from: ['law 4 (private-use schemes are shown whole)', 'RFC 8252 §8.6', 'AS-19'],
    tries:
      'has the code sent to a private-use scheme that any program may claim, and looks whether the person could see it',
    safe: 'the page shows the URI, or such a URI cannot be registered',
    async run(stage) {
      const uri = 'com.attack.example:/callback'
      const answer = await stage.register({ redirect_uris: [uri], application_type: 'native' })
      if (answer.status > 201) return safe(`it cannot be registered: ${answer.status}`)
      const client = await stage.client('none', { redirect_uris: [uri], application_type: 'native' })
      const { page } = await consentPage(stage, { client })
      return visibleText(page).includes(uri) ? safe('the page shows it') : vulnerable(`the page does not show ${uri}`)
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
      if (bare.length === 0 && sameSite(person))
        return safe('the origin does not count, but no other site can send the cookies (SameSite)')
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
]

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

function visibleText({ answer }: Page): string {
  return unescapeHtml(answer.text.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, '').replace(/<[^>]*>/g, ' '))
}
