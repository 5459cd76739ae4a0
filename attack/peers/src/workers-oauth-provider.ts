import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { registerHooks } from 'node:module'
import { consentPage, signInPage } from './pages.ts'

/** workers-oauth-provider on Node: what it takes from Workers (one class, a KV) stands in, and so do the pages of a host around it. */
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'cloudflare:workers'
      ? { url: 'data:text/javascript,export class WorkerEntrypoint {}', shortCircuit: true }
      : next(specifier, context),
})
const { OAuthProvider } = await import('@cloudflare/workers-oauth-provider')

const port = Number(process.argv[2])
const origin = `http://127.0.0.1:${port}`
const entries = new Map<string, string>()
const sessions = new Map<string, string>()

/** A KV that is consistent at once, which the real one is not. */
const kv = {
  async get(key: string, options?: { type?: string } | string) {
    const value = entries.get(key) ?? null
    const type = typeof options === 'string' ? options : options?.type
    return value !== null && type === 'json' ? JSON.parse(value) : value
  },
  async put(key: string, value: string) {
    entries.set(key, value)
  },
  async delete(key: string) {
    entries.delete(key)
  },
  async list({ prefix = '' }: { prefix?: string }) {
    return {
      keys: [...entries.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name })),
      list_complete: true,
    }
  },
}

// biome-ignore lint/suspicious/noExplicitAny: the types of Workers are not here
type Any = any

const pages = {
  async fetch(request: Request, env: Any): Promise<Response> {
    const { pathname, search } = new URL(request.url)
    const session = /(?:^|; )session=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? ''
    const user = sessions.get(session)
    if (pathname === '/sign-in') {
      const form = new URLSearchParams(await request.text())
      const id = randomUUID()
      sessions.set(id, form.get('user') ?? 'alice')
      const headers = {
        location: `/authorize?${form.get('to')}`,
        'set-cookie': `session=${id}; Path=/; HttpOnly; SameSite=Lax`,
      }
      return new Response(undefined, { status: 303, headers })
    }
    const isConsent = pathname === '/consent'
    const query = isConsent ? (new URLSearchParams(await request.text()).get('query') ?? '') : search.slice(1)
    const asked = new Request(`${origin}/authorize?${query}`)
    if (pathname !== '/authorize' && !isConsent) return new Response('Not found', { status: 404 })
    let parsed: Any
    try {
      parsed = await env.OAUTH_PROVIDER.parseAuthRequest(asked)
      if ((await env.OAUTH_PROVIDER.lookupClient(parsed.clientId)) === null)
        return new Response('Unknown client', { status: 400 })
    } catch (error) {
      return new Response(error instanceof Error ? error.message : String(error), { status: 400 })
    }
    if (user === undefined) return html(signInPage(query))
    if (!isConsent) return html(consentPage({ query }, String(parsed.redirectUri)))
    const { redirectTo } = await env.OAUTH_PROVIDER.completeAuthorization({
      request: parsed,
      userId: user,
      metadata: {},
      scope: parsed.scope,
      props: { user },
    })
    return new Response(undefined, { status: 303, headers: { location: redirectTo } })
  },
}

function html(text: string): Response {
  return new Response(text, {
    headers: { 'content-type': 'text/html', 'x-frame-options': 'DENY', 'cache-control': 'no-store' },
  })
}

const options: Any = {
  apiRoute: '/mcp',
  apiHandler: { fetch: async () => Response.json({ jsonrpc: '2.0', id: 1, result: {} }) },
  defaultHandler: pages,
  authorizeEndpoint: '/authorize',
  tokenEndpoint: '/token',
  clientRegistrationEndpoint: '/register',
  scopesSupported: ['mcp'],
  resourceMetadata: { resource: `${origin}/mcp` },
}
const provider: Any = new OAuthProvider(options)
const env = { OAUTH_KV: kv }

createServer(async (req, res) => {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  const headers = new Headers()
  for (let at = 0; at < req.rawHeaders.length; at += 2)
    headers.append(req.rawHeaders[at] ?? '', req.rawHeaders[at + 1] ?? '')
  const body = chunks.length > 0 && req.method !== 'GET' ? Buffer.concat(chunks) : undefined
  const request = new Request(`http://${req.headers.host}${req.url}`, {
    method: req.method ?? 'GET',
    headers,
    ...(body !== undefined && { body }),
  })
  const background: Promise<unknown>[] = []
  try {
    const response: Response = await provider.fetch(request, env, {
      waitUntil: (work: Promise<unknown>) => background.push(work),
      passThroughOnException() {},
    })
    const given: Record<string, string | string[]> = Object.fromEntries(response.headers)
    if (response.headers.has('set-cookie')) given['set-cookie'] = response.headers.getSetCookie()
    res.writeHead(response.status, given).end(Buffer.from(await response.arrayBuffer()))
  } catch (error) {
    console.error(error)
    res.writeHead(500).end()
  }
}).listen(port, '127.0.0.1')
