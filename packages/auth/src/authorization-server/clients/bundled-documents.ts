import { type ClientMetadata, parseClientMetadata } from '../../protocol/client-metadata.ts'

/**
 * What the documents of well-known clients said, for when their hosts cannot be asked: name, redirect URIs and where the keys are, and no keys,
 * which are always fetched. A copy is the older, the less it is worth: `oldAfter` is told of, `uselessAfter` is the end of it.
 */
export interface BundledDocument {
  readonly metadata: ClientMetadata
  /** Seconds since the epoch. */
  readonly readAt: number
}

const day = 24 * 3600
export const oldAfter = 90 * day
export const uselessAfter = 180 * day

/** When these were compared with what the vendors publish (`packages/clients` has the sources, client by client). */
const readAt = Date.UTC(2026, 10, 26) / 1000

export function bundledDocument(clientId: string): BundledDocument | undefined {
  const document = documents[clientId]
  if (document === undefined || !Object.hasOwn(documents, clientId)) return undefined
  return { metadata: parseClientMetadata({ token_endpoint_auth_method: 'none', ...document }), readAt }
}

const documents: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'https://claude.ai/oauth/mcp-oauth-client-metadata': {
    client_name: 'Claude',
    redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
  },
  'https://claude.ai/oauth/claude-code-client-metadata': {
    client_name: 'Claude Code',
    redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
  },
  'https://chatgpt.com/oauth/client.json': {
    client_name: 'ChatGPT',
    redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
    jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
  },
  'https://chatgpt.com/oauth/codex/client.json': {
    client_name: 'Codex',
    redirect_uris: ['http://127.0.0.1/callback'],
  },
  'https://vscode.dev/oauth/client-metadata.json': {
    client_name: 'Visual Studio Code',
    redirect_uris: [
      'https://insiders.vscode.dev/redirect',
      'https://vscode.dev/redirect',
      'http://127.0.0.1/',
      'http://127.0.0.1:33418/',
    ],
  },
  'https://grok.com/oauth/mcp-client.json': {
    client_name: 'Grok',
    redirect_uris: [
      'https://grok.com/connectors-oauth-exchange-code/',
      'https://console.x.ai/connectors-oauth-exchange-code/',
    ],
  },
  'https://slack.com/.well-known/oauth-client-metadata': {
    client_name: 'Slack',
    redirect_uris: ['https://oauth2.slack.com/external/auth/callback'],
  },
  'https://goose-docs.ai/oauth/client-metadata.json': {
    client_name: 'goose',
    redirect_uris: ['http://127.0.0.1/oauth_callback'],
  },
  'https://zed.dev/oauth/client-metadata.json': {
    client_name: 'Zed',
    redirect_uris: ['http://127.0.0.1/callback'],
  },
}
