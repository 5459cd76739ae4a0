export interface Cookie {
  name: string
  value: string
}

const mostKept = 5 // sign-ins that a browser has under way
const mostCharacters = 8192 // of all of them: servers bound the header that carries them, Node at 16 KiB
const longestCookie = 4000 // browsers drop what is longer than 4096, name and attributes included

/** Over https a cookie is bound to the host by its prefix. On loopback its name has the port: cookies do not tell ports apart. */
export function cookieName(origin: string, id: string): string {
  return `${prefixOf(origin)}${id}`
}

/** The cookies of a request, in the order in which the browser sent them: those that are older come first (RFC 6265 §5.4). */
export function cookiesOf(request: Request): readonly Cookie[] {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  return pairs.flatMap((pair) => {
    const end = pair.indexOf('=')
    return end < 1 ? [] : [{ name: pair.slice(0, end), value: pair.slice(end + 1) }]
  })
}

/** The names of those, the oldest ones, that make room for another; `undefined` where it has no room at all. */
export function roomFor(cookie: Cookie, request: Request | undefined, origin: string): readonly string[] | undefined {
  if (lengthOf(cookie) > longestCookie) return undefined
  const held = request === undefined ? [] : cookiesOf(request).filter(({ name }) => name.startsWith(prefixOf(origin)))
  const removed: string[] = []
  let characters = held.reduce((sum, each) => sum + lengthOf(each), lengthOf(cookie))
  for (const [at, each] of held.entries()) {
    if (held.length - at < mostKept && characters <= mostCharacters) break
    removed.push(each.name)
    characters -= lengthOf(each)
  }
  return removed
}

export function formatCookie(name: string, value: string, maxAge: number, origin: string): string {
  // Lax: the way back from an identity provider is a navigation from another site.
  const attributes = `Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax`
  return `${name}=${value}; ${attributes}${isSecure(origin) ? '; Secure' : ''}`
}

export function formatRemoval(name: string, origin: string): string {
  return formatCookie(name, '', 0, origin)
}

function prefixOf(origin: string): string {
  const { port } = new URL(origin)
  return isSecure(origin) ? '__Host-portcullis-sign-in-' : `portcullis-sign-in-${port === '' ? '80' : port}-`
}

function isSecure(origin: string): boolean {
  return new URL(origin).protocol === 'https:'
}

function lengthOf({ name, value }: Cookie): number {
  return name.length + value.length
}
