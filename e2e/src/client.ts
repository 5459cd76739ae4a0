import { createHash, randomBytes } from 'node:crypto'
import { type Reachable, send } from './send.ts'
import type { Server } from './server.ts'

/** An MCP client, as far as a browser sees of it. */
export interface Client {
  clientId: string
  redirectUri: string
}

/** An MCP server by its URL, and where it is. */
type McpServer = Reachable & Pick<Server, 'url'>

/** Registers a client. `redirectUri`: default, of a client at https. */
export async function registerClient(
  server: Reachable,
  { name, redirectUri = 'https://client.example/callback' }: { name?: string; redirectUri?: string } = {},
): Promise<Client> {
  const { status, json } = await send(server, '/register', {
    body: {
      client_name: name,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    },
  })
  if (typeof json.client_id !== 'string') throw new Error(`No client could be registered: ${status}`)
  return { clientId: json.client_id, redirectUri }
}

export interface AuthorizationRequest {
  /** Where the client sends the browser. */
  url: string
  /** Exchanges the code of the answer. */
  redeem(answer: URL): Promise<{ status: number; body: Record<string, unknown> }>
}

/** `more`: other parameters of the request, and those that are to be other ones. */
export function authorizationRequest(
  server: McpServer,
  { clientId, redirectUri }: Client,
  more: Readonly<Record<string, string>> = {},
): AuthorizationRequest {
  const verifier = randomBytes(32).toString('base64url')
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    resource: server.url,
    state: 'state-of-the-client',
    ...more,
  }
  return {
    url: `${server.origin}/authorize?${new URLSearchParams(parameters)}`,
    async redeem(answer) {
      const { status, json } = await send(server, '/token', {
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: answer.searchParams.get('code') ?? '',
          client_id: clientId,
          redirect_uri: redirectUri,
          code_verifier: verifier,
          resource: server.url,
        }),
      })
      return { status, body: json }
    },
  }
}

/** Calls a tool of the MCP server with a token, and resolves to the status. */
export async function callTool(
  server: McpServer,
  accessToken: string,
  name: string,
  given: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { status } = await send(server, new URL(server.url).pathname, {
    headers: {
      authorization: `Bearer ${accessToken}`,
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': name,
    },
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name,
        arguments: given,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    },
  })
  return status
}
