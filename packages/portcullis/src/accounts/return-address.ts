const home = '/account'
const mostLength = 16_384

/** Pages to which people are sent back: of the authorization server, and their own. */
const ways = ['/authorize', '/device', home]

/**
 * Where to go on after signing in: `text` as a path of `origin` that is an authorization request, the page for devices, or the account page, and the account page
 * for everything else. Never leads to another origin.
 */
export function parseReturnAddress(text: string | undefined, origin: string): string {
  if (text === undefined || text.length > mostLength || !text.startsWith('/') || !URL.canParse(text, origin))
    return home
  const url = new URL(text, origin)
  if (url.origin !== origin || !ways.includes(url.pathname)) return home
  return url.pathname + url.search
}

/** The client that an authorization request at `address` names; `undefined` for other addresses. */
export function clientIdOf(address: string, origin: string): string | undefined {
  const { pathname, searchParams } = new URL(address, origin)
  return pathname === '/authorize' ? (searchParams.get('client_id') ?? undefined) : undefined
}
