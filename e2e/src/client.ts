import { createHash, randomBytes } from 'node:crypto'
import type { Server } from './server.ts'

/** An MCP client, as far as a browser sees of it. */
export interface Client {
  clientId: string
  redirectUri: string
}

/** Registers a client. `redirectUri`: default, of a client at https. */
export async function registerClient(
  { origin }: Pick<Server, 'origin'>,
  { name, redirectUri = 'https://client.example/callback' }: { name?: string; redirectUri?: string } = {},
): Promise<Client> {
  const answer = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: name,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    }),
  })
  const { client_id: clientId } = (await answer.json()) as { client_id?: string } // RFC 7591 §3.2.1
  if (clientId === undefined) throw new Error(`No client could be registered: ${answer.status}`)
  return { clientId, redirectUri }
}

export interface AuthorizationRequest {
  /** Where the client sends the browser. */
  url: string
  /** Exchanges the code of the answer; resolves to the status and the document. */
  redeem(answer: URL): Promise<{ status: number; body: Record<string, unknown> }>
}

/** `more`: other parameters of the request, and those that are to be other ones. */
export function authorizationRequest(
  { origin, url }: Pick<Server, 'origin' | 'url'>,
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
    resource: url,
    state: 'state-of-the-client',
    ...more,
  }
  return {
    url: `${origin}/authorize?${new URLSearchParams(parameters)}`,
    async redeem(answer) {
      const response = await fetch(`${origin}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: answer.searchParams.get('code') ?? '',
          client_id: clientId,
          redirect_uri: redirectUri,
          code_verifier: verifier,
          resource: url,
        }),
      })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> } // RFC 6749 §5
    },
  }
}

/** Calls a tool of the MCP server with a token, and resolves to the status. */
export async function callTool({ url }: Pick<Server, 'url'>, accessToken: string, name: string): Promise<number> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': name,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name,
        arguments: {},
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  })
  await answer.text()
  return answer.status
}
