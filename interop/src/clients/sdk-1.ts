import type { OAuthClientProvider, OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'
import { ClientCredentialsProvider, PrivateKeyJwtProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import type { ClientContext, ClientKind } from './client.ts'
import { packageVersion } from './package-version.ts'
import { createProvider, createSdkHost, type SdkConnection } from './sdk-host.ts'
import { createSdkJob } from './sdk-job.ts'

const shared = {
  version: () => packageVersion('@modelcontextprotocol/sdk'),
  // It refreshes first, gets no more scope than before (RFC 6749 §6), and gives up: "Server returned 403 after trying upscoping".
  stepUp: 'ends with the refusal',
  era: 'sessions',
} as const

/** The official SDK's client, 1.x. */
export const sdk1: ClientKind = { ...shared, name: 'sdk-1', create: (context) => host(context, { isDescribed: false }) }

/** The same, described by a client metadata document instead of registering. */
export const sdk1Described: ClientKind = {
  ...shared,
  name: 'sdk-1-document',
  create: (context) => host(context, { isDescribed: true }),
}

/** The same for itself, by `client_credentials` with a secret. */
export const sdk1WithSecret: ClientKind = {
  ...shared,
  name: 'sdk-1-secret',
  grantType: 'client_credentials',
  async create(context) {
    const { clientId, clientSecret } = context.knownClients.withSecret
    const provider = new ClientCredentialsProvider({ clientId, clientSecret, expectedIssuer: issuerOf(context) })
    return createSdkJob({ context, clientId, provider, open })
  },
}

/** The same with a key (`private_key_jwt`). */
export const sdk1WithKey: ClientKind = {
  ...shared,
  name: 'sdk-1-key',
  grantType: 'client_credentials',
  async create(context) {
    const { clientId, privateKey } = context.knownClients.withKey
    const expectedIssuer = issuerOf(context)
    const provider = new PrivateKeyJwtProvider({ clientId, privateKey, algorithm: 'ES256', expectedIssuer })
    return createSdkJob({ context, clientId, provider, open })
  },
}

/** The same over the transport of 2024-11-05: one stream, and messages that are posted. Not of `allClients`: it needs a server that has it. */
export const sdk1OverSse: ClientKind = {
  ...shared,
  name: 'sdk-1-sse',
  create: (context) =>
    createSdkHost({
      context,
      createProvider: createProvider<OAuthClientInformationMixed, OAuthTokens, OAuthDiscoveryState>,
      open: (url, authProvider) => connectionOver(new SSEClientTransport(url, { authProvider })),
    }),
}

function host(context: ClientContext, { isDescribed }: { isDescribed: boolean }) {
  return createSdkHost({
    context,
    isDescribed,
    createProvider: createProvider<OAuthClientInformationMixed, OAuthTokens, OAuthDiscoveryState>,
    open,
  })
}

function issuerOf({ url }: ClientContext): string {
  return new URL(url).origin
}

function open(url: URL, authProvider: OAuthClientProvider): SdkConnection {
  return connectionOver(new StreamableHTTPClientTransport(url, { authProvider }))
}

function connectionOver(transport: StreamableHTTPClientTransport | SSEClientTransport): SdkConnection {
  const client = new Client({ name: 'interop', version: '1.0.0' })
  return {
    connect: () => client.connect(transport),
    finishAuth: (callback) => transport.finishAuth(callback.get('code') ?? ''),
    async callTool(name, args) {
      const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: args }))
      return { content: result.content, isError: result.isError ?? false }
    },
    close: () => client.close(),
  }
}
