import type { RequestHandler } from 'express'

/** A path of ours, or the front page: a link to sign in must not lead elsewhere afterwards. */
export function ownPath(to: unknown, origin: string): string {
  if (typeof to !== 'string' || !to.startsWith('/') || !URL.canParse(to, origin)) return '/'
  const url = new URL(to, origin)
  // "/.//evil.example" is a path here, and "//evil.example", which is left of it, another host to the browser.
  return url.origin === origin && !url.pathname.startsWith('//') ? url.pathname + url.search : '/'
}

/** Refuses what came to another name than the portal's: a page of that name would read the portal's pages (DNS rebinding). */
export function ownHost(origin: string): RequestHandler {
  const { host } = new URL(origin)
  return (req, res, next) => {
    if (req.headers.host === host) next()
    else res.status(421).type('text/plain').send(`This is ${origin}`)
  }
}

/** Refuses a form that a page of another site sends. */
export function ownForm(origin: string): RequestHandler {
  return (req, res, next) => {
    if (req.method !== 'POST' || req.headers.origin === origin) next()
    else res.status(403).type('text/plain').send('This form came from a page of another site')
  }
}
