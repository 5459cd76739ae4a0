import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { authorizationUrl } from '../grant.ts'
import { evilHost, type Stage } from '../stage.ts'
import { endpointOf } from '../target.ts'

/** Under which names the server answers, to which origins, and what stands open (RFC 9700 §2.6, §4.13; law 1). */
export const serverAttacks: readonly Attack[] = [
  {
    id: 'host-in-metadata',
    from: ['RFC 9700 §4.4', 'RFC 9700 §4.13', 'field.md 2.3 3', 'law 1'],
    tries:
      'asks for the metadata under another Host, and with X-Forwarded-Host, X-Forwarded-Proto, Forwarded and X-Original-Host',
    safe: 'the metadata stays as it is, or the request is refused',
    async run(stage) {
      const found: (string | undefined)[] = []
      for (const [name, headers] of hostile) {
        const { text } = await stage.send({ url: stage.target.metadataUrl, headers })
        const isChanged = text.includes(evilHost) || (name === 'x-forwarded-proto' && changed(stage, text))
        found.push(isChanged ? `${name} changes the metadata` : undefined)
      }
      return allOf(found, 'none changes it')
    },
  },
  {
    id: 'host-in-redirect',
    from: ['RFC 9700 §4.13', 'field.md 2.3 3', 'law 1'],
    tries:
      'sends an authorization request under another Host and with forwarding headers, and looks where the sign-in is',
    safe: 'refused, or at the server itself',
    async run(stage) {
      const { url } = await authorizationUrl(stage, await stage.client())
      const found: (string | undefined)[] = []
      for (const [name, headers] of hostile) {
        const { headers: answer, text } = await stage.send({ url, headers: { accept: 'text/html', ...headers } })
        const leads = (answer.location ?? '').includes(evilHost) || text.includes(evilHost)
        found.push(leads ? `${name} leads to the other host` : undefined)
      }
      return allOf(found, 'none leads elsewhere')
    },
  },
  {
    id: 'dns-rebinding',
    from: ['law 1 (Host is checked)', 'field.md 2.3 3'],
    tries:
      'reaches a server on this machine under the name of a site of the attacker, as a page could whose name was bound anew',
    safe: 'refused (4xx), or a page elsewhere learns nothing it may use',
    async run(stage) {
      const headers = { host: evilHost, origin: `http://${evilHost}` }
      const { url } = await authorizationUrl(stage, await stage.client())
      const { status } = await stage.send({ url, headers: { ...headers, accept: 'text/html' } })
      if (stage.target.isLoopback && status < 400)
        return vulnerable(`the authorization endpoint answers ${status} to any Host`)
      return safe(`answered ${status}${stage.target.isLoopback ? '' : '; the server is not on this machine'}`)
    },
  },
  {
    id: 'pages-at-another-name',
    from: ['law 15', 'law 1'],
    tries:
      'has somebody sign in at another name of this machine than that of the issuer, where cookies are of another site',
    safe: 'refused, or sent to the one origin where the pages are',
    async run(stage) {
      const { issuer, isLoopback } = stage.target
      if (!isLoopback)
        throw new CouldNotTry('not offered', 'the server is not on this machine, whose names alone are known')
      const { hostname, port } = new URL(issuer)
      const { url } = await authorizationUrl(stage, await stage.client())
      const signIn = await stage.stranger().open(url)
      const urls = [url, ...(signIn.kind === 'page' ? [signIn.url] : [])]
      const found: (string | undefined)[] = []
      for (const name of ['localhost', '127.0.0.1', '[::1]'].filter((each) => each !== hostname))
        for (const each of urls) found.push(await pageAt(stage, each, port === '' ? name : `${name}:${port}`))
      return allOf(found, 'no page is at another name')
    },
  },
  {
    id: 'cors-authorize',
    from: ['RFC 9700 §2.6 (MUST NOT support CORS at the authorization endpoint)'],
    tries: 'reads the authorization endpoint from a page of another site',
    safe: 'no access-control-allow-origin',
    async run(stage) {
      const { url } = await authorizationUrl(stage, await stage.client())
      const headers = { origin: `https://${evilHost}`, 'access-control-request-method': 'GET' }
      const answers = [await stage.send({ url, headers }), await stage.send({ method: 'OPTIONS', url, headers })]
      const allowed = answers.map(({ headers: answer }) => answer['access-control-allow-origin'])
      const found = allowed.map((value) => (value === undefined ? undefined : `access-control-allow-origin: ${value}`))
      return allOf(found, 'other sites may not read it')
    },
  },
  {
    id: 'cors-with-credentials',
    from: ['RFC 9700 §2.6', 'law 1 (any origin, without cookies)'],
    tries: 'reads tokens, registrations and metadata from a page of another site with the cookies of the person',
    safe: 'no access-control-allow-credentials for it',
    async run(stage) {
      const found: (string | undefined)[] = []
      const headers = { origin: `https://${evilHost}` }
      const urls = new Map([['metadata', stage.target.metadataUrl]])
      for (const name of [
        'token_endpoint',
        'registration_endpoint',
        'revocation_endpoint',
        'jwks_uri',
        'userinfo_endpoint',
        'introspection_endpoint',
      ]) {
        const url = endpointOf(stage.target, name)
        if (url !== undefined) urls.set(name, url)
      }
      for (const [name, url] of urls)
        for (const method of ['GET', 'OPTIONS', 'POST']) {
          const preflight = {
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization',
          }
          const { headers: answer } = await stage.send({
            method,
            url,
            headers: { ...headers, ...(method === 'OPTIONS' && preflight) },
          })
          if (answer['access-control-allow-credentials'] === 'true')
            found.push(`${name} (${method}) with credentials for ${answer['access-control-allow-origin']}`)
        }
      return allOf(found, 'none is open with credentials')
    },
  },
  {
    id: 'stores-open',
    from: ['field.md 2.3 10', 'law 11'],
    tries: 'looks for lists of clients, grants and keys at the paths where such things stand open',
    safe: 'nothing there without authentication',
    async run(stage) {
      const { origin } = new URL(stage.target.issuer)
      await stage.client().catch(() => undefined) // a list without a client would tell nothing
      const registration = endpointOf(stage.target, 'registration_endpoint')
      const paths = [
        '/clients',
        '/api/clients',
        '/oauth/clients',
        '/api/oauth/clients',
        '/admin/clients',
        '/grants',
        '/tokens',
        '/api/tokens',
        '/sessions',
        '/internal/oauth/clients',
        '/revocations',
        '/debug',
        '/metrics',
        '/.env',
      ]
      const urls = [...paths.map((path) => `${origin}${path}`), ...(registration === undefined ? [] : [registration])]
      const found: (string | undefined)[] = []
      for (const url of urls) {
        const { status, text } = await stage.send({ url, headers: { accept: 'application/json' } })
        const tells =
          status === 200 &&
          /client_id|client_secret|refresh_token|"grants?"|PASSWORD|SECRET/.test(text) &&
          !/<html/i.test(text)
        found.push(tells ? `${new URL(url).pathname} is open` : undefined)
      }
      return allOf(found, `${urls.length} paths tell nothing`)
    },
  },
]

