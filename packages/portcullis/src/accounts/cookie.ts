import { parse, serialize } from 'hono/utils/cookie'
import { longestSession } from './sessions.ts'

/** How a cookie of ours is called and written, by the origin it is for. */
export interface OwnCookie {
  name: string
  /** What the browser sent; `undefined` when it sent none. */
  read(request: Request): string | undefined
  /** The header that sets it. */
  format(value: string): string
  /** The header that removes it. */
  formatRemoval(): string
}

export interface CookieOptions {
  /** Behind what all names of ours begin with. */
  suffix: string
  /** Seconds. Default: until the browser is closed. */
  lifetime?: number
  /** `Strict`: not sent where a page of another site leads here. Default: `Lax`. */
  sameSite?: 'Lax' | 'Strict'
}

export function createSessionCookie(origin: string): OwnCookie {
  return createCookie(origin, { suffix: '', lifetime: longestSession })
}

/** Tells one browser from another before anybody is signed in, so that what one was asked no other can answer. */
export function createBrowserCookie(origin: string): OwnCookie {
  return createCookie(origin, { suffix: '-browser', lifetime: 86_400 })
}

/** Over https the cookie is bound to the host by its prefix. On loopback its name has the port: cookies do not tell ports apart. */
export function createCookie(origin: string, { suffix, lifetime, sameSite = 'Lax' }: CookieOptions): OwnCookie {
  const { protocol, port } = new URL(origin)
  const secure = protocol === 'https:'
  const name = (secure ? '__Host-portcullis' : `portcullis-${port === '' ? '80' : port}`) + suffix
  const write = (value: string, maxAge: number | undefined) =>
    serialize(name, value, {
      ...{ path: '/', httpOnly: true, sameSite, secure },
      ...(maxAge !== undefined && { maxAge }),
    })
  return {
    name,
    read: (request) => parse(request.headers.get('cookie') ?? '', name)[name],
    format: (value) => write(value, lifetime),
    formatRemoval: () => write('', 0),
  }
}
