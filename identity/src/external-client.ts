import {
  Client,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { createVisitor, leftFor } from './visitor.ts'

/** Somebody with a program on the official SDK that knows nothing but the URL of an MCP server. */
export interface ExternalClient {
  /** Finds the authorization server, registers there, and signs in by its pages. */
  signIn(): Promise<void>
  /** What a tool says; throws with what it says where it is an error. */
  call(tool: string): Promise<string>
  /** The token that the program has. */
  accessToken(): string
  clientId(): string
  close(): Promise<void>
}

export function createExternalClient(
  url: string,
  { userName, password, origins }: { userName: string; password: string; origins: readonly string[] },
): ExternalClient {
  const visitor = createVisitor({ userName, password, origins })
  const kept: {
    client?: StoredOAuthClientInformation
    tokens?: StoredOAuthTokens
    verifier?: string
    sentTo?: URL
    discovery?: OAuthDiscoveryState
  } = {}
  const redirectUrl = 'http://127.0.0.1:51234/callback' // nobody listens: the browser's walk ends there
  const provider: OAuthClientProvider = {
    redirectUrl,
    clientMetadata: {
      client_name: 'External',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => kept.client,
    saveClientInformation(client) {
      kept.client = client
    },
    tokens: () => kept.tokens,
    saveTokens(tokens) {
      kept.tokens = tokens
    },
    redirectToAuthorization(to) {
      kept.sentTo = to
    },
    saveCodeVerifier(verifier) {
      kept.verifier = verifier
    },
    codeVerifier: () => kept.verifier ?? '',
    saveDiscoveryState(state) {
      kept.discovery = state
    },
    discoveryState: () => kept.discovery,
  }
  const client = new Client({ name: 'external', version: '1.0.0' })

  return {
    async signIn() {
      const first = new StreamableHTTPClientTransport(new URL(url), { authProvider: provider })
      await client.connect(first).catch(() => {}) // it was sent to sign in
      if (kept.sentTo === undefined) throw new Error('The client was not sent to sign in')
      const { searchParams } = leftFor(await visitor.walk(kept.sentTo.href))
      await first.finishAuth(searchParams)
      await client.close()
      await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider: provider }))
    },
    async call(tool) {
      const { content, isError } = await client.callTool({ name: tool, arguments: {} })
      const [first] = content
      const told = first?.type === 'text' ? first.text : ''
      if (isError === true) throw new Error(told)
      return told
    },
    accessToken: () => kept.tokens?.access_token ?? '',
    clientId: () => kept.client?.client_id ?? '',
    async close() {
      await client.close()
      visitor.close()
    },
  }
}
