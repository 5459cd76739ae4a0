import { type AuthorizationServer, createAuthorizationServer } from '../authorization-server/authorization-server.ts'
import type { RequestInfo } from '../authorization-server/context.ts'
import type { AuthorizationServerKinds } from '../authorization-server/records.ts'
import { endGrantsOfClient, endGrantsOfSubject } from '../authorization-server/revocation/end-grant.ts'
import type { ServerSecret } from '../authorization-server/server-secrets.ts'
import { randomId } from '../authorization-server/tokens/base64url.ts'
import type { ResourceServerOptions } from '../resource-server/config.ts'
import { memoryStore } from '../stores/memory.ts'
import { resolveOptions, type TestAuthorizationServerOptions } from './config.ts'
import { answerWithFaults, signingKeyOf } from './failing.ts'
import { answerFaults, type Fault } from './faults.ts'
import { missingOffers, withoutOffers } from './offers.ts'
import { type Answer, answerPages } from './person.ts'
import { watchClients } from './seen-clients.ts'
import { serverOptions } from './server-options.ts'
import { registerClient, signIn, type TestClient, type TestSession } from './session.ts'

export interface SignInOptions {
  /** Who signs in and allows it. Default: `alice`. */
  subject?: string
  /** Default: none is asked for, and the default scope given. */
  scope?: readonly string[]
  /** Default: one that registers now. */
  client?: TestClient
  /** Default: the server's own. */
  resource?: string
  /** What is wrong with the tokens. Default: those of `faults` that are in tokens; none of it for `[]`. */
  faults?: readonly Fault[]
}

/** A real authorization server for tests: in memory, where anybody is signed in by name, and which fails on purpose. */
export interface TestAuthorizationServer
  extends Pick<AuthorizationServer, 'issuer' | 'fetch' | 'revocations' | 'endGrant'> {
  /** What a resource server under test is given beside its `resource`, so that it believes this one, without a network, and sees ends and new keys at once. */
  readonly trust: Pick<
    ResourceServerOptions,
    'authorizationServers' | 'fetch' | 'revocations' | 'revocationFreshness' | 'now'
  >

  /** The ways in which it fails now: add, delete, clear. */
  readonly faults: Set<Fault>

  /** A confidential client that gets tokens for itself, exchanges them and introspects; it has no redirect URI. */
  readonly machineClient: { clientId: string; clientSecret: string }

  /** What a resource server elsewhere shows, as a Bearer token, to read the revocation feed and to introspect. */
  readonly readerSecret: string

  /** A client registers (RFC 7591), whatever fails. `metadata`: what differs from a public client at `http://127.0.0.1/callback`. Throws `Error` with what was answered. */
  registerClient(metadata?: Record<string, unknown>): Promise<TestClient>

  /**
   * Somebody signs in to a client: the whole way, as clients go it, but past whatever fails there; only what is wrong with tokens is in them. What
   * the session does later meets all faults. Throws `Error` with what was answered.
   */
  signIn(options?: SignInOptions): Promise<TestSession>

  /** An access token, as `signIn` gets it. */
  accessToken(options?: SignInOptions): Promise<string>

  /**
   * Plays the person at an authorization URL that a client under test made. Resolves to the redirect with the code, for the client. At the
   * `verification_uri_complete` of a device, it says that the codes are the same. Throws `Error` with what the page says where there is nothing to decide.
   */
  answer(authorizationUrl: string | URL, answer?: Partial<Answer>): Promise<URL>

  /** Ends all that this person has allowed, or all that the client of this identifier has. Default: everything. Resolves to how many grants ended. */
  endGrants(whose?: string): Promise<number>

  /** Signs with a new key from now on; the old one stays published. */
  rotateKeys(): Promise<void>

  /** Moves the clock on by so many seconds, here and, by `trust`, at the resource server. */
  advance(seconds: number): void
}

