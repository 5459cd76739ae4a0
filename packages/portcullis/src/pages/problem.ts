import { type Html, html, page } from '@portcullis/auth/authorization-server'
import { type RequestRefusal, requestRefused } from '@portcullis/auth/protocol'
import type { AccountEvent } from '../accounts/events.ts'
import { currentRequest } from '../operations/request-context.ts'
import type { PagesContext } from './context.ts'
import { isRefusalTold } from './for-people.ts'

export interface Problem {
  status: 400 | 403 | 404 | 405 | 410 | 413 | 415 | 429 | 500 | 503
  /** For machines; it goes into the event. */
  reason: RequestRefusal
  title: string
  description: string | Html
  nextStep: string | Html
  /** What stands below. Default: nothing. */
  more?: Html | undefined
  /** Whether `more` has a form of ours. Default: no form can be sent from the page. */
  hasForm?: boolean
  headers?: Readonly<Record<string, string>>
  /** What is told, where it says more than that a request was refused. */
  event?: AccountEvent
}

/** A page for what cannot go on: what happened, what to do now, and the id of the request, under which the event stands in the log. */
export function problemPage(
  request: Request,
  problem: Problem,
  { onEvent, server }: Pick<PagesContext, 'onEvent' | 'server'>,
): Response {
  const { status, reason, title, description, nextStep, more, hasForm, headers = {} } = problem
  // Markup is for the page; its title says it in words alone.
  const detail = typeof description === 'string' ? description : title
  if (reason !== 'not_found' || !isRefusalTold(request))
    onEvent(problem.event ?? refusalOf(request, { status, reason, detail }))
  const id = currentRequest()?.requestId
  const response = page({
    title,
    owner: server.name,
    brand: server.brand,
    status,
    ...(hasForm && { formActionSources: [] }),
    body: html`<h1>${title}</h1>
<p>${description}</p>
<div class="note"><p><b>What to do now</b></p><p>${nextStep}</p></div>
${more}
${id === undefined ? undefined : html`<p class="soft">If you ask for help, give this reference: <code>${id}</code></p>`}`,
  })
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/** The event of a request that pages refuse. */
export function refusalOf(
  { method, url }: Request,
  refusal: { status: number; reason: RequestRefusal; detail: string },
): AccountEvent {
  return requestRefused({ method, path: new URL(url).pathname }, refusal)
}
