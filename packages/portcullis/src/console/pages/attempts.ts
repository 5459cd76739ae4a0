import { type Html, html } from '@portcullis/auth/authorization-server'
import {
  type AttemptFilter,
  type AttemptView,
  attemptsOfServer,
  listAttempts,
  type Party,
  parties,
  partyWords,
  showAttempt,
  type TimelineEntry,
} from '../../administration/attempts.ts'
import { OperatorError } from '../../operations/operator-error.ts'
import type { ConsoleContext } from '../context.ts'
import { consolePage } from '../frame.ts'
import { liveScriptPath } from '../live-script.ts'
import { nothing, table } from '../table.ts'
import type { Viewer } from '../viewer.ts'
import { timeOfDay, whenExactly } from '../when.ts'
import { notFoundPage } from './problem.ts'

const mostShown = 50

/** The attempts of clients to connect, the latest first; what is chosen above the list stands in the address. */
export async function showAttempts(request: Request, viewer: Viewer, context: ConsoleContext): Promise<Response> {
  const { searchParams } = new URL(request.url)
  const filter = filterOf(searchParams)
  const attempts = await listAttempts(attemptsOfServer(context.administration), filter, { limit: mostShown })
  return consolePage({
    title: 'Connections',
    room: 'attempts',
    ...{ viewer, server: context.server },
    lead: 'Each attempt of a client to connect, from its first request to its first call, and whose doing it is where that fails.',
    aside: html`<a class="button plain" href="/console/doctor">Ask the doctor</a>`,
    scripts: [liveScriptPath],
    body: html`<form class="filter">
<div><label for="verdict">Whose doing</label><select id="verdict" name="verdict"><option value="">any</option>${parties.map((party) => html`<option value="${party}"${party === filter.verdict ? html` selected` : undefined}>${partyWords[party]}</option>`)}</select></div>
<div><label for="client">Client</label><input id="client" name="client" value="${filter.client ?? ''}" maxlength="200" autocomplete="off"></div>
<div><label for="person">Person</label><input id="person" name="person" value="${filter.person ?? ''}" maxlength="200" autocomplete="off"></div>
<div><label for="text">Text</label><input id="text" name="text" value="${filter.text ?? ''}" maxlength="200" autocomplete="off" placeholder="an address, a reference"></div>
<button class="plain">Filter</button>
</form>
<div data-live="/console/attempts/events">${attempts.length === 0 ? nothing(isEmpty(filter) ? noAttempts(context) : 'None is like that.') : attemptsTable(attempts)}${attempts.length === mostShown ? html`<p class="soft">These are the latest ${mostShown}: look for others by what stands above.</p>` : undefined}</div>`,
  })
}

/** Why there is none. */
export function noAttempts({ administration }: Pick<ConsoleContext, 'administration'>): string {
  return administration.configuration.recorder.enabled
    ? 'No client has tried to connect yet. Add the URL of this server to one, and watch it come here.'
    : 'The flight recorder is switched off (recorder.enabled): no attempt is remembered.'
}

export function attemptsTable(attempts: readonly AttemptView[]): Html {
  return table(
    'Attempts to connect',
    [{ label: 'Began' }, { label: 'Client' }, { label: 'Person' }, { label: 'Whose doing' }],
    attempts.map(({ id, startedAt, client, server, person, verdict }) => [
      whenExactly(startedAt),
      html`<a href="/console/attempts/${id}"><bdi>${client.name}</bdi></a><small>${sureness[client.sureness]}${server === undefined ? undefined : html`, to <bdi>${server.name}</bdi>`}</small>`,
      person === undefined ? undefined : html`<bdi>${person.userName ?? person.subject}</bdi>`,
      html`${tagOf(verdict.party)} ${verdict.riddle === undefined ? undefined : html`<b>${verdict.riddle.title}</b>`}<small>${verdict.sentence}</small>`,
    ]),
  )
}

/** One attempt: the verdict, what to do, and each request with what it means. */
export async function showOneAttempt(id: string, viewer: Viewer, context: ConsoleContext): Promise<Response> {
  try {
    const view = await showAttempt(attemptsOfServer(context.administration), id)
    return consolePage({
      title: `${view.client.name} ${outcomes[view.verdict.party] ?? 'did not connect'}`,
      room: 'attempts',
      ...{ viewer, server: context.server },
      lead: html`Began ${whenExactly(view.startedAt)}${view.person === undefined ? undefined : html`, for <bdi>${view.person.userName ?? view.person.subject}</bdi>`}.`,
      scripts: [liveScriptPath],
      body: html`<div data-live="/console/attempts/events">${story(view)}</div>
<h2>Share it</h2>
<p>An evidence file has no secret in it. By default addresses, people and hosts are pseudonyms, the same ones throughout the file.</p>
<div class="row"><a class="button plain" href="/console/attempts/${id}/evidence" download>With pseudonyms</a><a class="button plain" href="/console/attempts/${id}/evidence?names=1" download>With names</a><a class="button plain" href="/console/doctor">Ask the doctor</a></div>`,
    })
  } catch (cause) {
    if (cause instanceof OperatorError) return notFoundPage(viewer, context)
    throw cause
  }
}

