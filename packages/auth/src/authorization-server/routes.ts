import { originOf, pathOf } from '../protocol/resource.ts'
import type { RequestInfo, ServerContext } from './context.ts'
import { authorizeEndpoint } from './endpoints/authorize.ts'
import { deviceEndpoint } from './endpoints/device.ts'
import { deviceAuthorizationEndpoint } from './endpoints/device-authorization.ts'
import { introspectEndpoint, isIntrospectionOffered } from './endpoints/introspect.ts'
import { metadataDocuments } from './endpoints/metadata.ts'
import { pushEndpoint } from './endpoints/push.ts'
import { registerEndpoint } from './endpoints/register.ts'
import { revocationsEndpoint } from './endpoints/revocations.ts'
import { revokeEndpoint } from './endpoints/revoke.ts'
import { tokenEndpoint } from './endpoints/token.ts'
import { userinfoEndpoint } from './endpoints/userinfo.ts'
import type { Hosts } from './hosts.ts'
import type { PlainRequest, PlainResponse } from './plain-http.ts'
import { documentResponse, methodNotAllowed, redirectResponse } from './responses.ts'

type RouteAnswer = PlainResponse | Response

export interface Route {
  /** What it takes; whatever else is 405. */
  methods: readonly string[]
  /** Whether scripts of other origins have business here, and so a preflight is answered. */
  isOpen: boolean
  answer: (request: PlainRequest, info: RequestInfo) => Promise<RouteAnswer> | RouteAnswer
}

/** Every path, at the issuer and, for clients that look there, at the root of its origin (laws 13 and 15). */
export function createRoutes(context: ServerContext, hosts: Hosts): ReadonlyMap<string, Route> {
  const { issuer, onEvent, revocationReaders, pushedRequests, deviceAuthorization: device } = context.options
  const { authorizationServer, openidConfiguration } = metadataDocuments(context.options)
  const base = pathOf(issuer).replace(/\/$/, '')
  const origin = originOf(issuer)

  const metadata = (document: () => string | Promise<string>): Route => {
    let made: { text: string; response: PlainResponse } | undefined
    return {
      methods: ['GET', 'HEAD'],
      isOpen: true,
      async answer({ method }) {
        onEvent({ type: 'metadata_served', document: 'authorization_server' })
        const text = await document()
        if (method !== 'GET') return documentResponse(text, method, 300)
        if (made?.text !== text) made = { text, response: documentResponse(text, method, 300) }
        return made.response
      },
    }
  }
  const oauth = metadata(() => authorizationServer)
  // Discovery is answered without the store too; what is configured is then the best that is known.
  const openid = metadata(async () =>
    openidConfiguration(await context.signingAlgorithms().catch(() => [context.options.signingKeys.algorithm])),
  )
  const jwks: Route = {
    methods: ['GET', 'HEAD'],
    isOpen: true,
    async answer(request) {
      onEvent({ type: 'metadata_served', document: 'jwks' })
      // Kept by no cache: a token of a new key is what sends verifiers here, and they must find that key.
      return documentResponse(JSON.stringify(await context.publishedKeys()), request.method, 0)
    },
  }
  // Cookies are for one host and pages for one address: at every other of ours the browser is sent there before anything is looked at.
  const elsewhere = (path: string): Route => ({
    methods: ['GET'],
    isOpen: false,
    answer: (request) =>
      request.method === 'GET'
        ? redirectResponse(`${origin}${base}${path}${new URL(request.url).search}`, 302)
        : methodNotAllowed('GET', { isOpen: false }),
  })
  const pageAt = (path: string, endpoint: typeof authorizeEndpoint): Route => ({
    methods: ['GET', 'POST'],
    isOpen: false,
    answer: (request, info) =>
      hosts.isIssuer(hosts.asked(request))
        ? endpoint(request.toWeb(), context, info)
        : elsewhere(path).answer(request, info),
  })
  const authorize = pageAt('/authorize', authorizeEndpoint)
  const posted = (endpoint: typeof tokenEndpoint): Route => ({
    methods: ['POST'],
    isOpen: true,
    answer: (request, { clientAddress }) => endpoint(request, context, clientAddress),
  })
  const token = posted(tokenEndpoint)
  const register = posted(registerEndpoint)
  const revoke = posted(revokeEndpoint)

  const userinfo: Route = {
    methods: ['GET', 'POST'],
    isOpen: true,
    answer: (request) => userinfoEndpoint(request, context),
  }

  const atRoot: [string, Route][] = [
    ['/.well-known/oauth-authorization-server', oauth],
    ['/.well-known/openid-configuration', openid],
    ['/authorize', base === '' ? authorize : elsewhere('/authorize')],
    ['/token', token],
    ['/register', register],
    ['/revoke', revoke],
  ]
  const atIssuer: [string, Route][] = [
    [`/.well-known/oauth-authorization-server${base}`, oauth],
    [`/.well-known/openid-configuration${base}`, openid],
    [`${base}/.well-known/openid-configuration`, openid],
    [`${base}/.well-known/oauth-authorization-server`, oauth],
    [`${base}/authorize`, authorize],
    [`${base}/token`, token],
    [`${base}/register`, register],
    [`${base}/revoke`, revoke],
    [`${base}/jwks`, jwks],
    [`${base}/userinfo`, userinfo],
  ]
  const push: [string, Route][] =
    pushedRequests === undefined
      ? []
      : [
          [
            `${base}/par`,
            {
              methods: ['POST'],
              isOpen: true,
              answer: (request, { clientAddress }) => pushEndpoint(request, context, { clientAddress, pushedRequests }),
            },
          ],
        ]
  const devices: [string, Route][] =
    device === undefined
      ? []
      : [
          [`${base}/device`, pageAt('/device', deviceEndpoint)],
          [
            `${base}/device_authorization`,
            {
              methods: ['POST'],
              isOpen: true,
              answer: (request, { clientAddress }) =>
                deviceAuthorizationEndpoint(request, context, { clientAddress, device }),
            },
          ],
        ]
  const feed: [string, Route][] =
    revocationReaders.length === 0
      ? []
      : [
          [
            `${base}/revocations`,
            { methods: ['GET'], isOpen: false, answer: (request) => revocationsEndpoint(request, context) },
          ],
        ]
  // Resource servers alone have business here, and no script of a page is one.
  const introspection: [string, Route][] = isIntrospectionOffered(context.options)
    ? [
        [
          `${base}/introspect`,
          {
            methods: ['POST'],
            isOpen: false,
            answer: (request, { clientAddress }) => introspectEndpoint(request, context, clientAddress),
          },
        ],
      ]
    : []
  return new Map([...atRoot, ...atIssuer, ...push, ...devices, ...feed, ...introspection])
}
