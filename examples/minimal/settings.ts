/** What the examples have in common, and where it comes from. */
const { PORT = '3000', RESOURCE = `http://localhost:${PORT}/mcp`, ISSUER = 'http://localhost:9000' } = process.env

export const port = Number(PORT)

/** The resource server of each: its URL, who issues the tokens, and what everybody needs. */
export const settings = { resource: RESOURCE, authorizationServers: [ISSUER], scopes: ['notes:read'] }

/** What single tools need beyond that. */
export const tools = { 'delete-notes': { scopes: ['notes:delete'] } }
