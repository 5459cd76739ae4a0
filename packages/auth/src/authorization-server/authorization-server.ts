import type { JSONWebKeySet } from '../jwt/key-set.ts'
import type { GrantEnd } from '../protocol/events.ts'
import { OAuthError } from '../protocol/oauth-error.ts'
import type { RequestRefusal } from '../protocol/refusals.ts'
import { requestRefused } from '../protocol/request-refused.ts'
import { createClientKeys } from './clients/client-keys.ts'
import { createClients } from './clients/clients.ts'
import { tellOfUnknownClients } from './clients/named-clients.ts'
import { createUnusedClientPlaces } from './clients/unused-clients.ts'
import { type AuthorizationServerOptions, resolveOptions } from './config.ts'
import { type Consent, listConsents, revokeConsents } from './consents/consents.ts'
import type { RequestInfo, ServerContext } from './context.ts'
import { offeredGrantTypes } from './grants/grant-types.ts'
import { createIssuerKeys } from './grants/identity-assertion/issuers.ts'
import { type GrantSummary, listGrants } from './grants/list-grants.ts'
import { createHosts } from './hosts.ts'
import { inFormFor } from './interaction/for-person.ts'
import { createSigningKeys } from './keys/signing-keys.ts'
import { createLimits } from './limits.ts'
import { fetchOf, type PlainRequest, type PlainResponse } from './plain-http.ts'
import { errorResponse, methodNotAllowed, notFound, preflightResponse } from './responses.ts'
import { endGrant } from './revocation/end-grant.ts'
import { type FeedAnswer, readFeed } from './revocation/feed.ts'
import { createRoutes } from './routes.ts'
import type { Page } from './store.ts'
import { randomId } from './tokens/base64url.ts'
import { createDerivedKeys } from './tokens/derived-keys.ts'

/** An authorization server for MCP (OAuth 2.1; RFC 8414, 7591, 7636, 8707, 9068, 9207, 7009; OpenID Connect Core and Discovery 1.0; by option RFC 9126 and 8628). */
export interface AuthorizationServer {
  readonly issuer: string

  /**
   * Answers a request to any of its endpoints; 404 for every other path. `clientAddress` is what limits count by. `requestId` is the host's own
   * name for the request, which error pages show. Default: a random one.
   */
  fetch(request: Request, info?: Partial<RequestInfo>): Promise<Response>

  /** Loads the signing keys, or makes them at first start. Await it before reporting ready. Rejects where they cannot be had, with `MissingSecretError` where their secret is missing. */
  ready(): Promise<void>

  /** The keys that `/jwks` publishes (RFC 7517 §5), for a resource server in the same process. Rejects where they cannot be had. */
  jwks(): Promise<JSONWebKeySet>

  /** The revocation feed, for a resource server in the same process (law 14). */
  readonly revocations: { read(position: string | undefined): Promise<FeedAnswer> }

  /** What persons allowed, so that they are not asked again (P-02). */
  readonly consents: {
    /** What is remembered of one person, the newest first. */
    list(subject: string): Promise<Consent[]>
    /** Forgets what a person allowed a client, or every client where none is named, and ends the grants that came of it. Resolves to how many of each there were. */
    revoke(
      what: { subject: string; clientId?: string },
      reason: GrantEnd,
    ): Promise<{ consents: number; grants: number }>
  }

  /** Who has access, remembered consent or not: what a page of connections shows. `endGrant` ends one of them, `consents.revoke` all of a client or a person. */
  readonly grants: {
    /** Those of one person, or of one client; all, or so many after a grant id. Codes that nobody has redeemed yet are left out. */
    list(of: { subject: string } | { clientId: string }, page?: Page): Promise<GrantSummary[]>
  }

  /** Ends a grant: nothing more is issued under it, and resource servers learn of it. Resolves to whether there was one. */
  endGrant(grantId: string, reason: GrantEnd): Promise<boolean>
}

