import type { RequestHandler, Response } from 'express'
import type { Session, Sessions } from './sessions.ts'

/** Sends whoever is not signed in to do so, and back. */
export function signedIn(sessions: Sessions): RequestHandler {
  return (req, res, next) => {
    const session = sessions.find(req.headers.cookie)
    if (session === undefined)
      return res.redirect(303, `/sign-in?${new URLSearchParams({ to: req.method === 'GET' ? req.originalUrl : '/' })}`)
    res.locals.session = session
    return next()
  }
}

/** Who is signed in, behind `signedIn`. */
export function whoIs(res: Response): Session {
  return res.locals.session as Session // what `signedIn` put there
}
