import { remoteRevocations } from '@portcullis/auth'

/** What the examples have in common, and where it comes from. */
const { PORT = '3000', RESOURCE = `http://localhost:${PORT}/mcp`, ISSUER = 'http://127.0.0.1:7090' } = process.env
const { REVOCATIONS_SECRET: secret } = process.env

export const port = Number(PORT)

/** The resource server of each: its URL, who issues its tokens, what everybody needs, and, where it may read that, which sign-ins have ended. */
export const settings = {
  resource: RESOURCE,
  authorizationServers: [ISSUER],
  scopes: ['notes:read'],
  ...(secret !== undefined && { revocations: remoteRevocations({ url: `${ISSUER}/revocations`, secret }) }),
}

/** What is upheld: the scope of every request, and what single tools and prompts need beyond. Lists show what the token may. */
export const rules = {
  scope: ['notes:read'],
  tools: { 'delete-notes': { scopes: ['notes:delete'] } },
  prompts: { 'secret-plan': { roles: ['admin'] } },
  hideUngranted: true,
}
