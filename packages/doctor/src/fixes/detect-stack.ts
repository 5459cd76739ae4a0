import type { Evidence } from '../evidence/evidence.ts'
import { type Exchange, headerOf } from '../evidence/exchange.ts'
import type { Detected, DetectedStack, Framework, ProxyProduct } from './stack.ts'

/** What the answers give away of what they were made with. The MCP endpoint speaks louder than the documents, so it is asked first. */
export function detectStack({ target, exchanges }: Evidence): DetectedStack {
  const host = new URL(target).host
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
  // mcp-proxy, which FastMCP for TypeScript stands on
  { name: 'fastmcp', body: /"message":"Unauthorized: Authentication (?:failed|error)"/ },
  { name: 'fastmcp', body: /^\{"error":\{"code":-32\d{3},"message":"[^"]*"\},"id":[^{}]*,"jsonrpc":"2\.0"\}$/ },
  { name: 'fastmcp', body: /^Error creating server$/ },
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
