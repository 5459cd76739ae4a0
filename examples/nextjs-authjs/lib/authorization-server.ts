import { createAuthorizationServer } from '@portcullis/auth/authorization-server'
import { createGuardedFetch } from '@portcullis/auth/node'
import { auth } from './auth.ts'
import { addresses, scopes } from './mcp/addresses.ts'
import { once } from './once.ts'
import { isActive } from './people.ts'
import { settings } from './settings.ts'
import { store } from './store.ts'

/** The authorization server, which has no users: it asks the application who is signed in, and keeps clients, grants and tokens. */
export const authorizationServer = once('authorization-server', () => {
  const { origin, oauthSecrets } = settings()
  return createAuthorizationServer({
    issuer: `${origin}/api/oauth`,
    // One server at two addresses: a token is stored with the one that it was asked for, and good at both.
    resources: [{ ...addresses(origin), name: 'Marginalia', scopes, defaultScopes: ['notes:read', 'notes:write'] }],
    store: store(),
    secrets: oauthSecrets,
    branding: { name: 'Marginalia', color: '#8a3324', logo: '/logo.svg' },
    clientDocuments: { fetch: createGuardedFetch() },
    interaction: {
      async signedIn() {
        const session = await auth()
        if (session === null) return undefined
        const { user, authTime, sessionId } = session
        const named = user.name == null ? {} : { displayName: user.name }
        return { subject: user.id, authTime, sessionId, ...named }
      },
      async signIn(_request, { returnTo, again, selectAccount }) {
        const { pathname, search } = new URL(returnTo)
        const isFresh = again || selectAccount === true
        const query = new URLSearchParams({ to: pathname + search, ...(isFresh && { again: '1' }) })
        return new Response(undefined, { status: 303, headers: { location: `/sign-in?${query}` } })
      },
      isActive,
    },
  })
})

/** A route handler of Next.js, for each path at which clients look for the authorization server. */
export async function oauth(request: Request): Promise<Response> {
  const { clientAddressHeader } = settings()
  // Next.js hands on what the last proxy wrote, and what anybody wrote before it: only the last entry is that proxy's own.
  const told = clientAddressHeader === undefined ? undefined : request.headers.get(clientAddressHeader)
  const clientAddress = told?.split(',').at(-1)?.trim()
  return authorizationServer().fetch(request, clientAddress === undefined ? {} : { clientAddress })
}
