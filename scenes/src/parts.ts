import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

/** What every scene's server has beside its pieces: a sign-in server that says yes to all, a token that is good, an MCP endpoint that greets. */

export async function isValid(token: string): Promise<boolean> {
  return token === 'good'
}

export const verifier = {
  async verifyAccessToken(token: string) {
    if (!(await isValid(token))) throw new Error('not a token of ours')
    return { token, clientId: 'scene', scopes: [], expiresAt: Math.floor(Date.now() / 1000) + 3600 }
  },
}

export interface PlainAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

const json = { 'content-type': 'application/json', 'access-control-allow-origin': '*' }

/** The endpoints of the sign-in server; `undefined` for every other path. */
export function signIn(method: string, target: string): PlainAnswer | undefined {
  const url = new URL(target, 'http://scene')
  const answer = (status: number, body: unknown): PlainAnswer => ({ status, headers: json, body: JSON.stringify(body) })
  switch (url.pathname) {
    case '/authorize': {
      const redirect = url.searchParams.get('redirect_uri')
      if (redirect === null)
        return { status: 400, headers: { 'content-type': 'text/html' }, body: '<p>No redirect_uri</p>' }
      const back = new URL(redirect)
      back.searchParams.set('code', 'code')
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      return { status: 302, headers: { location: back.href }, body: '' }
    }
    case '/token':
      return method === 'POST'
        ? answer(400, { error: 'invalid_request', error_description: 'grant_type is missing' })
        : answer(405, {})
    case '/register':
      if (method !== 'POST') return { status: 405, headers: { ...json, allow: 'POST' }, body: '{}' }
      return answer(201, {
        client_id: 'scene',
        redirect_uris: ['http://127.0.0.1/callback'],
        token_endpoint_auth_method: 'none',
      })
    case '/jwks':
      return answer(200, { keys: [] })
    default:
      return undefined
  }
}

/** The MCP endpoint for who is let in: it greets whoever asks anything, and does nothing else. `asked` is the body of the request. */
export function mcp(asked: string): PlainAnswer {
  const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'scene', version: '1' } }
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: idOf(asked), result }),
  }
}

/** The id of a JSON-RPC request, which its answer must have: to some clients one with another id is none. */
export function idOf(asked: string): unknown {
  try {
    return JSON.parse(asked).id ?? null
  } catch {
    return null
  }
}

/** For servers that do not read the body themselves. */
export async function greet(req: IncomingMessage, res: ServerResponse): Promise<void> {
  send(res, mcp(await text(req)))
}

export function send(res: ServerResponse, { status, headers, body }: PlainAnswer): void {
  res.writeHead(status, headers).end(body)
}

export function isSignedIn(req: IncomingMessage): boolean {
  return req.headers.cookie?.includes('session=') === true
}
