import type { Evidence } from '../evidence/evidence.ts'
import { type Exchange, headerOf } from '../evidence/exchange.ts'
import type { Detected, DetectedStack, Framework, ProxyProduct } from './stack.ts'

/** What the answers of a host give away of what they were made with. Default: the host of the MCP server. */
export function detectStack({ target, exchanges }: Evidence, url = target): DetectedStack {
  const { host } = new URL(url)
  const ours = exchanges.filter(({ request }) => URL.canParse(request.url) && new URL(request.url).host === host)
  return { framework: firstSign(frameworkSigns, ours), proxy: firstSign(proxySigns, ours) }
}

interface Sign<Name> {
  readonly name: Name
  readonly header?: readonly [name: string, value: RegExp]
  readonly body?: RegExp
}

const frameworkSigns: readonly Sign<Framework>[] = [
  { name: 'next', header: ['x-powered-by', /^Next\.js/] },
  { name: 'next', header: ['x-nextjs-cache', /./] },
  // Both from the beginning: looked for one behind the other, each of many `rsc` would be read to the end.
  { name: 'next', header: ['vary', /^(?=.*\brsc\b).*next-router/i] },
  { name: 'next', body: /\/_next\/static\// },
  { name: 'express', header: ['x-powered-by', /^Express/] },
  { name: 'express', body: /<pre>Cannot (?:GET|POST|HEAD|DELETE|OPTIONS) \// },
  // mcp-proxy, which FastMCP for TypeScript stands on. Go sorts the keys of its errors as well: only its own words tell it apart.
  { name: 'fastmcp', body: /"message":"Unauthorized: Authentication (?:failed|error)"/ },
  {
    name: 'fastmcp',
    body: /^\{"error":\{"code":-32\d{3},"message":"(?:Unauthorized: [^"]*|Session not found|Bad Request: No valid session ID provided|Internal Server Error)"\},"id":null,"jsonrpc":"2\.0"\}$/,
  },
  { name: 'fastmcp', body: /^(?:Error creating server|No sessionId)$/ },
  // The SDK for Python, which FastMCP for Python stands on, and its usual server
  { name: 'python', body: /"message":"Bad Request: Missing session ID"/ },
  { name: 'python', body: /^Invalid Content-Type header$/ },
  { name: 'python', header: ['www-authenticate', /error_description="Authentication required"/] },
  { name: 'python', header: ['server', /^uvicorn/i] },
  { name: 'hono', body: /^404 Not Found$/ },
]

const proxySigns: readonly Sign<ProxyProduct>[] = [
  { name: 'cloudflare', header: ['cf-ray', /./] },
  { name: 'vercel', header: ['x-vercel-id', /./] },
  { name: 'aws', header: ['x-amzn-requestid', /./] },
  { name: 'aws', header: ['x-amz-cf-id', /./] },
  { name: 'nginx', header: ['server', /^(?:nginx|openresty)/i] },
  { name: 'caddy', header: ['server', /^Caddy/] },
  { name: 'caddy', header: ['via', /\bCaddy\b/] },
]

function firstSign<Name>(signs: readonly Sign<Name>[], exchanges: readonly Exchange[]): Detected<Name> | undefined {
  for (const sign of signs)
    for (const exchange of exchanges) {
      const shownBy = shown(sign, exchange)
      if (shownBy !== undefined) return { name: sign.name, shownBy }
    }
  return undefined
}

function shown({ header, body }: Sign<unknown>, exchange: Exchange): string | undefined {
  const { outcome } = exchange
  if (outcome.kind !== 'answer') return undefined
  if (header !== undefined) {
    const [name, pattern] = header
    const value = headerOf(exchange, name)
    return value !== undefined && pattern.test(value) ? `${name}: ${value.slice(0, 80)}` : undefined
  }
  const [piece] = body?.exec(outcome.body) ?? []
  return piece?.slice(0, 80)
}
