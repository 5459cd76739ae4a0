import { html, page } from '@portcullis/auth/authorization-server'
import { currentRequest } from '../operations/request-context.ts'

export interface Problem {
  status: 400 | 403 | 404 | 405 | 410 | 413 | 415 | 429 | 500 | 503
  title: string
  description: string
  nextStep: string
  headers?: Readonly<Record<string, string>>
}

/** A page for what cannot go on: what happened, what to do now, and the id by which its lines are found in the log. */
export function problemPage({ status, title, description, nextStep, headers = {} }: Problem): Response {
  const id = currentRequest()?.requestId
  const response = page({
    title,
    status,
    body: html`<h1>${title}</h1>
<p>${description}</p>
<div class="note"><p><b>What to do now</b></p><p>${nextStep}</p></div>
${id === undefined ? undefined : html`<p class="soft">If you ask for help, give this reference: <code>${id}</code></p>`}`,
  })
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}
