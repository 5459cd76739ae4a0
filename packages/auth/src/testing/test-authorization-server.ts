import { type AuthorizationServer, createAuthorizationServer } from '../authorization-server/authorization-server.ts'
import type { ServerSecret } from '../authorization-server/config.ts'
import type { RequestInfo } from '../authorization-server/context.ts'
import type { AuthorizationServerKinds } from '../authorization-server/records.ts'
import { endGrantsOfSubject } from '../authorization-server/revocation/end-grant.ts'
import { randomId } from '../authorization-server/tokens/base64url.ts'
import type { ResourceServerOptions } from '../resource-server/config.ts'
import { memoryStore } from '../stores/memory.ts'
import { resolveOptions, type TestAuthorizationServerOptions } from './config.ts'
import { answerWithFaults, signingKeyOf } from './failing.ts'
import type { Fault } from './faults.ts'
import { type Answer, answerPages, personOf } from './person.ts'
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
}

/** A real authorization server for tests: in memory, where anybody is signed in by name, and which fails on purpose. */
export interface TestAuthorizationServer
  extends Pick<AuthorizationServer, 'issuer' | 'fetch' | 'revocations' | 'endGrant'> {
  /** What a resource server under test is given beside its `resource`, so that it believes this one, without a network. */
  readonly trust: Pick<ResourceServerOptions, 'authorizationServers' | 'fetch' | 'revocations' | 'now'>

  /** The ways in which it fails now: add, delete, clear. */
  readonly faults: Set<Fault>

  /** A client registers (RFC 7591). `metadata`: what differs from a public client at `http://127.0.0.1/callback`. Throws `Error` with what was answered. */
  registerClient(metadata?: Record<string, unknown>): Promise<TestClient>

  /** Somebody signs in to a client: the whole way, as clients go it. Throws `Error` with what was answered. */
  signIn(options?: SignInOptions): Promise<TestSession>

  /** An access token, as `signIn` gets it. */
  accessToken(options?: SignInOptions): Promise<string>

  /**
   * Plays the person at an authorization URL that a client under test made. Resolves to the redirect with the code, for the client. Throws `Error`
   * with what the page says where there is nothing to decide.
   */
  answer(authorizationUrl: string | URL, answer?: Partial<Answer>): Promise<URL>

  /** Ends all that a person has allowed. Default: `alice`. Resolves to how many grants ended. */
  endGrants(subject?: string): Promise<number>

  /** Signs with a new key from now on; the old one stays published. */
  rotateKeys(): Promise<void>

  /** Moves the clock on by so many seconds, here and, by `trust`, at the resource server. */
  advance(seconds: number): void
}

/** Throws `TypeError` for an option that cannot stand. */
export function createTestAuthorizationServer(testOptions: TestAuthorizationServerOptions): TestAuthorizationServer {
  const {
    resource,
    scopes,
    issuer,
    signIn: askWho,
    options,
    onEvent,
    now: startedAt,
    wait,
  } = resolveOptions(testOptions)
  let ahead = 0
  const now = () => startedAt() + ahead
  const store = options.store ?? memoryStore<AuthorizationServerKinds>({ now })
  const faults = new Set<Fault>()
  let secrets: [ServerSecret, ...ServerSecret[]] = [newSecret()]
  let current = create()

  function create(): AuthorizationServer {
    return createAuthorizationServer({
      issuer,
      resources: [{ resource, scopes }],
      interaction: {
        async signedIn(request) {
          const subject = personOf(request)
          return subject === undefined
            ? undefined
            : { subject, displayName: subject, authTime: now(), sessionId: `session of ${subject}` }
        },
        signIn: askWho,
      },
      registrationLimit: 1e9,
      consentLifetime: 0, // the person of a test is asked each time, so that each time can be answered in another way
      onEvent,
      now,
      ...options,
      store,
      secrets,
    })
  }

  async function fetch(request: Request, info?: Partial<RequestInfo>): Promise<Response> {
    return answerWithFaults(request, {
      issuer,
      faults,
      answer: (request) => current.fetch(request, info),
      signingKey: () => signingKeyOf({ ...options, store, secrets, now }),
      now,
      wait,
    })
  }

  const reached = { issuer, fetch }

  const server: TestAuthorizationServer = {
    issuer,
    fetch,
    faults,
    revocations: { read: (position) => current.revocations.read(position) },
    endGrant: (grantId, reason) => current.endGrant(grantId, reason),
    trust: {
      authorizationServers: [issuer],
      fetch,
      revocations: { read: (position) => current.revocations.read(position) },
      now,
    },
    registerClient: (metadata = {}) => registerClient(metadata, reached),
    async signIn({ subject = 'alice', scope, client, resource: wanted = resource } = {}) {
      const by = client ?? (await registerClient({}, reached))
      return signIn({ subject, decision: 'allow', client: by, resource: wanted, scope }, reached)
    },
    accessToken: async (options) => (await server.signIn(options)).accessToken,
    answer: (url, { subject = 'alice', decision = 'allow' } = {}) =>
      answerPages(String(url), { subject, decision }, fetch),
    endGrants: (subject = 'alice') =>
      endGrantsOfSubject(subject, 'revoked_by_operator', {
        store,
        accessTokenLifetime: options.accessTokenLifetime ?? 600,
        now,
        onEvent,
      }),
    async rotateKeys() {
      secrets = [newSecret(), ...secrets]
      current = create()
      await current.ready()
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
