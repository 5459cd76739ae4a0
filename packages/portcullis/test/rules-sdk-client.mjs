// The client of MCP's own SDK, in a process of its own: under the condition `source`, which tests have, one of its dependencies cannot be loaded. Its
// argument is the URL. It prints where the browser is to go, reads from lines of standard input the callback or a tool to call, and prints what came of it.
import { createInterface } from 'node:readline'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

const url = new URL(process.argv[2])
const redirectUri = 'http://127.0.0.1:4999/callback'
const kept = { verifier: '' }
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
  clientInformation: () => kept.information,
  saveClientInformation: (given) => Object.assign(kept, { information: given }),
  tokens: () => kept.tokens,
  saveTokens: (given) => Object.assign(kept, { tokens: given }),
  saveCodeVerifier: (given) => Object.assign(kept, { verifier: given }),
  codeVerifier: () => kept.verifier,
  discoveryState: () => kept.discovery,
  saveDiscoveryState: (given) => Object.assign(kept, { discovery: given }),
  redirectToAuthorization: (given) => console.log(`open ${given.href}`),
}
const open = () => ({
  client: new Client({ name: 'sdk host', version: '1.0.0' }),
  transport: new StreamableHTTPClientTransport(url, { authProvider: provider }),
})

let current = open()
await current.client.connect(current.transport).catch(() => {})
for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith('http')) {
    await current.transport.finishAuth(new URL(line).searchParams)
    current = open()
    await current.client.connect(current.transport)
    const { tools } = await current.client.listTools()
    console.log(`tools ${tools.map(({ name }) => name).join(' ')}`)
    continue
  }
  const [name, ...given] = line.split(' ')
  const answer = await current.client
    .callTool({ name, arguments: Object.fromEntries(given.map((pair) => pair.split('='))) })
    .then(({ content }) => `answered ${content[0].text}`)
    .catch((error) => `failed ${error.message}`)
  console.log(answer.replaceAll('\n', ' '))
}
await current.client.close()
