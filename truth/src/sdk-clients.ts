import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client'
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { documentUrl } from '../../packages/doctor/test/observation.ts'
import { installed } from './installed.ts'
import { opens, type RealClient } from './real-client.ts'

/** The two libraries, as a host would use them. */
export const sdkClients: readonly RealClient[] = [
  {
    id: 'sdk-1',
    client: installed('@modelcontextprotocol/sdk'),
    run: (target) =>
      observe((provider) => new Client1(name).connect(new Transport1(new URL(target), { authProvider: provider }))),
  },
  {
    id: 'sdk-2',
    client: installed('@modelcontextprotocol/client'),
    run: (target) =>
      observe((provider) => new Client2(name).connect(new Transport2(new URL(target), { authProvider: provider }))),
  },
  {
    id: 'sdk-2-negotiating',
    client: installed('@modelcontextprotocol/client'),
    run: (target) =>
      observe((provider) => {
        // A server that never answers its first question is waited for ten seconds instead of a minute.
        const client = new Client2(name, { versionNegotiation: { mode: 'auto', probe: { timeoutMs: 10_000 } } })
        return client.connect(new Transport2(new URL(target), { authProvider: provider }))
      }),
  },
]

const name = { name: 'truth', version: '1' }

const redirectUri = 'http://127.0.0.1:1/callback'

async function observe(connect: (provider: ReturnType<typeof createProvider>) => Promise<void>) {
  let opened: URL | undefined
  const provider = createProvider((url) => {
    opened = url
  })
  try {
    await connect(provider)
    return { outcome: { kind: 'connects' }, said: [] } as const
  } catch (error) {
    if (opened !== undefined) return { outcome: opens(opened), said: [] }
    return { outcome: { kind: 'stops' }, said: [error instanceof Error ? error.message : String(error)] } as const
  }
}

/** What it remembers is forgotten with it; both versions of the SDK ask the same of it. */
function createProvider(open: (url: URL) => void) {
  let information: { client_id: string } | undefined
  return {
    clientMetadataUrl: documentUrl,
    redirectUrl: redirectUri,
    clientMetadata: {
      client_name: 'truth',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => information,
    saveClientInformation(registered: { client_id: string }) {
      information = registered
    },
    tokens: () => undefined,
    saveTokens() {},
    saveCodeVerifier() {},
    codeVerifier: () => '',
    redirectToAuthorization: open,
  }
}
