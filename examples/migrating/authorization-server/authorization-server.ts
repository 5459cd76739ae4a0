import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  createAuthorizationServer,
  type SignedIn,
} from '@portcullis/auth/authorization-server'
import { createIdentityProviders } from '@portcullis/auth/identity-providers'
import { createGuardedFetch, incomingMessage, nodeListener, webRequest } from '@portcullis/auth/node'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'
import { type Request, Router } from 'express'
import session from 'express-session'

declare module 'express-session' {
  interface SessionData {
    person: SignedIn
  }
}

const { OAUTH_SECRET = '', SESSION_SECRET = '', OIDC_CLIENT_ID = '', OIDC_CLIENT_SECRET = '' } = process.env

type Options = Pick<AuthorizationServerOptions, 'issuer' | 'clients' | 'revocationReaders'> & {
  /** Where it is; the identity provider has `<origin>/account/callback/corp` as a redirect URI. */
  origin: string
  resource: string
  /** At whose page people sign in, as before. */
  identityProvider: string
}

/** The authorization server of one MCP server, and the pages by which people sign in at their identity provider. */
export function createLogin({ origin, resource, identityProvider, ...options }: Options): {
  authorizationServer: AuthorizationServer
  router: Router
} {
  const secrets = [{ id: 'k1', secret: new Uint8Array(Buffer.from(OAUTH_SECRET, 'base64url')) }]
  const corp = { id: 'corp', preset: 'oidc', issuer: identityProvider } as const
  const identityProviders = createIdentityProviders({
    origin,
    secrets,
    identityProviders: [{ ...corp, clientId: OIDC_CLIENT_ID, clientSecret: OIDC_CLIENT_SECRET }],
  })

  const authorizationServer = createAuthorizationServer({
    resources: [{ resource, name: 'Notes', scopes: { 'notes:read': 'Read your notes' } }],
    store: sqliteStore({ path: process.env.OAUTH_DATABASE ?? 'oauth.db' }),
    secrets,
    clientDocuments: { fetch: createGuardedFetch() },
    ...options,
    interaction: {
      signedIn: async (request) => (incomingMessage(request) as Request).session.person, // Express gave it to the listener below
      async signIn(request, { returnTo, again }) {
        const began = await identityProviders.begin('corp', { request, returnTo, again })
        if (began.kind !== 'redirect') return new Response('Sign-in is not available now', { status: 503 })
        const headers = new Headers({ location: began.location })
        for (const cookie of began.setCookies) headers.append('set-cookie', cookie)
        return new Response(null, { status: 303, headers })
      },
    },
  })

  const router = Router()
  const secure = origin.startsWith('https:')
  router.use(
    session({
      secret: SESSION_SECRET,
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', secure },
    }),
  )
  router.get('/account/callback/corp', async (req, res) => {
    const request = webRequest(req, origin)
    if (request === undefined) return void res.sendStatus(400)
    const completed = await identityProviders.complete('corp', request)
    res.setHeader('set-cookie', [...completed.setCookies])
    if (completed.kind !== 'signed_in') return void res.status(403).send(completed.detail)
    const { identity, returnTo } = completed
    await new Promise((resolve) => req.session.regenerate(resolve)) // no session that somebody else may know
    const authTime = identity.isAuthTimeProved ? identity.authTime : 0
    req.session.person = { subject: `${identity.issuer} ${identity.subject}`, authTime, sessionId: req.session.id }
    res.redirect(303, returnTo)
  })
  const oauth = nodeListener(authorizationServer, { origin })
  router.use((req, res) => oauth(req, res))
  return { authorizationServer, router }
}