/** Throws `TypeError` for an option that cannot stand. */
export function createTestAuthorizationServer(testOptions: TestAuthorizationServerOptions): TestAuthorizationServer {
  const resolved = resolveOptions(testOptions)
  const { resource, issuer, secret, onEvent, now: startedAt, wait } = resolved
  let ahead = 0
  const now = () => startedAt() + ahead
  const clients = new Set<string>()
  const store = watchClients(resolved.options.store ?? memoryStore<AuthorizationServerKinds>({ now }), (clientId) =>
    clients.add(clientId),
  )
  const faults = new Set<Fault>()
  const machineClient = { clientId: 'test-machine', clientSecret: secret }
  const options = { ...serverOptions(resolved, { now, machineClient }), store }
  let secrets: [ServerSecret, ...ServerSecret[]] = [newSecret()]
  const servers = new Map<string, AuthorizationServer>()
  serverWithout([]) // an option that cannot stand is told of now

  /** One for each set of offers, over one store. */
  function serverWithout(missing: readonly Fault[]): AuthorizationServer {
    const name = missing.join(' ')
    const server =
      servers.get(name) ?? createAuthorizationServer({ ...withoutOffers(options, missing), secrets: [...secrets] })
    servers.set(name, server)
    return server
  }

  function fetchWith(faults: ReadonlySet<Fault>, request: Request, info?: Partial<RequestInfo>): Promise<Response> {
    return answerWithFaults(request, {
      issuer,
      faults,
      answer: (request) => serverWithout(missingOffers(faults)).fetch(request, info),
      signingKey: () => signingKeyOf({ ...resolved.options, store, secrets, now }),
      now,
      wait,
    })
  }

  const fetch = (request: Request, info?: Partial<RequestInfo>) => fetchWith(faults, request, info)
  /** The way of what this does by itself: nothing fails there but what is asked for. */
  const past = (wanted: Iterable<Fault> = faults) => {
    const kept = new Set([...wanted].filter((fault) => answerFaults.includes(fault)))
    return { issuer, fetch: (request: Request) => fetchWith(kept, request) }
  }
  const revocations: AuthorizationServer['revocations'] = {
    async read(position) {
      if (faults.has('revocations_down')) throw new Error('The revocation feed is down on purpose')
      return serverWithout([]).revocations.read(position)
    },
  }
  const ending = { store, accessTokenLifetime: options.accessTokenLifetime ?? 600, now, onEvent }

  const server: TestAuthorizationServer = {
    issuer,
    fetch,
    faults,
    machineClient,
    readerSecret: secret,
    revocations,
    endGrant: (grantId, reason) => serverWithout([]).endGrant(grantId, reason),
    trust: {
      authorizationServers: [{ issuer, introspection: { credentials: { secret }, rememberFor: 0 } }],
      fetch,
      revocations,
      revocationFreshness: 0,
      now,
    },
    registerClient: (metadata = {}) => registerClient(metadata, past()),
    async signIn({ subject = 'alice', scope, client, resource: wanted = resource, faults: wrong } = {}) {
      const way = past(wrong)
      const by = client ?? (await registerClient({}, way))
      const request = { subject, decision: 'allow' as const, client: by, resource: wanted, scope }
      return signIn(request, way, { issuer, fetch })
    },
    accessToken: async (options) => (await server.signIn(options)).accessToken,
    answer: (url, { subject = 'alice', decision = 'allow' } = {}) =>
      answerPages(String(url), { subject, decision }, fetch),
    async endGrants(whose) {
      const reason = 'revoked_by_operator'
      let ended = whose === undefined ? 0 : await endGrantsOfSubject(whose, reason, ending)
      for (const clientId of clients)
        if (whose === undefined || whose === clientId) ended += await endGrantsOfClient(clientId, reason, ending)
      return ended
    },
    async rotateKeys() {
      secrets = [newSecret(), ...secrets]
      servers.clear()
      await serverWithout([]).ready()
    },
    advance(seconds) {
      ahead += seconds
    },
  }
  return server
}

function newSecret(): ServerSecret {
  return { id: randomId().slice(0, 16), secret: crypto.getRandomValues(new Uint8Array(32)) }
}
