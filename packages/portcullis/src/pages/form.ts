import { html } from '@portcullis/auth/authorization-server'
import { OAuthError, type Parameters, parseParameters } from '@portcullis/auth/protocol'
import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { isOwnForm } from '../accounts/own-form.ts'
import type { PagesContext, PagesEnv } from './context.ts'
import { problemPage } from './problem.ts'

const mostBytes = 32 * 1024

/** Lets a POST through only when a page of ours sent it, as a form, and of a size that our forms have. */
export function requireOwnForm(context: PagesContext): MiddlewareHandler<PagesEnv> {
  const { accounts, onEvent } = context
  const limit = bodyLimit({
    maxSize: mostBytes,
    onError: () =>
      problemPage(
        {
          status: 413,
          title: 'That is too long',
          description: 'The form has more in it than it can hold.',
          nextStep: 'Go back and shorten what you wrote.',
        },
        context,
      ),
  })
  return async (c, next) => {
    if (c.req.method !== 'POST') return next()
    if (!isOwnForm(c.req.raw, accounts.origin)) {
      onEvent({ type: 'foreign_form_refused', path: c.req.path })
      return problemPage(
        {
          status: 403,
          title: 'This form came from elsewhere',
          description: `The form was not sent by a page of ${accounts.origin}, so nothing was done.`,
          nextStep: html`Open the page again at <a href="${accounts.origin}/account">that address</a> and send the form from there.`,
        },
        context,
      )
    }
    if (!isFormType(c.req.header('content-type')))
      return problemPage(
        {
          status: 415,
          title: 'This is no form',
          description: 'The request is not of the type that forms have.',
          nextStep: 'Open the page again and send its form.',
        },
        context,
      )
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
export function unreadableForm(context: PagesContext): Response {
  return problemPage(
    {
      status: 400,
      title: 'This form cannot be read',
      description: 'A field stands in it twice, or is not text.',
      nextStep: 'Open the page again and send its form.',
    },
    context,
  )
}

function isFormType(contentType: string | undefined): boolean {
  return /^application\/x-www-form-urlencoded *(;|$)/i.test(contentType ?? '')
}
