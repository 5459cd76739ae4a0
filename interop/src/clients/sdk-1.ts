import type { OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import type { ClientKind } from './client.ts'
import { packageVersion } from './package-version.ts'
import { createProvider, createSdkHost } from './sdk-host.ts'

/** The official SDK's client, 1.x. */
export const sdk1: ClientKind = {
  name: 'sdk-1',
  version: () => packageVersion('@modelcontextprotocol/sdk'),
  // It refreshes first, gets no more scope than before (RFC 6749 §6), and gives up: "Server returned 403 after trying upscoping".
  stepUp: 'ends with the refusal',
  era: 'sessions',
  create: (context) =>
    createSdkHost({
      context,
      createProvider: createProvider<OAuthClientInformationMixed, OAuthTokens, OAuthDiscoveryState>,
      open(url, authProvider) {
        const client = new Client({ name: 'interop', version: '1.0.0' })
        const transport = new StreamableHTTPClientTransport(url, { authProvider })
        return {
          connect: () => client.connect(transport),
          finishAuth: (callback) => transport.finishAuth(callback.get('code') ?? ''),
          async callTool(name, args) {
            const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: args }))
            return { content: result.content, isError: result.isError ?? false }
          },
          close: () => client.close(),
        }
      },
    }),
}
