import { createServer } from 'node:http'
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js'
import express from 'express'
import Provider from 'oidc-provider'
import { greet } from '../parts.ts'
import { path, port, target } from './place.ts'

/** oidc-provider with registration and resource indicators, at a host of its own; the MCP server is the official SDK's. */
const issuer = `http://127.0.0.1:${port + 1}`
const provider = new Provider(issuer, {
  cookies: { keys: ['scene'] },
  scopes: ['openid', 'offline_access', 'mcp'],
  pkce: { required: () => true },
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
  features: {
    devInteractions: { enabled: true },
    registration: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => target,
      getResourceServerInfo: () => ({ scope: 'mcp', audience: target, accessTokenFormat: 'jwt' }),
    },
  },
})
const handle = provider.callback()
createServer((req, res) => {
  // Its metadata is OpenID Connect's; RFC 8414 §5 lets the same document stand under the other name.
  if (req.url === '/.well-known/oauth-authorization-server') req.url = '/.well-known/openid-configuration'
  void handle(req, res)
}).listen(port + 1, '127.0.0.1')

const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
const resourceServerUrl = new URL(target)
const app = express()
app.use(mcpAuthMetadataRouter({ oauthMetadata: metadata, resourceServerUrl }))
const verifier = {
  verifyAccessToken: async () => {
    throw new InvalidTokenError('Not a token of ours')
  },
}
const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(resourceServerUrl)
app.all(path, requireBearerAuth({ verifier, resourceMetadataUrl }), greet)
app.listen(port, '127.0.0.1')
