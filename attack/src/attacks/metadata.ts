import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { tokenRequest } from '../grant.ts'
import { guarded, probe } from '../probe.ts'
import type { Stage } from '../stage.ts'
import { endpointOf, listOf } from '../target.ts'

/** What the server says of itself, and whether it is so (RFC 9700 §2.1.1, §2.6, §4.4; law 13). */
export const metadataAttacks: readonly Attack[] = [
  {
    id: 'issuer-other',
    from: ['RFC 9700 §4.4', 'RFC 8414 §3.3', 'AS-05', 'law 13'],
    tries: 'mixes up servers: compares the issuer of the metadata with where it was found',
    safe: 'the issuer is the URL that the metadata belongs to',
    async run(stage) {
      const { issuer, metadataUrl } = stage.target
      const { origin, pathname } = new URL(metadataUrl)
      const own = new URL(issuer)
      const path = own.pathname.replace(/\/$/, '')
      const fits = own.origin === origin && (path === '' || pathname.includes(path))
      return fits && own.search === '' && own.hash === ''
        ? safe(`issuer is ${issuer}`)
        : vulnerable(`issuer is ${issuer}, found at ${metadataUrl}`)
    },
  },
  {
    id: 'clear-text',
    from: ['RFC 9700 §2.6', 'AS-07', 'law 1'],
    tries: 'reads along: looks whether any endpoint of the metadata is http',
    safe: 'https, save for loopback',
    async run(stage) {
      const clear = Object.entries(stage.target.metadata).filter(
        ([, value]) =>
          typeof value === 'string' &&
          value.startsWith('http://') &&
          !/^http:\/\/(localhost|127\.|\[::1\])/.test(value),
      )
      return allOf(
        clear.map(([name]) => `${name} is http`),
        'no endpoint is http outside of this machine',
      )
    },
  },
  {
    id: 'metadata-pkce',
    from: ['RFC 9700 §2.1.1', 'AS-06', 'law 13'],
    tries: 'has clients leave PKCE out: looks whether the metadata says that S256 is there and plain is not',
    safe: 'code_challenge_methods_supported is ["S256"]',
    async run(stage) {
      const methods = listOf(stage.target, 'code_challenge_methods_supported')
      if (methods === undefined) return vulnerable('code_challenge_methods_supported is not there')
      return allOf(
        [
          methods.includes('S256') ? undefined : 'S256 is not advertised',
          methods.some((method) => method.toLowerCase() === 'plain') ? 'plain is advertised' : undefined,
        ],
        `advertised are ${methods.join(', ')}`,
      )
    },
  },
  {
    id: 'metadata-weak',
    from: ['RFC 9700 §2.1.2', 'RFC 9700 §2.4', 'RFC 8725 §3.1', 'law 9', 'law 13'],
    tries:
      'reads the metadata for what should not be offered: response types with tokens, the password grant, the algorithm none',
    safe: 'none of them',
    async run(stage) {
      const lists: [string, (value: string) => boolean][] = [
        ['response_types_supported', (value) => value.split(' ').includes('token')],
        ['grant_types_supported', (value) => value === 'password'],
        ['token_endpoint_auth_signing_alg_values_supported', (value) => value === 'none'],
        ['id_token_signing_alg_values_supported', (value) => value === 'none'],
        ['request_object_signing_alg_values_supported', (value) => value === 'none'],
      ]
      const found = lists.flatMap(([name, isBad]) =>
        (listOf(stage.target, name) ?? []).filter(isBad).map((value) => `${name} has ${value}`),
      )
      return allOf(found, 'none of them is offered')
    },
  },
  {
    id: 'metadata-endpoints',
    from: ['law 13', 'field.md 5.3 11'],
    tries: 'asks each endpoint that the metadata names, to find one that is not there',
    safe: 'each answers, none with 404 or 5xx',
    async run(stage) {
      const found: (string | undefined)[] = []
      const names = Object.keys(stage.target.metadata).filter(
        (name) => name.endsWith('_endpoint') || name === 'jwks_uri',
      )
      for (const name of names) {
        const url = endpointOf(stage.target, name)
        if (url === undefined) continue
        const isRead =
          name === 'jwks_uri' ||
          name === 'authorization_endpoint' ||
          name === 'userinfo_endpoint' ||
          name === 'end_session_endpoint'
        const { status } = await stage.send(
          isRead ? { url } : { method: 'POST', url, body: new URLSearchParams({ a: 'b' }) },
        )
        found.push(status === 404 || status === 405 || status >= 500 ? `${name} answers ${status}` : undefined)
      }
      return allOf(found, `${names.length} endpoints are there`)
    },
  },
  {
    id: 'metadata-grants',
    from: ['law 13'],
    tries: 'asks the token endpoint for each grant type that is advertised, and for those that are not',
    safe: 'what is advertised is known there, what is not is refused',
    async run(stage) {
      const advertised = listOf(stage.target, 'grant_types_supported') ?? ['authorization_code', 'implicit']
      const client = await stage.client()
      const all = ['authorization_code', 'refresh_token', 'client_credentials', ...Object.values(urns)]
      const found: (string | undefined)[] = []
      for (const grant_type of new Set([...all, ...advertised.filter((name) => name !== 'implicit')])) {
        const { json } = await tokenRequest(stage, client, { grant_type })
        const isKnown = json.error !== 'unsupported_grant_type'
        if (advertised.includes(grant_type) && !isKnown) found.push(`${grant_type} is advertised and unknown`)
        if (
          !advertised.includes(grant_type) &&
          isKnown &&
          json.error !== 'unauthorized_client' &&
          json.error !== 'invalid_client'
        )
          found.push(`${grant_type} is not advertised and known (${json.error ?? 'no error'})`)
      }
      return allOf(found, `${advertised.length} grant types are as advertised`)
    },
  },
  {
    id: 'metadata-authentication',
    from: ['law 13', 'RFC 8414 §2'],
    tries:
      'registers a client with each advertised way of authentication that needs nothing from elsewhere, and has it used',
    safe: 'each can be had as it is advertised',
    async run(stage) {
      stage.endpoint('registration_endpoint')
      const advertised = listOf(stage.target, 'token_endpoint_auth_methods_supported') ?? ['client_secret_basic']
      const found: (string | undefined)[] = []
      for (const method of ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const) {
        if (!advertised.includes(method)) continue
        const client = await stage.client(method, {}).catch((error: Error) => error)
        if (client instanceof Error) {
          found.push(`${method} is advertised, but ${client.message}`)
          continue
        }
        const { json } = await tokenRequest(stage, client, { grant_type: 'refresh_token', refresh_token: 'attack' })
        found.push(json.error === 'invalid_client' ? `${method} is advertised and refused` : undefined)
      }
      return allOf(found, `advertised are ${advertised.join(', ')}`)
    },
  },
  {
    id: 'metadata-iss',
    from: ['RFC 9207 §3', 'AS-36', 'law 13', 'RFC 9700 §4.4.2.1'],
    tries: 'has clients overlook a mix-up: looks whether they are told that `iss` will be there',
    safe: 'authorization_response_iss_parameter_supported is true',
    async run(stage) {
      const said = stage.target.metadata.authorization_response_iss_parameter_supported
      return said === true ? safe('it is true') : vulnerable(`it is ${JSON.stringify(said)}`)
    },
  },
  {
    id: 'resource-other',
    from: ['field.md 2.3 7', 'law 2', 'RFC 9728 §3.3', 'AS-05'],
    tries: 'has clients ask for tokens of another resource: follows the challenge of the resource to its metadata',
    safe: 'its `resource` is the URL that was typed, and it names the issuer of this metadata, both byte for byte',
    async run(stage) {
      const { issuer, resource } = stage.target
      const metadata = await resourceMetadata(stage)
      const servers = metadata.authorization_servers
      return allOf(
        [
          metadata.resource === resource ? undefined : `the metadata of ${resource} is about ${metadata.resource}`,
          Array.isArray(servers) && servers.includes(issuer) ? undefined : `it names ${servers}, and not ${issuer}`,
        ],
        `it is about ${resource}, and names ${issuer}`,
      )
    },
  },
]

/** What the resource's challenge leads to (RFC 9728 §5.1). Throws `CouldNotTry` where it leads nowhere. */
async function resourceMetadata(stage: Stage): Promise<Readonly<Record<string, unknown>>> {
  const { resource } = stage.target
  if (resource === undefined || (await guarded(stage)) !== resource)
    throw new CouldNotTry('not offered', 'no resource was named that answers 401 without a token')
  const { headers } = await stage.send(probe(stage, resource))
  const [, url] = /resource_metadata="([^"]+)"/.exec(String(headers['www-authenticate'] ?? '')) ?? []
  if (url === undefined) throw new CouldNotTry('not offered', 'its challenge names no metadata')
  return (await stage.send({ url })).json
}

const urns = {
  device: 'urn:ietf:params:oauth:grant-type:device_code',
  exchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
  assertion: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
}
