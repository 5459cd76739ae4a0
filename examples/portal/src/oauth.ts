import { type ConnectionEvent, createResourceServer, type ResourceServer } from '@portcullis/auth'
import {
  type AuthorizationServer,
  type AuthorizationServerKinds,
  createAuthorizationServer,
  type ServerSecret,
  type Store,
} from '@portcullis/auth/authorization-server'
import { branding } from './frame.ts'
import type { Sessions } from './sessions.ts'
import { scopes } from './tools.ts'
import type { Users } from './users.ts'

export interface OAuthOptions {
  origin: string
  store: Store<AuthorizationServerKinds>
  secrets: readonly ServerSecret[]
  users: Users
  sessions: Sessions
  now: () => number
  onEvent: (event: ConnectionEvent) => void
}

export interface OAuth {
  authorizationServer: AuthorizationServer
  resourceServer: ResourceServer
}

/** The authorization server and the MCP endpoint's guard, both at the portal's own origin. The portal's sign-in is that of the authorization server. */
export function createOAuth({ origin, store, secrets, users, sessions, now, onEvent }: OAuthOptions): OAuth {
  const resource = `${origin}/mcp`
  const authorizationServer = createAuthorizationServer({
    issuer: origin,
    resources: [{ resource, name: branding.name, scopes, defaultScopes }],
    store,
    secrets,
    branding,
    now,
    onEvent,
    interaction: {
      async signedIn(request) {
        const session = sessions.find(request.headers.get('cookie'))
        if (session === undefined) return undefined
        const { id: sessionId, user, signedInAt: authTime } = session
        return { subject: user.id, displayName: user.name, sessionId, authTime }
      },
      async signIn(_request, { returnTo, again, selectAccount = false, loginHint }) {
        const { pathname, search } = new URL(returnTo)
        const query = new URLSearchParams({ to: pathname + search })
        if (again || selectAccount) query.set('again', '1')
        if (loginHint !== undefined) query.set('name', loginHint)
        return new Response(undefined, { status: 303, headers: { location: `/sign-in?${query}` } })
      },
      isActive: async (subject) => users.find(subject) !== undefined,
    },
  })
  const resourceServer = createResourceServer({
    resource,
    name: branding.name,
    authorizationServers: [{ issuer: origin, jwks: authorizationServer.jwks }],
    revocations: authorizationServer.revocations,
    scopes: defaultScopes,
    now,
    onEvent,
  })
  return { authorizationServer, resourceServer }
}

/** What a client gets at first. Changing the portfolio is asked for when a tool needs it. */
const defaultScopes = ['portfolio:read', 'tools:invoke']
