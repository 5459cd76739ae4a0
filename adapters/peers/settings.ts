/** Where a server is, and who issues its tokens; each says it in the words of the library that it is made with. */
const { PORT = '3000', RESOURCE = `http://localhost:${PORT}/mcp`, ISSUER = 'http://127.0.0.1:7090' } = process.env

export const port = Number(PORT)
export const resource = RESOURCE
export const issuer = ISSUER
export const scope = 'notes:read'
