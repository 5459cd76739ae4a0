import { type Attack, allOf, CouldNotTry, vulnerable } from '../attack.ts'
import type { Landing } from '../browser.ts'
import type { Client } from '../client.ts'
import { everywhere } from '../everywhere.ts'
import { clientHost, evilHost, redirectUri, type Stage } from '../stage.ts'

/** Where the redirect URI of a request may lead (RFC 9700 §4.1). */
export const redirectUriAttacks: readonly Attack[] = [
  {
    id: 'redirect-unregistered',
    from: ['RFC 9700 §2.1', 'RFC 9700 §4.1.3', 'law 4'],
    tries: 'sends a person to authorize a known client with the redirect URI of another site',
    safe: 'an error page; the browser is sent nowhere',
    run: async (stage) =>
      refusesAll(stage, await stage.client(), [`https://${evilHost}/callback`, `http://${evilHost}/`]),
  },
  {
    id: 'redirect-variants',
    from: ['RFC 9700 §4.1.1', 'RFC 9700 §4.1.3', 'law 4'],
    tries:
      'bends a registered redirect URI: other path, traversal, sub-domain, userinfo, query, fragment, backslash, scheme, port',
    safe: 'none of them is redirected to',
    async run(stage) {
      const client = await webClient(stage)
      const uri = client.redirectUri
      const { host, origin, pathname } = new URL(uri)
      return refusesAll(stage, client, [
        `${uri}/../evil`,
        `${uri}/%2e%2e/evil`,
        `${uri}/..%2fevil`,
        `${uri}/`,
        `${uri}x`,
        `${uri}?x=1`,
        `${uri}#x`,
        `${uri}%00`,
        `${uri};x`,
        `${origin}/`,
        `${origin}/other`,
        `${origin}.${evilHost}${pathname}`,
        `https://${host}@${evilHost}${pathname}`,
        `https://${evilHost}\\@${host}${pathname}`,
        `https://${evilHost}/@${host}${pathname}`,
        `https://x.${host}${pathname}`,
        `https://user@${host}${pathname}`,
        `https://${host}:8443${pathname}`,
        `http://${host}${pathname}`,
        `//${host}${pathname}`,
      ])
    },
  },
  {
    id: 'redirect-exact',
    from: ['RFC 9700 §2.1 (exact string matching)', 'RFC 9700 §4.1.3', 'law 4'],
    tries:
      'spells a registered redirect URI otherwise: host in capitals, default port, percent-encoding, a dot at the end of the host, white space around it',
    safe: 'none of them is redirected to: URIs are compared as strings',
    async run(stage) {
      const client = await webClient(stage)
      const { host, pathname, protocol } = new URL(client.redirectUri)
      const encoded = `${pathname.slice(0, -1)}%${pathname.slice(-1).charCodeAt(0).toString(16)}`
      return refusesAll(stage, client, [
        `${protocol}//${host.toUpperCase()}${pathname}`,
        `${protocol.toUpperCase()}//${host}${pathname}`,
        ...(new URL(client.redirectUri).port === '' ? [`${protocol}//${host}:443${pathname}`] : []),
        `${protocol}//${host}${encoded}`,
        `${protocol}//${host}.${pathname}`,
        `${protocol}//${host}/.${pathname}`,
        ` ${client.redirectUri}`,
        `${client.redirectUri}\t`,
      ])
    },
  },
  {
    id: 'redirect-loopback',
    from: ['RFC 8252 §7.3', 'RFC 9700 §4.1.3', 'law 4'],
    tries: 'uses the free port of a loopback redirect URI for another path, another host, userinfo or https',
    safe: 'only the port is free',
    async run(stage) {
      const client = await stage.client('none', {
        redirect_uris: ['http://127.0.0.1/callback'],
        application_type: 'native',
      })
      return refusesAll(stage, client, [
        'http://127.0.0.1:4711/other',
        'http://127.0.0.1:4711/callback/../other',
        'http://127.0.0.1:4711/callback?x=1',
        `http://127.0.0.1:4711@${evilHost}/callback`,
        `http://127.0.0.1.${evilHost}/callback`,
        'https://127.0.0.1:4711/callback',
        'http://127.0.0.2:4711/callback',
        'http://localhost:4711/callback',
        'http://[::1]:4711/callback',
      ])
    },
  },
  {
    id: 'redirect-port-of-others',
    from: ['RFC 9700 §2.1', 'law 4'],
    tries: 'uses another port with a redirect URI that is not loopback',
    safe: 'the port is part of the URI',
    async run(stage) {
      const client = await webClient(stage)
      const { hostname, pathname } = new URL(client.redirectUri)
      return refusesAll(stage, client, [`https://${hostname}:4711${pathname}`, `https://${hostname}:444${pathname}`])
    },
  },
  {
    id: 'redirect-omitted',
    from: ['RFC 6749 §3.1.2.3', 'law 4'],
    tries: 'omits the redirect URI of a client that has registered several',
    safe: 'an error page: nobody can say which was meant',
    async run(stage) {
      const uris = [redirectUri, `https://${clientHost}/second`]
      const client = await stage.client('none', { redirect_uris: uris })
      return finding(await everywhere(stage, client, { redirect_uri: undefined }))
    },
  },
  {
    id: 'redirect-repeated',
    from: ['RFC 6749 §3.1', 'law 4'],
    tries: 'names two redirect URIs in one request, the registered one and its own, in both orders',
    safe: 'refused on a page, or the registered one alone counts',
    async run(stage) {
      const client = await stage.client()
      const evil = `https://${evilHost}/callback`
      const seen: (string | undefined)[] = []
      for (const pair of [
        [client.redirectUri, evil],
        [evil, client.redirectUri],
      ])
        seen.push(leftFor(evilHost, await everywhere(stage, client, { redirect_uri: pair })))
      return allOf(seen, 'no browser was sent to the other URI')
    },
  },
  {
    id: 'redirect-of-another-client',
    from: ['RFC 9700 §4.1', 'law 4'],
    tries: 'uses the redirect URI that another client has registered',
    safe: 'an error page: a redirect URI belongs to its client',
    async run(stage) {
      const other = await stage.client('none', { redirect_uris: [`https://${evilHost}/callback`] })
      return refusesAll(stage, await stage.client(), [other.redirectUri])
    },
  },
  {
    id: 'redirect-script-schemes',
    from: ['RFC 9700 §4.1', 'law 4', 'library-peers.md 18'],
    tries: 'registers redirect URIs that run script or read files: javascript:, data:, vbscript:, file:, blob:, about:',
    safe: 'the registration is refused, or answered without them',
    async run(stage) {
      const uris = [
        'javascript:alert(1)//',
        'JavaScript:alert(1)',
        'data:text/html,<script>1</script>',
        'vbscript:x',
        'file:///etc/passwd',
        'blob:https://x/1',
        'about:blank',
        'view-source:https://x/',
      ]
      return allOf(await registrations(stage, uris), 'none of them is registered')
    },
  },
  {
    id: 'redirect-insecure',
    from: ['RFC 9700 §2.6 (no unencrypted redirect URIs)', 'law 4'],
    tries: 'registers http redirect URIs of hosts that are not this machine',
    safe: 'refused or left out, save for loopback',
    async run(stage) {
      const uris = [`http://${clientHost}/callback`, 'http://127.0.0.1.example/callback', 'http://localhost.example/cb']
      return allOf(await registrations(stage, uris), 'none of them is registered')
    },
  },
  {
    id: 'redirect-fragment-registered',
    from: ['RFC 6749 §3.1.2', 'law 4'],
    tries: 'registers a redirect URI with a fragment',
    safe: 'refused or left out',
    run: async (stage) =>
      allOf(await registrations(stage, [`https://${clientHost}/callback#x`]), 'it is not registered'),
  },
  {
    id: 'redirect-wildcard',
    from: ['RFC 9700 §4.1.3', 'law 4'],
    tries: 'registers a redirect URI with a wildcard, and uses it for another host or path',
    safe: 'refused, left out, or a plain character',
    async run(stage) {
      const found: (string | undefined)[] = []
      for (const [registered, used] of [
        [`https://*.${evilHost}/callback`, `https://any.${evilHost}/callback`],
        [`https://${evilHost}/*`, `https://${evilHost}/any`],
      ] as const) {
        const { status, json } = await stage.register({ redirect_uris: [registered] })
        if (status > 201 || typeof json.client_id !== 'string') continue
        const client: Client = { clientId: json.client_id, redirectUri: registered, method: 'none', registered: json }
        const left = leftForAny(await everywhere(stage, client, { redirect_uri: used }))
        found.push(left ? `${registered} stands for ${used}` : undefined)
      }
      return allOf(found, 'no wildcard counts as one')
    },
  },
  {
    id: 'redirect-disguised',
    from: ['law 4'],
    tries: 'registers a redirect URI that begins like that of another host (a user name before the @)',
    safe: 'refused or left out',
    run: async (stage) =>
      allOf(await registrations(stage, [`https://${clientHost}@${evilHost}/callback`]), 'it is not registered'),
  },
  {
    id: 'redirect-mixed-registration',
    from: ['law 4', 'RFC 9700 §4.1'],
    tries: 'hides a javascript: URI behind harmless ones in one registration',
    safe: 'the registration is refused, or answered without it',
    async run(stage) {
      const { status, json } = await stage.register({ redirect_uris: [redirectUri, 'javascript:alert(1)//'] })
      const uris = Array.isArray(json.redirect_uris) ? json.redirect_uris : [redirectUri, 'javascript:alert(1)//']
      const isThere = status <= 201 && uris.some((uri) => `${uri}`.startsWith('javascript:'))
      return allOf([isThere ? 'javascript: is registered beside the others' : undefined], `answered ${status}`)
    },
  },
]

