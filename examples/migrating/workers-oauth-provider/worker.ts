import { createMcpHandler } from '@modelcontextprotocol/server'
import { createResourceServer, remoteRevocations } from '@portcullis/auth'
import { protect } from '@portcullis/auth/fetch'
import { createNotes } from '../notes.ts'

const { RESOURCE = '', ISSUER = '', REVOCATIONS_SECRET = '' } = process.env

const server = createResourceServer({
  resource: RESOURCE,
  authorizationServers: [ISSUER],
  scopes: ['notes:read'],
  revocations: remoteRevocations({ url: `${ISSUER}/revocations`, secret: REVOCATIONS_SECRET }),
})

const fetch = protect(server, createMcpHandler(createNotes).fetch, { scope: ['notes:read'] })
export default { fetch: (request: Request) => fetch(request) }
