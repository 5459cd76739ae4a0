/** What both sides of each move have in common, and where it comes from. */
const { PORT = '3000', RESOURCE = `http://localhost:${PORT}/mcp`, ISSUER = 'http://127.0.0.1:7090' } = process.env

export const port = Number(PORT)
export const resource = RESOURCE
/** Who issues tokens, and at whose page people sign in. */
export const issuer = ISSUER
