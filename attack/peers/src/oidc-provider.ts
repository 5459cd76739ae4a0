import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'

/** oidc-provider as its documentation sets it up, with what an MCP client needs: registration, resource indicators, refresh tokens; its own pages for development. */
const port = Number(process.argv[2])
const origin = `http://127.0.0.1:${port}`
const resource = `${origin}/mcp`

const provider = new Provider(origin, {
  cookies: { keys: ['attack'] },
  scopes: ['openid', 'offline_access', 'mcp'],
  features: {
    devInteractions: { enabled: true },
    registration: { enabled: true },
    registrationManagement: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: true },
    deviceFlow: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, indicator) => {
        if (indicator !== resource)
          throw Object.assign(new Error('invalid_target'), { error: 'invalid_target', status: 400, expose: true })
        return { scope: 'mcp', audience: resource, accessTokenTTL: 600, accessTokenFormat: 'opaque' }
      },
    },
  },
  issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
})

const handle = provider.callback()
createServer(async (req, res) => {
  if (new URL(req.url ?? '/', origin).pathname !== '/mcp') return handle(req, res)
  const [, value = ''] = /^Bearer (\S+)$/.exec(req.headers.authorization ?? '') ?? []
  const token = await provider.AccessToken.find(value)
  res.writeHead(token?.isValid ? 200 : 401).end()
}).listen(port, '127.0.0.1')
