import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Configuration } from 'oidc-provider'
import { createKeptRecords } from './oidc-provider-records.ts'

/** `oidc-provider` as an identity provider on loopback, with its own development pages: whoever it knows signs in by name, with any password. */
export interface OidcProvider {
  issuer: string
  client: { clientId: string; clientSecret: string }
  /** Who there is, and what is said of them in claims. Whoever is taken away is unknown at once, to refresh tokens too. */
  people: Map<string, PersonClaims>
  /** Every token that it gave, by what it is. */
  given: readonly { kind: string; token: string }[]
  /** Lets answers go to this address, too. */
  addRedirectUri(uri: string): void
  /** Signs with a new key from now on; the old one is no longer published unless it is kept. */
  rotateKeys(options?: { keepsOld: boolean }): void
  /** Stops answering, connections that are open included; what it knows stays. */
  stop(): Promise<void>
  /** Answers again, at the same address. */
  start(): Promise<void>
}

export interface PersonClaims {
  name?: string
  preferred_username?: string
  email?: string
  email_verified?: boolean
  groups?: readonly string[]
}

export interface OidcProviderOptions {
  /** Default: none yet. */
  redirectUris?: readonly string[]
  people: Readonly<Record<string, PersonClaims>>
  /** Whether a refresh token comes without being asked for. Default: with `offline_access` and consent alone (OpenID Connect Core §11). */
  alwaysRefreshes?: boolean
}

export async function startOidcProvider({
  redirectUris = [],
  people,
  alwaysRefreshes = false,
}: OidcProviderOptions): Promise<OidcProvider> {
  const given: { kind: string; token: string }[] = []
  const known = new Map(Object.entries(people))
  const uris = [...redirectUris]
  const records = createKeptRecords()
  const client = { clientId: 'portcullis', clientSecret: randomBytes(24).toString('base64url') }
  let answer: ReturnType<Provider['callback']> | undefined
  let keys = [newKey()]
  let server = await listen(0, (...exchange) => answer?.(...exchange))
  const address = server.address() as AddressInfo // a TCP server has no other kind of address
  const issuer = `http://127.0.0.1:${address.port}`

  function provide(): void {
    const configuration = configurationOf({ redirectUris: uris, client, keys, known, alwaysRefreshes })
    const provider = new Provider(issuer, { ...configuration, adapter: records })
    provider.on('grant.success', ({ body }) => {
      for (const [kind, token] of Object.entries(body ?? {}))
        if (/^(access|refresh|id)_token$/.test(kind)) given.push({ kind, token: String(token) })
    })
    answer = provider.callback()
  }

  provide()
  return {
    issuer,
    client,
    people: known,
    given,
    addRedirectUri(uri) {
      uris.push(uri)
      provide()
    },
    rotateKeys({ keepsOld } = { keepsOld: false }) {
      keys = [newKey(), ...(keepsOld ? keys : [])]
      provide()
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
    async start() {
      server = await listen(address.port, (...exchange) => answer?.(...exchange))
    },
  }
}

interface ConfigurationContext {
  redirectUris: readonly string[]
  client: OidcProvider['client']
  keys: readonly JsonWebKey[]
  known: ReadonlyMap<string, PersonClaims>
  alwaysRefreshes: boolean
}

function configurationOf({ redirectUris, client, keys, known, alwaysRefreshes }: ConfigurationContext): Configuration {
  return {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [...redirectUris],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    jwks: { keys: keys.map((key) => ({ ...key })) as NonNullable<Configuration['jwks']>['keys'] }, // the types want `kty` narrowed
    cookies: { keys: ['of-no-worth'] },
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    scopes: ['openid', 'offline_access', 'profile', 'email', 'groups'],
    pkce: { required: () => true },
    ...(alwaysRefreshes && { issueRefreshToken: async () => true }),
    async findAccount(_context, accountId) {
      const claims = known.get(accountId)
      return claims === undefined ? undefined : { accountId, claims: async () => ({ sub: accountId, ...claims }) }
    },
  }
}

function newKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    ...privateKey.export({ format: 'jwk' }),
    kid: randomBytes(6).toString('hex'),
    use: 'sig',
    alg: 'RS256',
  } as JsonWebKey
}

async function listen(port: number, answer: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return server
}
