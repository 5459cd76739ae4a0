import { createServer } from 'node:http'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/node'
import { listen } from './listening.ts'
import { handleMcp } from './mcp-sdk.ts'
import { type ResourceSettings, readSettings } from './settings.ts'

/** The MCP server of `upstream-sdk.ts` with our resource server before it. */
const { issuer, resource, scope, jwks } = readSettings<ResourceSettings>()
const server = createResourceServer({
  resource,
  authorizationServers: [{ issuer, jwksUri: `${issuer}/jwks` }],
  scopes: [scope],
  fetch: async () => Response.json(jwks),
})
await server.ready()
// What comes third from `protect` is the access token; the SDK's handler would take it for the body.
listen(createServer(protect(server, (req, res) => handleMcp(req, res), { scope: [scope] })))
