// The client of MCP's own SDK, from its first request to its first call, in a process of its own: under the condition `source`, which tests have, one of
// its dependencies cannot be loaded. Its argument is the URL. It prints where the browser is to go, reads the callback from a line of standard input,
// and prints what came of it.
import { createInterface } from 'node:readline'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

const url = new URL(process.argv[2])
const redirectUri = 'http://127.0.0.1:4999/callback'
let information
let tokens
let verifier = ''
let discovery
const provider = {
  redirectUrl: redirectUri,
  clientMetadata: {
    client_name: 'SDK host',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  state: () => 'xyz',
  clientInformation: () => information,
  saveClientInformation(given) {
    information = given
  },
  tokens: () => tokens,
  saveTokens(given) {
    tokens = given
  },
  saveCodeVerifier(given) {
    verifier = given
  },
  codeVerifier: () => verifier,
  discoveryState: () => discovery,
  saveDiscoveryState(given) {
    discovery = given
  },
  redirectToAuthorization(given) {
    console.log(`open ${given.href}`)
  },
}
const open = () => ({
  client: new Client({ name: 'sdk host', version: '1.0.0' }),
  transport: new StreamableHTTPClientTransport(url, { authProvider: provider }),
})

const first = open()
await first.client.connect(first.transport).catch(() => {})
for await (const callback of createInterface({ input: process.stdin })) {
  await first.transport.finishAuth(new URL(callback).searchParams)
  const { client, transport } = open()
  const outcome = await client
    .connect(transport)
    .then(() => client.listTools())
    .then(({ tools }) => `connected ${tools.length}`)
    .catch((error) => `failed ${error.message}`)
  console.log(outcome)
  await client.close()
}
