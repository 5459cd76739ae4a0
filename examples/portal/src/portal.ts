import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DatabaseSync } from 'node:sqlite'
import type { ConnectionEvent } from '@portcullis/auth'
import {
  type AuthorizationServerKinds,
  html,
  type ServerSecret,
  type Store,
} from '@portcullis/auth/authorization-server'
import { createDevLinks, type DevLinkKinds, redactDevLink } from '@portcullis/auth/dev-links'
import { protect } from '@portcullis/auth/express'
import { createIdentityProviders, type IdentityProviderOptions } from '@portcullis/auth/identity-providers'
import { type GuardedMessage, nodeListener, sendResponse } from '@portcullis/auth/node'
import express, { type ErrorRequestHandler } from 'express'
import { applicationPages } from './applications.ts'
import { devLinkPages } from './dev-links.ts'
import { createFrame } from './frame.ts'
import { homePages } from './home.ts'
import { identitySignInPages } from './identity-sign-in.ts'
import { createMcpEndpoint } from './mcp.ts'
import { createOAuth } from './oauth.ts'
import { ownForm, ownHost } from './own-requests.ts'
import { createPortfolios, type Portfolios } from './portfolio.ts'
import { createSessions } from './sessions.ts'
import { signInPages } from './sign-in.ts'
import { toolScopes } from './tools.ts'
import { createUsers, type Users } from './users.ts'

export interface PortalOptions {
  origin: string
  /** The portal's own data. */
  database: DatabaseSync
  /** What belongs to OAuth. */
  store: Store<AuthorizationServerKinds & DevLinkKinds>
  secrets: readonly ServerSecret[]
  /** Default: none; people sign in with a password. */
  identityProviders?: readonly IdentityProviderOptions[]
  /** Default: false. Throws `TypeError` where the portal is not on this machine. */
  hasDevLinks?: boolean
  /** One line each. Default: nothing. */
  log?: (line: string) => void
  /** How identity providers are asked. Default: the global `fetch`. */
  fetch?: typeof fetch
  /** Seconds since the epoch. Default: the system clock. */
  now?: () => number
}

export interface Portal {
  listener: (req: IncomingMessage, res: ServerResponse) => void
  users: Users
  portfolios: Portfolios
  /** Resolves when tokens can be verified. */
  ready(): Promise<void>
}

/** The whole portal, behind one listener of `node:http`. */
export function createPortal(options: PortalOptions): Portal {
  const { origin, database, store, secrets, identityProviders = [], hasDevLinks = false } = options
  const { now = () => Math.floor(Date.now() / 1000) } = options
  const log = (line: string) => options.log?.(redactDevLink(line))
  const onEvent = (event: ConnectionEvent) => log(lineOf(event))
  const users = createUsers(database)
  const sessions = createSessions(database, { isSecure: origin.startsWith('https:'), now })
  const portfolios = createPortfolios(database)
  const { authorizationServer, resourceServer } = createOAuth({ origin, store, secrets, users, sessions, now, onEvent })
  const isActive = (subject: string) => users.find(subject) !== undefined
  const devLinks = hasDevLinks ? createDevLinks({ resource: resourceServer.resource, store, isActive, now }) : undefined
  const providers = createIdentityProviders({
    origin,
    identityProviders,
    secrets,
    now,
    ...(options.fetch !== undefined && { fetch: options.fetch }),
  })
  const frame = createFrame(origin)

  const app = express().disable('x-powered-by')
  const endpoint = createMcpEndpoint({ resourceServer, portfolios, users })
  app.use((req, res, next) => {
    res.once('close', () => log(`${req.method} ${req.originalUrl.replace(/\?.*/s, '')} ${res.statusCode}`))
    next()
  })
  // Before the guard, whose all is that is below /mcp.
  if (devLinks !== undefined)
    app.all('/mcp/dev/:secret', async (req, res) => {
      const caller = await devLinks.authenticate(req)
      if (caller === undefined || caller instanceof Response)
        return sendResponse(caller ?? Response.json({}, { status: 404 }), res)
      req.url = '/mcp' // nothing that stands behind needs the secret
      return endpoint(req, res, caller)
    })
  // Nothing of a browser's session is looked at here: a token is the only way in. See the README, "Two kinds of caller".
  app.use(protect(resourceServer, { tools: toolScopes }))
  app.all('/mcp', (req: GuardedMessage, res) => {
    if (req.auth === undefined) return void res.status(401).end()
    return endpoint(req, res, req.auth.extra.accessToken)
  })
  // What is not the portal's own is its authorization server's; that answers an address nobody has with 404 and JSON.
  const oauth = nodeListener(authorizationServer, { origin, onEvent })
  const pages = express.Router()
  pages.use(ownHost(origin), ownForm(origin))
  pages.use(
    signInPages({ origin, users, sessions, identityProviders: providers, frame, count: store.count.bind(store) }),
  )
  pages.use(identitySignInPages({ origin, users, sessions, identityProviders: providers, frame }))
  pages.use(homePages({ origin, sessions, portfolios, hasDevLinks, frame }))
  pages.use(applicationPages({ authorizationServer, sessions, frame }))
  if (devLinks !== undefined) pages.use(devLinkPages({ devLinks, sessions, frame }))
  const isPage = /^\/(?:$|sign-|account\/|holdings|connect|applications|dev-links)/
  app.use((req, res, next) => (isPage.test(req.path) ? pages(req, res, next) : next()))
  app.use((req, res) => oauth(req, res))
  const onError: ErrorRequestHandler = (error, _req, res, _next) => {
    log(`failure: ${error instanceof Error ? error.message : 'unknown'}`)
    if (res.headersSent) res.destroy()
    else
      void frame(res, {
        title: 'Something went wrong',
        status: 500,
        body: html`<h1>Something went wrong</h1><p>Try again.</p>`,
      })
  }
  app.use(onError)

  return { listener: app, users, portfolios, ready: () => resourceServer.ready() }
}

/** An event says nothing secret. */
function lineOf({ type, ...about }: ConnectionEvent): string {
  return `${type} ${JSON.stringify(about, (_key, value) => (value instanceof Error ? value.message : value))}`
}
