import { html } from '@portcullis/auth/authorization-server'
import { OAuthError, type Parameters, parseParameters } from '@portcullis/auth/protocol'
import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { isOwnForm } from '../accounts/own-form.ts'
import type { PagesContext, PagesEnv } from './context.ts'
import { type Problem, problemPage } from './problem.ts'

const mostBytes = 32 * 1024

/** Lets a POST through only when a page of ours sent it, as a form, and of a size that our forms have. */
export function requireOwnForm(context: PagesContext): MiddlewareHandler<PagesEnv> {
  const { origin } = context.accounts
  const limit = bodyLimit({ maxSize: mostBytes, onError: (c) => problemPage(c.req.raw, tooLong, context) })
  return async (c, next) => {
    if (c.req.method !== 'POST') return next()
    if (!isOwnForm(c.req.raw, origin)) return problemPage(c.req.raw, foreign(origin, c.req.path), context)
    if (!isFormType(c.req.header('content-type'))) return problemPage(c.req.raw, noForm, context)
    return limit(c, next)
  }
}

/** The fields of a form, each once; empty ones are left out. Resolves to `undefined` for text that is no form of ours. */
export async function readForm(request: Request): Promise<Parameters | undefined> {
  try {
    return parseParameters(await request.text()).single
  } catch (cause) {
    if (cause instanceof OAuthError) return undefined
    throw cause
  }
}

/** The answer to what `readForm` does not understand. */
export function unreadableForm(request: Request, context: PagesContext): Response {
  return problemPage(request, unreadable, context)
}

function isFormType(contentType: string | undefined): boolean {
  return /^application\/x-www-form-urlencoded *(;|$)/i.test(contentType ?? '')
}

function foreign(origin: string, path: string): Problem {
  return {
    status: 403,
    reason: 'foreign_form',
    title: 'This form came from elsewhere',
    description: `The form was not sent by a page of ${origin}, so nothing was done.`,
    nextStep: html`Open the page again at <a href="${origin}/account">that address</a> and send the form from there.`,
    event: { type: 'foreign_form_refused', path },
  }
}

const tooLong: Problem = {
  status: 413,
  reason: 'form_too_long',
  title: 'That is too long',
  description: 'The form has more in it than it can hold.',
  nextStep: 'Go back and shorten what you wrote.',
}

const noForm: Problem = {
  status: 415,
  reason: 'no_form',
  title: 'This is no form',
  description: 'The request is not of the type that forms have.',
  nextStep: 'Open the page again and send its form.',
}

const unreadable: Problem = {
  status: 400,
  reason: 'unreadable_form',
  title: 'This form cannot be read',
  description: 'A field stands in it twice, or is not text.',
  nextStep: 'Open the page again and send its form.',
}
