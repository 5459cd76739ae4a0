import { html } from '@portcullis/auth/authorization-server'
import { currentRequest } from '../../operations/request-context.ts'
import type { ConsoleContext } from '../context.ts'
import { consolePage } from '../frame.ts'
import type { Viewer } from '../viewer.ts'

/** Where nothing is. */
export function notFoundPage(viewer: Viewer, { server }: ConsoleContext): Response {
  return consolePage({
    title: 'There is no such page',
    room: 'overview',
    ...{ viewer, server },
    status: 404,
    body: html`<div class="note"><p>The address leads nowhere here, or what it is about is gone.</p><p><a href="/console">Go to the overview</a>.</p></div>`,
  })
}

/** What the viewer's role is not for; told, as the API tells it. */
export function refusedPage(request: Request, viewer: Viewer, { server, onEvent }: ConsoleContext): Response {
  const { pathname: path } = new URL(request.url)
  onEvent({ type: 'console_refused', status: 403, reason: 'forbidden', method: request.method, path })
  return consolePage({
    title: 'Your role is not for this',
    room: 'overview',
    ...{ viewer, server },
    status: 403,
    body: html`<div class="note warn"><p>Your role is ${viewer.role}. Ask an owner, who may do this, or may give you another role.</p></div>`,
  })
}

/** What failed on our side. */
export function failedPage(viewer: Viewer, { server }: ConsoleContext): Response {
  const id = currentRequest()?.requestId
  return consolePage({
    title: 'Something is not working here',
    room: 'overview',
    ...{ viewer, server },
    status: 500,
    body: html`<div class="note bad"><p>The fault is ours, not yours. Try again in a minute; the log has it${id === undefined ? undefined : html`, under <code>${id}</code>`}.</p></div>`,
  })
}
