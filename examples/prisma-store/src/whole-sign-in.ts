import assert from 'node:assert/strict'
import { Client, type OAuthClientProvider, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createResourceServer } from '@portcullis/auth'
import type { AuthorizationServerKinds, Store } from '@portcullis/auth/authorization-server'
import { createTestAuthorizationServer } from '@portcullis/auth/testing'

const resource = 'https://mcp.example/mcp'

/**
 * A whole sign-in over a store: the client of MCP's own SDK is challenged, reads the metadata, registers, sends the person to consent, redeems its code,
 * calls, refreshes, and is kept out once its grants have ended. Everything but HTTP itself.
 */
export async function wholeSignIn(store: Store<AuthorizationServerKinds>): Promise<void> {
  const authority = createTestAuthorizationServer({
    resource,
    scopes: { 'notes:read': 'Read notes' },
    options: { store },
  })
  const server = createResourceServer({ resource, ...authority.trust, scopes: ['notes:read'] })
  const calls: string[] = []

  async function mcp(request: Request): Promise<Response> {
    const metadata = server.answer(request)
    if (metadata !== undefined) return metadata
    const token = await server.authenticate(request)
    if (token instanceof Response) return token
    if (request.method !== 'POST') return new Response(null, { status: 405 })
    const { id, method } = (await request.json()) as { id?: number; method: string } // JSON-RPC, of the client above
    if (id === undefined) return new Response(null, { status: 202 })
    calls.push(`${method} of ${token.subject}`)
    const result =
      method === 'initialize'
        ? { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'notes', version: '1' } }
        : { tools: [] }
    return Response.json({ jsonrpc: '2.0', id, result })
  }

  const send = async (url: string | URL, init?: RequestInit) => {
    const request = new Request(url, init)
    const { pathname } = new URL(url)
    const isMcp = request.url.startsWith('https://mcp.example') && !/^\/\.well-known\/o(auth-a|penid)/.test(pathname)
    return isMcp ? mcp(request) : authority.fetch(request)
  }
  const kept: {
    client?: object
    tokens?: { access_token: string; refresh_token?: string }
    verifier?: string
    sentTo?: URL
  } = {}
  const provider = {
    redirectUrl: 'http://127.0.0.1:3999/callback',
    clientMetadata: {
      client_name: 'A client',
      redirect_uris: ['http://127.0.0.1:3999/callback'],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => kept.client,
    saveClientInformation: (client: object) => {
      kept.client = client
    },
    tokens: () => kept.tokens,
    saveTokens: (tokens: { access_token: string; refresh_token?: string }) => {
      kept.tokens = tokens
    },
    redirectToAuthorization: (url: URL) => {
      kept.sentTo = url
    },
    saveCodeVerifier: (verifier: string) => {
      kept.verifier = verifier
    },
    codeVerifier: () => kept.verifier ?? '',
  } as unknown as OAuthClientProvider // what the SDK stores is its own affair
  const connect = () => {
    const transport = new StreamableHTTPClientTransport(new URL(resource), { authProvider: provider, fetch: send })
    const client = new Client({ name: 'test', version: '1' })
    return { client, transport, connecting: client.connect(transport) }
  }

  const first = connect()
  await assert.rejects(first.connecting, /authoriz/i)
  const answer = await authority.answer(kept.sentTo ?? '', { subject: 'alice' })
  await first.transport.finishAuth(answer.searchParams)
  const second = connect()
  await second.connecting
  assert.deepEqual((await second.client.listTools()).tools, [])
  assert.deepEqual(new Set(calls), new Set(['initialize of alice', 'tools/list of alice']))

  assert.equal((await store.list('grant', 'subject', 'alice')).length, 1)

  const before = kept.tokens?.access_token
  authority.advance(3600) // its access token has expired: the client refreshes by itself
  await second.client.listTools()
  assert.notEqual(kept.tokens?.access_token, before)

  await authority.endGrants('alice')
  authority.advance(10) // an end is seen within five seconds
  await assert.rejects(second.client.listTools())
  await second.client.close()
}
