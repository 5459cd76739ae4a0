import type { FetchHandler } from '@portcullis/auth/node'

export interface OwnHostOptions {
  /** Its origin is the only one at which pages live (law 15). */
  issuer: string
  /** Other hosts at which the server answers: their browsers are sent to the pages' own. */
  allowedHosts: readonly string[]
  onEvent: (event: { type: 'host_rejected'; host: string }) => void
}

/** Serves pages at one host alone, since cookies are for one; a browser that asks at another name of ours is sent there, any other is refused (law 1). */
export function atOwnHost(pages: FetchHandler, { issuer, allowedHosts, onEvent }: OwnHostOptions): FetchHandler {
  const { origin, host } = new URL(issuer)
  const others = allowedHosts.map((each) => each.toLowerCase())
  return {
    async fetch(request, info) {
      const asked = request.headers.get('host')?.toLowerCase() ?? ''
      if (asked === host) return pages.fetch(request, info)
      if (others.includes(asked) && (request.method === 'GET' || request.method === 'HEAD')) {
        const { pathname, search } = new URL(request.url)
        return new Response(undefined, {
          status: 302,
          headers: { location: origin + pathname + search, 'cache-control': 'no-store' },
        })
      }
      onEvent({ type: 'host_rejected', host: asked })
      return new Response('This server does not answer at that host\n', { status: 403 })
    },
  }
}