/** A client whose redirect URI is an https one without a query. Throws `CouldNotTry` where there is none. */
async function webClient(stage: Stage): Promise<Client> {
  const client = await stage.client()
  if (!/^https:\/\/[^?#]+\/[^/?#]+$/.test(client.redirectUri))
    throw new CouldNotTry('no means', `the redirect URI ${client.redirectUri} is no plain https one`)
  return client
}

async function refusesAll(stage: Stage, client: Client, uris: readonly string[]) {
  const found: (string | undefined)[] = []
  for (const uri of uris) {
    const landings = await everywhere(stage, client, { redirect_uri: uri })
    const reached = landings.find((landing) => landing.kind === 'left' && !isFor(client.redirectUri, landing.to))
    found.push(reached === undefined ? undefined : `${JSON.stringify(uri)} is redirected to${withCode(reached)}`)
  }
  return allOf(found, `${uris.length} URIs were not redirected to`)
}

const answerParameters = ['code', 'state', 'iss', 'session_state', 'error', 'error_description', 'error_uri']

/** Whether an answer went to that URI as it is, whatever was asked: who forgives white space and then uses what is registered harms nobody. */
function isFor(registered: string, to: string): boolean {
  const [uri] = to.split(/[?#]/)
  const { searchParams, hash } = new URL(to)
  return uri === registered && hash === '' && [...searchParams.keys()].every((name) => answerParameters.includes(name))
}

function finding(landings: readonly Landing[]) {
  const reached = landings.find(({ kind }) => kind === 'left')
  return reached === undefined || reached.kind === 'page'
    ? allOf([], 'refused on a page')
    : vulnerable(`the browser is sent to ${reached.to.split('?')[0]}`)
}

function leftFor(host: string, landings: readonly Landing[]): string | undefined {
  const reached = landings.find((landing) => landing.kind === 'left' && landing.to.includes(`//${host}`))
  return reached === undefined ? undefined : `the browser is sent to ${host}${withCode(reached)}`
}

function leftForAny(landings: readonly Landing[]): boolean {
  return landings.some(({ kind }) => kind === 'left')
}

function withCode(landing: Landing): string {
  return landing.kind === 'left' && /[?&#]code=/.test(landing.to) ? ', with a code' : ''
}

/** Which of the URIs can be registered, each alone. */
async function registrations(stage: Stage, uris: readonly string[]): Promise<readonly (string | undefined)[]> {
  const found: (string | undefined)[] = []
  for (const uri of uris) {
    const { status, json } = await stage.register({ redirect_uris: [uri] })
    const echoed = Array.isArray(json.redirect_uris) ? json.redirect_uris : [uri]
    found.push(status <= 201 && echoed.includes(uri) ? `${JSON.stringify(uri)} is registered` : undefined)
  }
  return found
}
