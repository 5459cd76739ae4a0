// The client of MCP's own SDK as far as the browser, in a process of its own: under the condition `source`, which tests have, one of its
// dependencies cannot be loaded. Its argument is JSON: `url`, and `clientMetadataUrl`.
import { auth } from '@modelcontextprotocol/client'

const { url, clientMetadataUrl } = JSON.parse(process.argv[2])
let information
let authorizationUrl
let verifier = ''
const result = await auth(
  {
    clientMetadataUrl,
    redirectUrl: 'http://127.0.0.1/callback',
    clientMetadata: {
      client_name: 'SDK',
      redirect_uris: ['http://127.0.0.1/callback'],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => information,
    saveClientInformation(given) {
      information = given
    },
    tokens: () => undefined,
    saveTokens() {},
    redirectToAuthorization(given) {
      authorizationUrl = given
    },
    saveCodeVerifier(given) {
      verifier = given
    },
    codeVerifier: () => verifier,
  },
  { serverUrl: url },
)
console.log(JSON.stringify({ result, clientId: authorizationUrl?.searchParams.get('client_id') }))
