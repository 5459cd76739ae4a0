import { createHash, randomBytes } from 'node:crypto'
import type { Browser } from './browser.ts'

/** A client in its own terms: what it sends, request by request. */
export interface TestClient {
  clientId: string
  verifier: string
  redirectUri: string
  /** Its authorization request; what is given replaces what it would send, `undefined` leaves it out. */
  authorizationUrl(more?: Record<string, string | undefined>): string
  redeem(code: string, more?: Record<string, string>): Promise<Response>
  refresh(refreshToken: string, more?: Record<string, string>): Promise<Response>
}

export interface Tokens {
  access_token: string
  refresh_token: string
  scope: string
}

export const hostedCallback = 'https://client.example/callback'

export async function registerClient(origin: string, metadata: Record<string, unknown> = {}): Promise<TestClient> {
  const redirectUri = hostedCallback
  const answer = await register(origin, {
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
    ...metadata,
  })
  const { client_id: clientId } = (await answer.json()) as { client_id: string }
  const verifier = randomBytes(32).toString('base64url')
  const post = (fields: Record<string, string>) =>
    fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams({ client_id: clientId, ...fields }) })
  return {
    clientId,
    verifier,
    redirectUri,
    authorizationUrl(more = {}) {
      const all = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        resource: `${origin}/mcp`,
        scope: 'portfolio:read tools:invoke',
        state: 'of the client',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...more,
      }
      const sent = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
      return `/authorize?${new URLSearchParams(sent)}`
    },
    redeem: (code, more = {}) =>
      post({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri, ...more }),
    refresh: (refreshToken, more = {}) => post({ grant_type: 'refresh_token', refresh_token: refreshToken, ...more }),
  }
}

export function register(origin: string, metadata: Record<string, unknown>): Promise<Response> {
  return fetch(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  })
}

/** Tokens of somebody who is signed in in `browser`. */
export async function tokensFor(browser: Browser, client: TestClient, scope?: string): Promise<Tokens> {
  const landed = await browser.allow(client.authorizationUrl(scope === undefined ? {} : { scope }))
  const answer = await client.redeem(landed.searchParams.get('code') ?? '')
  return (await answer.json()) as Tokens
}

/** One call of a tool, as a client without sessions sends it. */
export function callTool(
  url: string,
  { name, arguments: given = {}, headers = {} }: { name: string; arguments?: object; headers?: Record<string, string> },
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: given } }),
  })
}
