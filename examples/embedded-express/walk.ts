import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { type AppOptions, createApp } from './app.ts'

/** The application, listening. */
export async function startApp(t: TestContext, options: Pick<AppOptions, 'onEvent'> = {}): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  t.after(() => server.closeAllConnections())
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on a port
  const app = createApp({
    origin,
    store: memoryStore(),
    secrets: [{ id: 'k1', secret: new Uint8Array(randomBytes(32)) }],
    sessionSecret: 'not for production',
    users: [
      { id: 'u-1', name: 'ada', password: 'lovelace', team: 'engines' },
      { id: 'u-2', name: 'bob', password: 'guest', team: 'guests' },
    ],
    ...options,
  })
  server.on('request', app)
  return origin
}

/** A browser: it keeps cookies and follows no redirect by itself. */
export class Browser {
  #cookie = ''
  readonly #origin: string

  constructor(origin: string) {
    this.#origin = origin
  }

  async get(path: string): Promise<Response> {
    return this.#send(path, {})
  }

  async post(path: string, fields: Record<string, string> | URLSearchParams): Promise<Response> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: this.#origin }
    return this.#send(path, { method: 'POST', headers, body: new URLSearchParams(fields).toString() })
  }

  async signIn(name: string, password: string): Promise<void> {
    assert.equal((await this.post('/login', { name, password })).status, 303)
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('cookie', this.#cookie)
    const response = await fetch(new URL(path, this.#origin), { ...init, headers, redirect: 'manual' })
    const [cookie] = response.headers.getSetCookie()
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0] ?? ''
    return response
  }
}

export interface Client {
  clientId: string
  verifier: string
  /** Path and query of its authorization request. */
  request: string
}

/** A client that has registered, and is about to ask. */
export async function registerClient(origin: string, scope: string): Promise<Client> {
  const redirectUri = 'https://client.example/callback'
  const answer = await fetch(`${origin}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: 'none', client_name: 'A client' }),
  })
  const { client_id: clientId } = (await answer.json()) as { client_id: string }
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    resource: `${origin}/mcp`,
    scope,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  return { clientId, verifier, request: `/oauth/authorize?${query}` }
}

/** Says yes on the consent page, and gives the code. */
export async function allow(browser: Browser, page: Response): Promise<string> {
  const text = await page.text()
  const inputs = [...text.matchAll(/<input type="(hidden|checkbox)" name="([^"]*)" value="([^"]*)"( checked)?>/g)]
  const sent = inputs.filter(([, type, , , checked]) => type === 'hidden' || checked !== undefined)
  const form = new URLSearchParams(sent.map(([, , name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))
  form.set('decision', 'allow')
  return codeIn(await browser.post('/oauth/authorize', form))
}

export function codeIn(answer: Response): string {
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
}

export async function redeem(origin: string, { clientId, verifier }: Client, code: string): Promise<Response> {
  return fetch(`${origin}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      client_id: clientId,
      code_verifier: verifier,
      redirect_uri: 'https://client.example/callback',
    }),
  })
}