/** The page that is shown at that host, where redirects that stay there are followed; `undefined` where there is none. */
async function pageAt(stage: Stage, first: string, host: string): Promise<string | undefined> {
  let url = first
  for (let step = 0; step < 5; step++) {
    const { status, headers } = await stage.send({ url, headers: { host, accept: 'text/html' } })
    if (status < 300) return `a page is shown at ${host}${new URL(url).pathname}`
    const to = headers.location
    if (status >= 400 || to === undefined) return undefined
    const next = new URL(to, `http://${host}`)
    if (next.host !== host) return undefined
    url = `${new URL(first).origin}${next.pathname}${next.search}`
  }
  return undefined
}

const hostile: readonly [string, Readonly<Record<string, string>>][] = [
  ['host', { host: evilHost }],
  ['x-forwarded-host', { 'x-forwarded-host': evilHost }],
  ['x-forwarded-proto', { 'x-forwarded-proto': 'gopher', 'x-forwarded-host': evilHost, 'x-forwarded-port': '1' }],
  ['forwarded', { forwarded: `host=${evilHost};proto=http` }],
  ['x-original-host', { 'x-original-host': evilHost, 'x-host': evilHost, 'x-forwarded-server': evilHost }],
  ['x-forwarded-prefix', { 'x-forwarded-prefix': `//${evilHost}` }],
]

function changed({ target }: Stage, text: string): boolean {
  try {
    return JSON.parse(text).issuer !== target.issuer
  } catch {
    return false // it is no metadata
  }
}
