import {
  Client,
  ClientCredentialsProvider,
  CrossAppAccessProvider,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  PrivateKeyJwtProvider,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'
import type { ClientContext, ClientKind, InteropClient } from './client.ts'
import { packageVersion } from './package-version.ts'
import { createProvider, createSdkHost, type HostContext, type SdkConnection } from './sdk-host.ts'
import { createSdkJob } from './sdk-job.ts'

const shared = { version: () => packageVersion('@modelcontextprotocol/client'), stepUp: 'signs in anew' } as const
const withSessions = { ...shared, era: 'sessions' } as const
const stateless = { ...shared, era: 'stateless' } as const

/** The official SDK's client, 2.x, as it comes: with sessions. */
export const sdk2: ClientKind = {
  ...withSessions,
  name: 'sdk-2',
  create: (context) => createSdk2Host(context, { mode: 'legacy', isDescribed: false }),
}

/** The same, choosing the newest revision that the server speaks: without sessions from 2026-07-28 on. */
export const sdk2Stateless: ClientKind = {
  ...stateless,
  name: 'sdk-2-auto',
  create: (context) => createSdk2Host(context, { mode: 'auto', isDescribed: false }),
}

/** The same, described by a client metadata document instead of registering. */
export const sdk2Described: ClientKind = {
  ...stateless,
  name: 'sdk-2-document',
  create: (context) => createSdk2Host(context, { mode: 'auto', isDescribed: true }),
}

/** The same for itself, by `client_credentials` with a secret. */
export const sdk2WithSecret: ClientKind = {
  ...stateless,
  name: 'sdk-2-secret',
  stepUp: 'ends with the refusal',
  grantType: 'client_credentials',
  async create(context) {
    const { clientId, clientSecret } = context.knownClients.withSecret
    const provider = new ClientCredentialsProvider({ clientId, clientSecret, expectedIssuer: issuerOf(context) })
    return createSdkJob({ context, clientId, provider, open: openIn('auto') })
  },
}

/** The same with a key (`private_key_jwt`). */
export const sdk2WithKey: ClientKind = {
  ...stateless,
  name: 'sdk-2-key',
  stepUp: 'ends with the refusal',
  grantType: 'client_credentials',
  async create(context) {
    const { clientId, privateKey } = context.knownClients.withKey
    const expectedIssuer = issuerOf(context)
    const provider = new PrivateKeyJwtProvider({ clientId, privateKey, algorithm: 'ES256', expectedIssuer })
    return createSdkJob({ context, clientId, provider, open: openIn('auto') })
  },
}

/** The same for a person whose enterprise has decided: by identity assertions (ID-JAG), without a page. */
export const sdk2ByAssertion: ClientKind = {
  ...stateless,
  name: 'sdk-2-assertion',
  stepUp: 'ends with the refusal',
  grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  async create(context) {
    const { withSecret, assertion } = context.knownClients
    const provider = new CrossAppAccessProvider({
      ...withSecret,
      expectedIssuer: issuerOf(context),
      assertion: ({ authorizationServerUrl: audience, resourceUrl: resource }) => assertion({ audience, resource }),
    })
    return createSdkJob({ context, clientId: withSecret.clientId, provider, open: openIn('auto') })
  },
}

/** A program on the SDK, 2.x, that signs a person in. */
export function createSdk2Host(
  context: HostContext,
  { mode, isDescribed }: { mode: VersionNegotiationMode; isDescribed: boolean },
): Promise<InteropClient> {
  return createSdkHost({
    context,
    isDescribed,
    createProvider: createProvider<StoredOAuthClientInformation, StoredOAuthTokens, OAuthDiscoveryState>,
    open: openIn(mode),
  })
}

function issuerOf({ url }: ClientContext): string {
  return new URL(url).origin
}

function openIn(mode: VersionNegotiationMode): (url: URL, authProvider: OAuthClientProvider) => SdkConnection {
  return (url, authProvider) => {
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
  }
}
