import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/next'
import { createMcpHandler } from 'mcp-handler'
import { registerNotes } from '../notes.ts'
import { issuer, resource } from '../settings.ts'

const server = createResourceServer({ resource, authorizationServers: [issuer], scopes: ['notes:read'] })
const mcp = createMcpHandler(registerNotes, { serverInfo: { name: 'notes', version: '1.0.0' } })

/** app/mcp/route.ts */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = protect(server, mcp, { scope: ['notes:read'] })

/** app/.well-known/oauth-protected-resource/[[...path]]/route.ts has the same seven: `export { GET, … } from '../../../mcp/route'`. */
