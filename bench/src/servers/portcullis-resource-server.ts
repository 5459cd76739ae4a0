import { createServer } from 'node:http'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/node'
import { listen } from './listening.ts'
import { answerCall } from './mcp-answer.ts'
import { type ResourceSettings, readSettings } from './settings.ts'

/** Our resource server on `node:http`, with its defaults; the keys come from memory instead of over HTTP. */
const { issuer, resource, scope, jwks } = readSettings<ResourceSettings>()
const server = createResourceServer({
  resource,
  authorizationServers: [{ issuer, jwksUri: `${issuer}/jwks` }],
  scopes: [scope],
  fetch: async () => Response.json(jwks),
})
await server.ready()
listen(createServer(protect(server, answerCall, { scope: [scope] })))
