import {
  Client,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'
import type { ClientKind } from './client.ts'
import { packageVersion } from './package-version.ts'
import { createProvider, createSdkHost } from './sdk-host.ts'

/** The official SDK's client, 2.x, as it comes: with sessions. */
export const sdk2: ClientKind = kindOf('sdk-2', 'legacy')

/** The same, choosing the newest revision that the server speaks: without sessions from 2026-07-28 on. */
export const sdk2Stateless: ClientKind = kindOf('sdk-2-auto', 'auto')

function kindOf(name: string, mode: VersionNegotiationMode): ClientKind {
  return {
    name,
    version: () => packageVersion('@modelcontextprotocol/client'),
    stepUp: 'signs in anew',
    era: mode === 'auto' ? 'stateless' : 'sessions',
    create: (context) =>
      createSdkHost({
        context,
        createProvider: createProvider<StoredOAuthClientInformation, StoredOAuthTokens, OAuthDiscoveryState>,
        open(url, authProvider) {
          const client = new Client({ name: 'interop', version: '1.0.0' }, { versionNegotiation: { mode } })
          const transport = new StreamableHTTPClientTransport(url, { authProvider })
          return {
            connect: () => client.connect(transport),
            finishAuth: (callback) => transport.finishAuth(callback),
            async callTool(tool, args) {
              const result = await client.callTool({ name: tool, arguments: { ...args } })
              return { content: result.content, isError: result.isError ?? false }
            },
            close: () => client.close(),
          }
        },
      }),
  }
}
