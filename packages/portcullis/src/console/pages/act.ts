import { type Html, html } from '@portcullis/auth/authorization-server'
import { InvalidInputError, perform } from '../../administration/operation.ts'
import { hasRight } from '../../administration/rights.ts'
import { OperatorError } from '../../operations/operator-error.ts'
import { hidden } from '../../pages/fields.ts'
import { redirect } from '../../pages/session.ts'
import { inputOf } from '../act-input.ts'
import { actAddress, actPath } from '../act-link.ts'
import { type Act, type ActField, acts } from '../acts.ts'
import type { ConsoleContext } from '../context.ts'
import { consolePage } from '../frame.ts'
import { problemTypes } from '../problem-details.ts'
import { rooms } from '../rooms.ts'
import type { Viewer } from '../viewer.ts'
import { notFoundPage, refusedPage } from './problem.ts'

/** The page before an act: what it does, on what, and what it needs to know. Nothing is done by opening it. */
export function showAct(request: Request, viewer: Viewer, context: ConsoleContext): Response {
  const act = actOf(request)
  if (act === undefined) return notFoundPage(viewer, context)
  const { searchParams } = new URL(request.url)
  // What the form asks for is filled in by who sends it alone: a link of somebody else would choose for them.
  const given = new Map([...searchParams].filter(([name]) => Object.hasOwn(act.on ?? {}, name)))
  if (!hasRight(viewer.role, act.operation.right)) return refusedPage(request, viewer, context)
  return toProof(act, given, viewer) ?? actPage(act, { given }, viewer, context)
}

/** Does it, once more than its page has said so. */
export async function acceptAct(
  request: Request,
  form: ReadonlyMap<string, string>,
  viewer: Viewer,
  context: ConsoleContext,
): Promise<Response> {
  const act = actOf(request)
  if (act === undefined) return notFoundPage(viewer, context)
  const mayDoIt = hasRight(viewer.role, act.operation.right)
  const proof = toProof(act, form, viewer)
  if (mayDoIt && proof !== undefined) return proof
  try {
    const result = await perform(act.operation, inputOf(act, form), viewer.administrator, context.administration)
    const shown = shownOnce(act, result)
    if (shown !== undefined) return oncePage(act, shown, viewer, context)
    return redirect(`${rooms[act.room].path}?done=${act.operation.name}`)
  } catch (cause) {
    if (!(cause instanceof OperatorError)) throw cause
    if (!mayDoIt) return refusedPage(request, viewer, context) // the audit log has it by now
    return actPage(act, { given: form, refusal: cause }, viewer, context)
  }
}

function actOf(request: Request): Act | undefined {
  return acts.get(new URL(request.url).pathname.slice(actPath.length + 1))
}

/** Whoever did not prove a moment ago who they are goes there first, and comes back to the page, never to the act. */
function toProof(
  { operation, on = {} }: Act,
  given: ReadonlyMap<string, string>,
  viewer: Viewer,
): Response | undefined {
  if (viewer.isFresh) return undefined
  const about = Object.fromEntries([...given].filter(([name]) => Object.hasOwn(on, name)))
  return redirect(`/account/confirm?${new URLSearchParams({ return_to: actAddress(operation.name, about) })}`)
}

interface Shown {
  given: ReadonlyMap<string, string>
  refusal?: OperatorError
}

