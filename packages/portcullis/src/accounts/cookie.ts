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

/** Over https the cookie is bound to the host by its prefix. On loopback its name has the port: cookies do not tell ports apart. */
export function createSessionCookie(origin: string): SessionCookie {
  const { protocol, port } = new URL(origin)
  const secure = protocol === 'https:'
  const name = secure ? '__Host-portcullis' : `portcullis-${port === '' ? '80' : port}`
  const write = (value: string, maxAge: number) =>
    serialize(name, value, { path: '/', httpOnly: true, sameSite: 'Lax', secure, maxAge })
  return {
    name,
    read: (request) => parse(request.headers.get('cookie') ?? '', name)[name],
    format: (token) => write(token, longestSession),
    formatRemoval: () => write('', 0),
  }
}
