import { type Html, html } from '@portcullis/auth/authorization-server'
import { acts } from './acts.ts'

/** What was done a moment ago, where an act led here. */
export function doneNote(request: Request): Html | undefined {
  const act = acts.get(new URL(request.url).searchParams.get('done') ?? '')
  return act && html`<div class="note good" role="status"><p>${act.done}</p></div>`
}
