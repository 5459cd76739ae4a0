// The client of MCP's own SDK, in a process of its own: under the condition `source`, which tests have, one of its dependencies cannot be loaded.
// Its argument is JSON: `url`, `provider`, the options of that provider and, for identity assertions, what to sign them with.
import { randomUUID } from 'node:crypto'
import {
  Client,
  ClientCredentialsProvider,
  CrossAppAccessProvider,
  PrivateKeyJwtProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { importPKCS8, SignJWT } from 'jose'

const { url, provider, options, identityProvider } = JSON.parse(process.argv[2])

const providers = {
  secret: () => new ClientCredentialsProvider(options),
  key: () => new PrivateKeyJwtProvider(options),
  identityAssertion: () => new CrossAppAccessProvider({ ...options, assertion }),
}

async function assertion({ authorizationServerUrl, resourceUrl }) {
  const claims = { client_id: options.clientId, resource: resourceUrl, scope: 'notes:read', jti: randomUUID() }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'oauth-id-jag+jwt', kid: identityProvider.kid })
    .setIssuer(identityProvider.issuer)
    .setSubject('u-7')
    .setAudience(authorizationServerUrl)
    .setIssuedAt()
    .setExpirationTime('5 minutes')
    .sign(await importPKCS8(identityProvider.privateKey, 'ES256'))
}

const client = new Client({ name: 'test', version: '1' })
await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider: providers[provider]() }))
const { tools } = await client.listTools()
console.log(JSON.stringify({ name: client.getServerVersion()?.name, tools: tools.length }))
await client.close()
