/** Where all servers of the suite are, as far as they know: a place that nothing leads to, so that nothing of it can come from a request. */
export const host = 'mcp.example'
export const resource = `https://${host}/mcp`
export const wellKnown = '/.well-known/oauth-protected-resource'
export const metadataUrl = `https://${host}${wellKnown}/mcp`
/** What every request needs, and is told of. */
export const scope = 'notes:read'
