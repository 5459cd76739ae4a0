import { incomingMessage } from '@portcullis/auth/node'
import { hasProxyHeaders } from '@portcullis/auth/protocol'

/** The hosts by which this server is known on this machine, as a `Host` header has them: no port where it is 80. */
export function hostsOf(origin: string): readonly string[] {
  const { host, port } = new URL(origin)
  return [host, port === '' ? 'localhost' : `localhost:${port}`]
}

/**
 * Why nobody is let in by a request that came through a proxy or a tunnel, which brings people from elsewhere (law 10): anybody who comes is whoever
 * they say. `undefined` where nothing is seen of one.
 */
export function whyNotDirect(request: Request): string | undefined {
  const isOldVersion = incomingMessage(request)?.httpVersion === '1.0' // which proxies speak, and browsers do not
  return isOldVersion || hasProxyHeaders(request.headers) ? 'This came through a proxy or a tunnel' : undefined
}

/** Pages of other sites, and of names that lead here, have no business with switches and people (law 1). */
export function whyNotOurs(request: Request, hosts: readonly string[]): string | undefined {
  if (!isAtHome(request, hosts)) return `This is for ${hosts.join(' and ')} alone`
  const origin = request.headers.get('origin')
  const isForeign = (origin !== null && !hosts.some((host) => origin === `http://${host}`)) || isOpenedByPage(request)
  const isAct = !['GET', 'HEAD'].includes(request.method) || new URL(request.url).pathname === '/dev/sign-in'
  return isForeign && isAct ? 'This came from a page of another site' : undefined
}

export function isAtHome({ headers }: Request, hosts: readonly string[]): boolean {
  return hosts.includes((headers.get('host') ?? '').replace(/:80$/, ''))
}

/**
 * Any page may register a client and open a window: where one does, somebody is asked. Clients without a browser send no such header. Other ports of
 * this machine are the same site, and other pages.
 */
export function isOpenedByPage({ headers }: Request): boolean {
  return !['none', 'same-origin'].includes(headers.get('sec-fetch-site') ?? 'none')
}
