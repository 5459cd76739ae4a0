import { html } from '@portcullis/auth/authorization-server'
import type { IdentityProviders } from '@portcullis/auth/identity-providers'
import { type Response, Router, urlencoded } from 'express'
import { type Frame, field, problemNote } from './frame.ts'
import { ownPath } from './own-requests.ts'
import { whyNotPassword } from './password.ts'
import type { Sessions } from './sessions.ts'
import type { Users } from './users.ts'

export interface SignInOptions {
  origin: string
  users: Users
  sessions: Sessions
  identityProviders: Pick<IdentityProviders, 'list'>
  frame: Frame
  /** Counts for limits: how often something happened in so many seconds. */
  count: (name: string, lifetime: number) => Promise<number>
}

/** Signing in with a password, signing up, signing out. Nothing here knows of OAuth, save that it goes back to where it was asked from. */
export function signInPages({ origin, users, sessions, identityProviders, frame, count }: SignInOptions): Router {
  const router = Router()

  router.get('/sign-in', (req, res) => {
    const { to, again, name } = req.query
    if (again === undefined && sessions.find(req.headers.cookie) !== undefined)
      return res.redirect(303, ownPath(to, origin))
    const form = { to: ownPath(to, origin), name: typeof name === 'string' ? name : '' }
    return showSignIn(res, { ...form, ...(again !== undefined && { again: '1' }) })
  })

  router.post('/sign-in', urlencoded({ extended: false }), async (req, res) => {
    const { name, password, to } = fieldsOf(req.body)
    if ((await count(`sign-in ${name.toLowerCase()}`, 900)) > 10) {
      const problem = 'Too many attempts. Wait a quarter of an hour'
      return showSignIn(res, { to: ownPath(to, origin), name, problem, status: 429 })
    }
    const user = await users.verify(name, password)
    if (user === undefined)
      return showSignIn(res, { to: ownPath(to, origin), name, problem: 'Wrong name or password', status: 401 })
    return res.setHeader('set-cookie', sessions.begin(user)).redirect(303, ownPath(to, origin))
  })

  router.get('/sign-up', (req, res) => showSignUp(res, { to: ownPath(req.query.to, origin), name: '' }))

  router.post('/sign-up', urlencoded({ extended: false }), async (req, res) => {
    const { name, password, to } = fieldsOf(req.body)
    const more = { to: ownPath(to, origin), name }
    if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u.test(name))
      return showSignUp(res, { ...more, problem: 'A name has 1 to 40 letters and digits' })
    const whyNot = whyNotPassword(password)
    if (whyNot !== undefined) return showSignUp(res, { ...more, problem: whyNot })
    if ((await count(`sign-up ${req.socket.remoteAddress}`, 3600)) > 20)
      return showSignUp(res, { ...more, problem: 'Too many new accounts from here. Try again in an hour' })
    const user = await users.add(name, password)
    if (user === undefined) return showSignUp(res, { ...more, problem: 'That name is taken' })
    return res.setHeader('set-cookie', sessions.begin(user)).redirect(303, more.to)
  })

  router.post('/sign-out', (req, res) => {
    res.setHeader('set-cookie', sessions.end(req.headers.cookie)).redirect(303, '/sign-in')
  })

  function showSignIn(res: Response, { to, name, again, problem, status = 200 }: Form): Promise<void> {
    return frame(res, {
      title: 'Sign in',
      status,
      body: html`<h1>Sign in</h1>${problemNote(problem)}
<form method="post" action="/sign-in"><input type="hidden" name="to" value="${to}">
${field('Name', html`name="name" value="${name}" required autocomplete="username" autocapitalize="none"`)}
${field('Password', html`name="password" type="password" required autocomplete="current-password"`)}
<button>Sign in</button></form>
${identityProviders.list.map(({ id, name: vendor }) => html`<p class="after"><a class="button" href="/sign-in/${id}?${query({ to, ...(again !== undefined && { again }) })}">Sign in with ${vendor}</a></p>`)}
<p class="after">New here? <a href="/sign-up?${query({ to })}">Make an account</a></p>`,
    })
  }

  function showSignUp(res: Response, { to, name, problem }: Form): Promise<void> {
    return frame(res, {
      title: 'Make an account',
      status: problem === undefined ? 200 : 422,
      body: html`<h1>Make an account</h1>${problemNote(problem)}
<form method="post" action="/sign-up"><input type="hidden" name="to" value="${to}">
${field('Name', html`name="name" value="${name}" required autocomplete="username" autocapitalize="none"`)}
${field('Password', html`name="password" type="password" required autocomplete="new-password" minlength="10"`)}
<button>Make the account</button></form>
<p class="after"><a href="/sign-in?${query({ to })}">I have one</a></p>`,
    })
  }

  return router
}

interface Form {
  to: string
  name: string
  /** They are signed in, and are to prove anew who they are. */
  again?: string
  problem?: string
  status?: number
}

function fieldsOf(body: Record<string, unknown> | undefined): { name: string; password: string; to: unknown } {
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return { name: text(body?.name).trim(), password: text(body?.password), to: body?.to }
}

function query(parameters: Record<string, string>): string {
  return new URLSearchParams(parameters).toString()
}
