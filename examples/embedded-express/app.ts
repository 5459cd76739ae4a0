import type { ConnectionEvent } from '@portcullis/auth'
import { createResourceServer } from '@portcullis/auth'
import {
  type AuthorizationServerKinds,
  createAuthorizationServer,
  formatHtml,
  html,
  type ServerSecret,
  type SignedIn,
  type Store,
} from '@portcullis/auth/authorization-server'
import { incomingMessage, nodeListener, protect } from '@portcullis/auth/node'
import express, { type Express, type Request } from 'express'
import session from 'express-session'

declare module 'express-session' {
  interface SessionData {
    user: { id: string; name: string; team: string; signedInAt: number }
  }
}

export interface AppOptions {
  origin: string
  store: Store<AuthorizationServerKinds>
  secrets: readonly ServerSecret[]
  sessionSecret: string
  /** The application's own users. */
  users: readonly { id: string; name: string; password: string; team: string }[]
  onEvent?: (event: ConnectionEvent) => void
}

/** An application with users and a sign-in of its own, which lets MCP clients in. */
export function createApp({ origin, store, secrets, sessionSecret, users, onEvent = () => {} }: AppOptions): Express {
  const issuer = `${origin}/oauth`
  const resource = `${origin}/mcp`

  const authorizationServer = createAuthorizationServer({
    issuer,
    resources: [{ resource, name: 'Acme', scopes: { read: 'See your projects', write: 'Change your projects' } }],
    store,
    secrets,
    branding: { name: 'Acme', color: '#7a1fa2', support: 'mailto:help@acme.example' },
    interaction: {
      // Who is signed in? The application's own session says so.
      async signedIn(request): Promise<SignedIn | undefined> {
        const { session } = incomingMessage(request) as Request // Express gave it to the listener below
        const { user } = session
        if (user === undefined) return undefined
        return { subject: user.id, authTime: user.signedInAt, sessionId: session.id, displayName: user.name }
      },
      async signIn(_request, { returnTo, again }) {
        const { pathname, search } = new URL(returnTo)
        const query = new URLSearchParams({ to: pathname + search, ...(again && { again: '1' }) })
        return new Response(undefined, { status: 303, headers: { location: `/login?${query}` } })
      },
      isActive: async (subject) => users.some(({ id }) => id === subject),
      // May this client have this?
      decide: ({ signedIn, scope }) =>
        scope.includes('write') && users.find(({ id }) => id === signedIn.subject)?.team === 'guests'
          ? { kind: 'deny', reason: 'Guests cannot let applications change projects' }
          : { kind: 'allow' },
    },
    claims: ({ subject }) => ({ team: users.find(({ id }) => id === subject)?.team }),
    onEvent,
  })
  const resourceServer = createResourceServer({
    resource,
    authorizationServers: [{ issuer, jwks: authorizationServer.jwks }],
    scopes: ['read'],
    revocations: authorizationServer.revocations,
    onEvent,
  })

  const app = express()
  app.use(
    session({
      secret: sessionSecret,
      resave: false,
      saveUninitialized: false,
      // Lax: the cookie must come with the browser that a client sends here.
      cookie: { httpOnly: true, sameSite: 'lax', secure: origin.startsWith('https:') },
    }),
  )

  // The MCP server, behind its access tokens; the library answers everybody who has none.
  const mcp = protect(resourceServer, (_req, res, { subject, scope, extraClaims }) => {
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ subject, scope: [...scope], team: extraClaims.team }))
  })
  const oauth = nodeListener(authorizationServer, { origin })
  app.use((req, res, next) => {
    if (req.path === '/mcp' || req.path.startsWith('/.well-known/oauth-protected-resource')) return mcp(req, res)
    if (/^\/(oauth|\.well-known)\//.test(req.path)) return oauth(req, res)
    next()
  })

  // The application's own sign-in. Nothing in it knows of OAuth, save that it goes back to where it was asked from.
  app.get('/login', (req, res) => {
    const to = ownPath(req.query.to, origin)
    const page = html`<!doctype html><title>Sign in</title><form method="post">
<input type="hidden" name="to" value="${to}"><input name="name"><input name="password" type="password"><button>Sign in</button></form>`
    res.set('content-security-policy', "frame-ancestors 'none'").type('html').send(formatHtml(page))
  })
  app.post('/login', ownForm(origin), express.urlencoded(), (req, res, next) => {
    const user = users.find(({ name, password }) => name === req.body.name && password === req.body.password)
    if (user === undefined) {
      res.status(401).send('Wrong name or password')
      return
    }
    // A session that somebody else may know must not become that of this person.
    req.session.regenerate((error) => {
      if (error) return next(error)
      const { id, name, team } = user
      req.session.user = { id, name, team, signedInAt: Math.floor(Date.now() / 1000) }
      res.redirect(303, ownPath(req.body.to, origin))
    })
  })

  // Who has access, who gets it again without a question, and how people take both back.
  app.get('/settings/applications', async (req, res) => {
    const { user } = req.session
    if (user === undefined) {
      res.redirect('/login?to=/settings/applications')
      return
    }
    const connected = await authorizationServer.grants.list({ subject: user.id })
    const remembered = await authorizationServer.consents.list(user.id)
    res.json({ connected, remembered })
  })
  app.post('/settings/applications/revoke', ownForm(origin), express.urlencoded(), async (req, res) => {
    const { user } = req.session
    if (user === undefined) {
      res.sendStatus(401)
      return
    }
    const { client: clientId } = req.body
    await authorizationServer.consents.revoke(
      { subject: user.id, clientId: String(clientId) },
      'revoked_by_resource_owner',
    )
    res.redirect(303, '/settings/applications')
  })
  return app
}

/** A path of ours, or the front page: a link to sign in must not lead elsewhere afterwards. */
function ownPath(to: unknown, origin: string): string {
  if (typeof to !== 'string' || !to.startsWith('/') || !URL.canParse(to, origin)) return '/'
  const url = new URL(to, origin)
  // "/.//evil.example" is a path here, and "//evil.example", which is left of it, another host to the browser.
  return url.origin === origin && !url.pathname.startsWith('//') ? url.pathname + url.search : '/'
}

/** Refuses a form that a page of another site sends. */
function ownForm(origin: string): express.RequestHandler {
  return (req, res, next) => (req.headers.origin === origin ? next() : res.sendStatus(403))
}
