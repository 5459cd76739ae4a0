import { parse, serialize } from 'hono/utils/cookie'
import { longestSession } from './sessions.ts'

/** How the session's cookie is called and written, by the origin it is for. */
export interface SessionCookie {
  name: string
  /** What the browser sent; `undefined` when it sent none. */
  read(request: Request): string | undefined
  /** The header that sets it. */
  format(token: string): string
  /** The header that removes it. */
  formatRemoval(): string
}

export function createSessionCookie(origin: string): SessionCookie {
  return createCookie(origin, { suffix: '', lifetime: longestSession })
}

/** Tells one browser from another before anybody is signed in, so that what one was asked no other can answer. */
export function createBrowserCookie(origin: string): SessionCookie {
  return createCookie(origin, { suffix: '-browser', lifetime: 86_400 })
}

/** Over https the cookie is bound to the host by its prefix. On loopback its name has the port: cookies do not tell ports apart. */
function createCookie(
  origin: string,
  { suffix, lifetime: cookieLifetime }: { suffix: string; lifetime: number },
): SessionCookie {
  const { protocol, port } = new URL(origin)
  const secure = protocol === 'https:'
  const name = (secure ? '__Host-portcullis' : `portcullis-${port === '' ? '80' : port}`) + suffix
  const write = (value: string, maxAge: number) =>
    serialize(name, value, { path: '/', httpOnly: true, sameSite: 'Lax', secure, maxAge })
  return {
    name,
    read: (request) => parse(request.headers.get('cookie') ?? '', name)[name],
    format: (token) => write(token, cookieLifetime),
    formatRemoval: () => write('', 0),
  }
}