function actPage(
  act: Act,
  { given, refusal }: Shown,
  viewer: Viewer,
  { server, administration }: ConsoleContext,
): Response {
  const { operation, label, room, isDanger, on = {} } = act
  const hasMail = administration.configuration.mail !== undefined
  const fields = (act.fields ?? []).filter(
    ({ needsMail, right }) => (hasMail || !needsMail) && (right === undefined || hasRight(viewer.role, right)),
  )
  const problems = new Map(
    refusal instanceof InvalidInputError
      ? refusal.problems.map(({ field, message }) => [field.replace(/\..*/, ''), message])
      : [],
  )
  // Said beside its field, or at the top where it has none here.
  const isSaidBelow =
    problems.size > 0 && [...problems.keys()].every((name) => fields.some((each) => each.name === name))
  return consolePage({
    title: label,
    ...{ room, viewer, server },
    status: refusal === undefined ? 200 : problemTypes[refusal.kind].status,
    lead: `${operation.summary}.`,
    body: html`${refusal === undefined ? undefined : html`<div class="note bad" role="alert">${isSaidBelow ? html`<p>Nothing was done: see below what cannot stand.</p>` : html`<p>${refusal.message}.</p><p>${refusal.nextStep}</p>`}</div>`}
<form method="post" action="${actPath}/${operation.name}" class="card">
<dl class="facts">${Object.entries(on).flatMap(([name, words]) =>
      given.get(name) === undefined
        ? []
        : [html`<dt>${words}</dt><dd><bdi>${given.get(name)}</bdi>${hidden(name, given.get(name) ?? '')}</dd>`],
    )}</dl>
${fields.map((field) => fieldOf(field, given.get(field.name) ?? '', problemOf(field, problems)))}
<div class="row"><button${isDanger ? html` class="danger"` : undefined}>${label}</button> <a class="button plain" href="${rooms[room].path}">Back</a></div>
</form>`,
  })
}

/** What is wrong with a field; days are seconds to the operation. */
function problemOf({ name, kind, most = 0 }: ActField, problems: ReadonlyMap<string, string>): string | undefined {
  const problem = problems.get(name)
  return problem !== undefined && kind === 'days' ? `must be a whole number from 1 to ${most}` : problem
}

function fieldOf(
  { name, label, kind, choices = [], hint, isOptional }: ActField,
  value: string,
  problem?: string,
): Html {
  const about = problem === undefined ? (hint === undefined ? undefined : `${name}-hint`) : `${name}-problem`
  const attributes = html` id="${name}" name="${name}"${isOptional ? undefined : html` required`}${
    about === undefined ? undefined : html` aria-describedby="${about}"`
  }${problem === undefined ? undefined : html` aria-invalid="true"`}`
  return html`<div class="field"><label for="${name}">${label}${isOptional ? ' (optional)' : undefined}</label>
${
  kind === 'choice'
    ? html`<select${attributes}>${choices.map((choice) => html`<option value="${choice}"${choice === value ? html` selected` : undefined}>${choice === '' ? 'as usual' : choice}</option>`)}</select>`
    : kind === 'lines'
      ? html`<textarea${attributes} rows="3" maxlength="8000" spellcheck="false">${value}</textarea>`
      : html`<input${attributes} type="text" value="${value}" maxlength="300" autocomplete="off"${kind === 'days' ? html` inputmode="numeric"` : undefined}>`
}
${problem === undefined ? (hint === undefined ? undefined : html`<small id="${name}-hint">${hint}</small>`) : html`<p class="bad" id="${name}-problem">${label} ${problem}.</p>`}</div>`
}

/** What the operation answers that is shown this once. */
function shownOnce({ shownOnce: wanted }: Act, result: unknown): string | undefined {
  if (wanted === undefined || typeof result !== 'object' || result === null) return undefined
  const value: unknown = Reflect.get(result, wanted.field)
  return typeof value === 'string' ? value : undefined
}

function oncePage(act: Act, secret: string, viewer: Viewer, { server }: ConsoleContext): Response {
  const { label, hint } = act.shownOnce ?? { label: '', hint: '' }
  return consolePage({
    title: act.done.replace(/\.$/, ''),
    room: act.room,
    ...{ viewer, server },
    lead: 'It is shown this once.',
    body: html`<div class="card"><h2>${label}</h2><code class="secret">${secret}</code><p>${hint}</p>
<p><a class="button plain" href="${rooms[act.room].path}">Done</a></p></div>`,
  })
}
