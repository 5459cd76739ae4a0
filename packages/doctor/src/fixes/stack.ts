/** What the server seems to be made of, and what showed it. */
export interface DetectedStack {
  /** What answers requests to the MCP URL. */
  readonly framework: Detected<Framework> | undefined
  /** What stands in front of it. */
  readonly proxy: Detected<ProxyProduct> | undefined
}

export interface Detected<Name> {
  readonly name: Name
  /** A header or a piece of a body, as seen. */
  readonly shownBy: string
}

/** `fastmcp` is the one for TypeScript, `python` the one for Python, and what else stands on uvicorn. */
export type Framework = 'express' | 'node' | 'next' | 'fastmcp' | 'hono' | 'python'
export type ProxyProduct = 'nginx' | 'caddy' | 'cloudflare' | 'aws' | 'vercel'