function story({ verdict, timeline, omitted, next, doubts, client, server, follows }: AttemptView): Html {
  return html`<div class="note ${tones[verdict.party]}"><h2>${verdict.riddle?.title ?? sentenceCase(verdict.words)}</h2><p>${verdict.sentence}</p>
${verdict.evidence.length === 0 ? undefined : html`<ul class="steps">${verdict.evidence.map((each) => html`<li>${each}</li>`)}</ul>`}
${verdict.nextStep === undefined ? undefined : html`<p><b>What to do now</b></p><p>${verdict.nextStep}</p>`}</div>
${verdict.remarks.map((remark) => html`<div class="note"><p>${remark}</p></div>`)}
<h2>What happened</h2>
<ol class="timeline">
${timeline.map(entryOf)}
${next === undefined ? undefined : html`<li${next.isOverdue ? html` class="missing"` : html` class="next"`}><span class="soft">${next.isOverdue ? 'missing' : 'next'}</span><div><p><b>${next.isOverdue ? `This did not come: ${next.what}` : `Next, ${next.what}`}</b></p><p class="soft">It takes ${duration(next.within)} at the most; waited for ${duration(next.waited)} so far.</p></div></li>`}
</ol>
${omitted === 0 ? undefined : html`<p class="soft">${omitted} requests in the middle are left out.</p>`}
<h2>Which client</h2>
<dl class="facts"><dt>Client</dt><dd><bdi>${client.name}</bdi>, ${sureness[client.sureness]}</dd>
${server === undefined ? undefined : html`<dt>Server</dt><dd><bdi>${server.name}</bdi>, <code>${server.publicUrl}</code></dd>`}
${client.by.length === 0 ? undefined : html`<dt>By</dt><dd>${client.by.join('; ')}</dd>`}
${client.others.length === 0 ? undefined : html`<dt>It may also be</dt><dd>${client.others.join(', ')}</dd>`}
${client.clientIds.length === 0 ? undefined : html`<dt>Client identifier</dt><dd>${client.clientIds.map((each) => html`<code>${each}</code> `)}</dd>`}
${client.redirectUris.length === 0 ? undefined : html`<dt>Answers go to</dt><dd>${client.redirectUris.map((each) => html`<code>${each}</code> `)}</dd>`}
${client.addresses.length === 0 ? undefined : html`<dt>Came from</dt><dd>${client.addresses.join(', ')}</dd>`}
${client.agents.length === 0 ? undefined : html`<dt>Programs</dt><dd>${client.agents.map((each) => html`<code>${each}</code> `)}</dd>`}
${follows === undefined ? undefined : html`<dt>Before it</dt><dd><a href="/console/attempts/${follows}">another attempt of this client</a></dd>`}</dl>
${doubts.map((doubt) => html`<p class="soft">${doubt}</p>`)}`
}

function entryOf({ at, took, request, status, meaning, address, requestId, repeats, side }: TimelineEntry): Html {
  const isRefused = status >= 400 && status !== 401
  const times = repeats === undefined || repeats === 0 ? undefined : `, ${repeats} times more`
  return html`<li${isRefused ? html` class="refused"` : undefined}>${timeOfDay(at)}<div>${meaning.length === 0 ? html`<p><b>A request</b></p>` : meaning.map((each) => html`<p><b>${each}</b></p>`)}
<p class="soft"><code>${request}</code> ${status === 0 ? 'left before the answer' : `answered ${status}`} in ${Math.round(took)} ms${times}${address === undefined ? undefined : `, ${side === 'person' ? 'a browser' : 'a program'} at ${address}`} <small>${requestId}</small></p></div></li>\n`
}

/** How far it is known which client it is. */
const sureness: Readonly<Record<AttemptView['client']['sureness'], string>> = {
  proved: 'proved',
  likely: 'likely',
  guess: 'a guess',
  unknown: 'its own word',
}

/** Others did not connect. */
const outcomes: Readonly<Partial<Record<Party, string>>> = {
  connected: 'is connected',
  still_waiting: 'is still waiting',
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function duration(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`
}

const tones: Readonly<Record<Party, string>> = {
  connected: 'good',
  your_server: 'bad',
  your_edge: 'bad',
  your_identity_provider: 'bad',
  the_client: 'warn',
  the_person: 'warn',
  still_waiting: 'wait',
}

function tagOf(party: Party): Html {
  return html`<span class="tag ${tones[party]}">${partyWords[party].replace(/ \(.*/, '')}</span>`
}

function filterOf(query: URLSearchParams): AttemptFilter {
  const of = (name: 'client' | 'verdict' | 'person' | 'text') => {
    const text = (query.get(name) ?? '').trim().slice(0, 200)
    return text !== '' && { [name]: text }
  }
  return { ...of('client'), ...of('verdict'), ...of('person'), ...of('text') }
}

function isEmpty(filter: AttemptFilter): boolean {
  return Object.keys(filter).length === 0
}
