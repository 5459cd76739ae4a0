import { html } from '@portcullis/auth/authorization-server'
import type { IdentityProviders } from '@portcullis/auth/identity-providers'
import { webRequest } from '@portcullis/auth/node'
import { type Response, Router } from 'express'
import type { Frame } from './frame.ts'
import { ownPath } from './own-requests.ts'
import type { Sessions } from './sessions.ts'
import type { Users } from './users.ts'

export interface IdentitySignInOptions {
  origin: string
  users: Users
  sessions: Sessions
  identityProviders: IdentityProviders
  frame: Frame
}

/** Signing in with an account elsewhere. What proves who somebody is, the library has verified before anything here is told. */
export function identitySignInPages(options: IdentitySignInOptions): Router {
  const { origin, users, sessions, identityProviders, frame } = options
  const router = Router()

  router.get('/sign-in/:id', async (req, res) => {
    const request = webRequest(req, origin)
    const began = await identityProviders.begin(req.params.id, {
      returnTo: ownPath(req.query.to, origin),
      again: req.query.again !== undefined,
      ...(request !== undefined && { request }),
    })
    if (began.kind === 'unknown') return showProblem(res, 404, 'There is no such place to sign in')
    if (began.kind === 'unavailable') return showProblem(res, 503, began.detail)
    return res.setHeader('set-cookie', [...began.setCookies]).redirect(303, began.location)
  })

  // The address is the library's: it stands in the settings at Google and GitHub.
  router.get('/account/callback/:id', async (req, res) => {
    const request = webRequest(req, origin)
    if (request === undefined) return showProblem(res, 400, 'This address has no such form')
    const completed = await identityProviders.complete(req.params.id, request)
    const cookies = [...completed.setCookies]
    if (completed.kind !== 'signed_in') {
      res.setHeader('set-cookie', cookies)
      return showProblem(res, completed.kind === 'unavailable' ? 503 : 403, completed.detail)
    }
    const { identity } = completed
    // Where it does not say when the person signed in there, that may be long ago: nobody who asks for a fresh sign-in may take it for one.
    const signedInAt = identity.isAuthTimeProved ? identity.authTime : 0
    return res
      .setHeader('set-cookie', [...cookies, sessions.begin(users.ofIdentity(identity), signedInAt)])
      .redirect(303, ownPath(completed.returnTo, origin))
  })

  function showProblem(res: Response, status: number, detail: string): Promise<void> {
    const body = html`<h1>You are not signed in</h1><p>${detail}.</p><p><a class="button" href="/sign-in">Back to sign-in</a></p>`
    return frame(res, { title: 'You are not signed in', status, body })
  }

  return router
}
