import { type Html, html, page } from '@portcullis/auth/authorization-server'
import { currentRequest } from '../operations/request-context.ts'
import type { PagesContext } from './context.ts'

export interface Problem {
  status: 400 | 403 | 404 | 405 | 410 | 413 | 415 | 429 | 500 | 503
  title: string
  description: string | Html
  nextStep: string | Html
  /** What stands below. Default: nothing. */
  more?: Html
  headers?: Readonly<Record<string, string>>
}

/** A page for what cannot go on: what happened, what to do now, and the id by which its lines are found in the log. */
export function problemPage(
  { status, title, description, nextStep, more, headers = {} }: Problem,
  { server }: Pick<PagesContext, 'server'>,
): Response {
  const id = currentRequest()?.requestId
  const response = page({
    title,
    owner: server.name,
    status,
    body: html`<h1>${title}</h1>
<p>${description}</p>
<div class="note"><p><b>What to do now</b></p><p>${nextStep}</p></div>
${more}
${id === undefined ? undefined : html`<p class="soft">If you ask for help, give this reference: <code>${id}</code></p>`}`,
  })
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}
