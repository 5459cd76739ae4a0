import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/express'
import express from 'express'
import { createLogin } from '../authorization-server/authorization-server.ts'
import { clientsBefore } from '../authorization-server/clients-before.ts'
import { handleMcp } from '../notes-sdk-1.ts'
import { issuer as identityProvider, port, resource } from '../settings.ts'

const { origin } = new URL(resource)
// Letter by letter as `mcpAuthRouter` had it, which writes `new URL(…).href`: clients remember it.
const { OWN_ISSUER = `${origin}/` } = process.env
const { authorizationServer, router } = createLogin({
  issuer: OWN_ISSUER,
  origin,
  resource,
  identityProvider,
  clients: clientsBefore(),
})

const server = createResourceServer({
  resource,
  authorizationServers: [{ issuer: OWN_ISSUER, jwks: authorizationServer.jwks }],
  scopes: ['notes:read'],
  revocations: authorizationServer.revocations,
})

const app = express()
app.use(protect(server, { scope: ['notes:read'] }))
app.post('/mcp', express.json(), handleMcp)
app.use(router) // last: what is nobody else's is the authorization server's
app.listen(port)
