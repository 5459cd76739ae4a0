import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import type { Account } from './people.ts'

/** A browser without scripts: it keeps cookies, and follows redirects only when it is told to. */
export function createBrowser(origin: string) {
  const cookies = new Map<string, string>()

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const answer = await fetch(new URL(path, origin), { ...init, headers, redirect: 'manual' })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    return answer
  }
  const post = (path: string, fields: Record<string, string> | URLSearchParams, from = origin) =>
    send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: from },
      body: new URLSearchParams(fields).toString(),
    })
  return { get: (path: string) => send(path), post }
}

export type WalkingBrowser = ReturnType<typeof createBrowser>

export async function signedIn(origin: string, { username, password }: Account): Promise<WalkingBrowser> {
  const browser = createBrowser(origin)
  const answer = await browser.post('/sign-in/credentials', { username, password, to: '/' })
  assert.equal(answer.headers.get('location'), '/')
  return browser
}

/** What a client has in the end. */
export interface Tokens {
  access_token: string
  refresh_token: string
  clientId: string
}

/** A client that registers, sends its person through sign-in and consent, and redeems the code. */
export async function letIn(
  origin: string,
  account: Account,
  { resource }: { resource?: string | undefined } = { resource: `${origin}/mcp/mcp` },
): Promise<Tokens> {
  const clientId = await register(origin)
  const browser = await signedIn(origin, account)
  const { answer: page, verifier } = await askForAccess(browser, { clientId, resource })
  const code = codeIn(await allow(browser, page))
  const grant = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: callback }
  return { ...(await tokensOf(await ask(origin, '/api/oauth/token', { ...grant, client_id: clientId }))), clientId }
}

export async function refresh(origin: string, { refresh_token, clientId }: Tokens): Promise<Tokens> {
  const grant = { grant_type: 'refresh_token', refresh_token, client_id: clientId }
  return { ...(await tokensOf(await ask(origin, '/api/oauth/token', grant))), clientId }
}

async function tokensOf(answer: Response): Promise<Omit<Tokens, 'clientId'>> {
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  return JSON.parse(text)
}

export async function register(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    // A name of its own: who registers the same again is given the same client.
    body: JSON.stringify({
      redirect_uris: [callback],
      token_endpoint_auth_method: 'none',
      client_name: `Client ${randomBytes(4).toString('hex')}`,
    }),
  })
  const { client_id } = (await answer.json()) as { client_id: string } // RFC 7591 §3.2.1
  return client_id
}

const callback = 'https://client.example/callback'

/** Sends the browser with an authorization request. */
export async function askForAccess(
  browser: WalkingBrowser,
  of: { clientId: string; resource?: string | undefined; challengeMethod?: string },
): Promise<{ answer: Response; verifier: string }> {
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: of.clientId,
    redirect_uri: callback,
    ...(of.resource !== undefined && { resource: of.resource }),
    scope: 'notes:read notes:write',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: of.challengeMethod ?? 'S256',
  })
  return { answer: await browser.get(`/api/oauth/authorize?${query}`), verifier }
}

/** Says yes on the consent page. */
export async function allow(browser: WalkingBrowser, page: Response): Promise<Response> {
  const text = await page.text()
  const inputs = [...text.matchAll(/<input type="(hidden|checkbox)" name="([^"]*)" value="([^"]*)"( checked)?>/g)]
  const sent = inputs.filter(([, type, , , checked]) => type === 'hidden' || checked !== undefined)
  const form = new URLSearchParams(sent.map(([, , name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))
  form.set('decision', 'allow')
  return browser.post('/api/oauth/authorize', form)
}

export function codeIn(answer: Response): string {
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
}

/** Of an endpoint for clients. */
export function ask(origin: string, path: string, parameters: Record<string, string>): Promise<Response> {
  return fetch(origin + path, { method: 'POST', body: new URLSearchParams(parameters) })
}

/** A call of a tool over Streamable HTTP, as clients without sessions make it. */
export function call(url: string, token: string, name = 'whoami', args: object = {}): Promise<Response> {
  return post(url, token, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } })
}

export function post(url: string, token: string, message: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(message),
  })
}
