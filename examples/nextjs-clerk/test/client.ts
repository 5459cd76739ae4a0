import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import type { Application } from './application.ts'
import { ada } from './application.ts'
import { Browser } from './browser.ts'

export interface Tokens {
  access_token: string
  refresh_token?: string
  scope: string
}

/** A client in its own terms: what it sends to Clerk, request by request. */
export interface Client {
  clientId: string
  /** Sends its person through sign-in and consent; where the browser is sent in the end. */
  askFor(scope: string, options?: { browser?: Browser; account?: Account; resource?: string }): Promise<URL>
  redeem(landed: URL): Promise<Tokens>
  refresh(refreshToken: string): Promise<Response>
}

interface Account {
  username: string
  password: string
}

export async function registerClient(
  { clerk, mcp }: Application,
  { name = 'A test', redirectUri = 'https://client.example/callback', userAgent = 'test' } = {},
): Promise<Client> {
  const headers = { 'user-agent': userAgent }
  const registered = await fetch(`${clerk.issuer}/oauth/register`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: name,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    }),
  })
  assert.equal(registered.status, 201)
  const { client_id: clientId } = (await registered.json()) as { client_id: string } // RFC 7591 §3.2.1
  const verifier = randomBytes(32).toString('base64url')
  const token = (fields: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: clientId, resource: mcp, ...fields })
    return fetch(`${clerk.issuer}/oauth/token`, { method: 'POST', headers, body })
  }
  return {
    clientId,
    async askFor(scope, { browser = new Browser(), account = ada, resource = mcp } = {}) {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope,
        resource,
        state: 'of the client',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      })
      const opened = await browser.open(`${clerk.issuer}/oauth/authorize?${query}`)
      const isKnown = browser.cookie(clerk.issuer, '__client') !== undefined
      const { username: identifier, password } = account
      const page = isKnown ? opened : await browser.submit(opened, { identifier, password })
      const landed = await browser.submit(page, { decision: 'allow' })
      return landed.url
    },
    async redeem(landed) {
      const code = landed.searchParams.get('code') ?? ''
      const fields = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri }
      const answer = await token(fields)
      assert.equal(answer.status, 200)
      return (await answer.json()) as Tokens // RFC 6749 §5.1
    },
    refresh: (refreshToken) => token({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  }
}

/** Tokens of a new client. Default: Ada's, with all scopes. */
export async function tokensFor(
  application: Application,
  { scope = 'profile email offline_access', account = ada }: { scope?: string; account?: Account } = {},
): Promise<Tokens> {
  const client = await registerClient(application)
  return client.redeem(await client.askFor(scope, { account }))
}

/** One request to the MCP server, as a client without sessions sends it. */
export function ask(url: string, method: string, { params = {}, headers = {} }: Asked = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
}

interface Asked {
  params?: object
  headers?: Record<string, string>
}

/** A call of a tool. */
export function call(
  url: string,
  token: string,
  name: string,
  given: object = {},
  headers: Record<string, string> = {},
) {
  const params = { name, arguments: given }
  return ask(url, 'tools/call', { params, headers: { authorization: `Bearer ${token}`, ...headers } })
}

/** The message in an answer, which is JSON or a stream with one. */
export async function messageIn(answer: Response) {
  const text = await answer.text()
  return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text)
}

/** What a tool says. */
export async function said(answer: Response): Promise<string> {
  const { result } = await messageIn(answer)
  return result?.content?.[0]?.text ?? ''
}