/** Throws `TypeError` for an option that cannot stand. */
export function createAuthorizationServer(authorizationServerOptions: AuthorizationServerOptions): AuthorizationServer {
  const options = resolveOptions(authorizationServerOptions)
  const { issuer, store, accessTokenLifetime, now, onEvent } = options
  const staticClients = [...(authorizationServerOptions.clients ?? [])]
  const derivedKeys = createDerivedKeys(options.secrets)
  const signingKeys = createSigningKeys(options, derivedKeys)
  const context: ServerContext = {
    options,
    clients: createClients(options),
    clientKeys: createClientKeys(options),
    issuerKeys: createIssuerKeys(options),
    derivedKeys,
    signingKey: signingKeys.current,
    publishedKeys: signingKeys.published,
    signingAlgorithms: signingKeys.algorithms,
    grantTypes: offeredGrantTypes(options),
    limits: createLimits(options),
    unusedClientPlaces: createUnusedClientPlaces(options),
    grantEnds: { store, accessTokenLifetime, now, onEvent },
  }
  const hosts = createHosts(issuer, options.allowedHosts)
  const routes = createRoutes(context, hosts)

  function answer(request: PlainRequest, info: RequestInfo) {
    const { method, pathname } = request
    const asked = hosts.asked(request)
    if (!hosts.includes(asked)) {
      const { requestId } = info
      onEvent({ type: 'host_rejected', host: asked.slice(0, 300), requestId })
      const description = 'This server does not answer at that host'
      const refusal = errorResponse(new OAuthError('access_denied', description))
      return inFormFor(request, refusal, { description, requestId }, context)
    }
    const route = routes.get(pathname)
    const refuse = (reason: RequestRefusal, response: PlainResponse, detail: string) => {
      const { requestId } = info
      onEvent({ ...requestRefused({ method, path: pathname }, { status: response.status, reason, detail }), requestId })
      return inFormFor(request, response, { description: detail, requestId }, context)
    }
    if (route === undefined) return refuse('not_found', notFound(), 'Nothing is served at this path')
    const { methods, isOpen } = route
    const allowed = [...methods, ...(isOpen ? ['OPTIONS'] : [])].join(', ')
    if (method === 'OPTIONS' && isOpen) return preflightResponse(request, allowed)
    if (!methods.includes(method))
      return refuse('method_not_allowed', methodNotAllowed(allowed, { isOpen }), `This endpoint takes ${allowed}`)
    return route.answer(request, info)
  }

  async function handle(request: PlainRequest, given: Partial<RequestInfo> = {}) {
    const info = new Asked(given)
    try {
      return await answer(request, info)
    } catch (cause) {
      const { requestId } = info
      const operation = `${request.method} ${request.pathname}`
      onEvent({ type: 'failure', operation, cause, requestId })
      const description = 'Something is not working on our side'
      const refusal = errorResponse(new OAuthError('server_error', description, { cause }))
      return inFormFor(request, refusal, { description, requestId }, context)
    }
  }

  return {
    issuer,
    jwks: signingKeys.published,
    revocations: { read: (position) => readFeed(options, position) },
    consents: {
      list: (subject) => listConsents(subject, options),
      revoke: (what, reason) => revokeConsents(what, reason, context.grantEnds),
    },
    grants: {
      list: (of, page) => listGrants(of, { store, clients: staticClients, knownClients: options.knownClients }, page),
    },
    endGrant: (grantId, reason) => endGrant(grantId, reason, context.grantEnds),

    async ready() {
      await signingKeys.current()
      await tellOfUnknownClients(options)
    },

    fetch: fetchOf(handle),
  }
}

/** Who asks, and an id that is made where somebody is told of the request: most are told to nobody. */
class Asked implements RequestInfo {
  readonly clientAddress: string
  #requestId: string | undefined

  constructor({ clientAddress = 'unknown', requestId }: Partial<RequestInfo>) {
    this.clientAddress = clientAddress
    this.#requestId = requestId
  }

  get requestId(): string {
    this.#requestId ??= randomId().slice(0, 8)
    return this.#requestId
  }
}
