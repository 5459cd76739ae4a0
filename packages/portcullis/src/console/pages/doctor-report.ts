import { type Html, html } from '@portcullis/auth/authorization-server'
import type { Report } from '@portcullis/doctor'
import { table } from '../table.ts'

type Cause = Report['causes'][number]
type Verdict = Report['clients'][number]['verdict']

/** What the doctor found, for people: causes first, since they are what can be mended. */
export function reportOnPage({ causes, hidden, clients, requests, milliseconds }: Report): Html {
  return html`${causes.length === 0 ? html`<div class="note good"><p>Nothing was found that keeps a client out.</p></div>` : causes.map(causeOf)}
${hidden.length === 0 ? undefined : html`<h2>Waiting behind that</h2>${hidden.map(causeOf)}`}
<h2>Clients</h2>
${table(
  'Clients',
  [{ label: 'Client' }, { label: 'Connects' }, { label: 'Because' }],
  clients.map(({ name, verdict, words, why, caveats }) => [
    name,
    html`<span class="tag ${tones[verdict]}">${verdictWords[verdict]}</span>`,
    html`${words ?? why}${caveats.filter(({ kind }) => kind !== 'weak_evidence').map(({ text }) => html`<small>${asSentence(text)}</small>`)}${caveats.some(({ kind }) => kind === 'weak_evidence') ? html`<small>Nobody has watched it: it is known from reports alone.</small>` : undefined}`,
  ]),
)}
<p class="soft">${requests} requests, in ${(milliseconds / 1000).toFixed(1)} seconds.</p>`
}

/** Caveats go on from the name of a client; here they stand alone. */
function asSentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function causeOf({ text, seen, fix, severity, requirement }: Cause): Html {
  return html`<div class="note ${severity === 'breaks' ? 'bad' : 'warn'}"><p><b>${text}</b></p>
${seen.length === 0 ? undefined : html`<ul class="steps">${seen.map((each) => html`<li>${each}</li>`)}</ul>`}
${fix === undefined ? undefined : fixOf(fix)}
<p><small>${[...requirement.ids, ...requirement.sections].join(', ')}</small></p></div>`
}

function fixOf({ title, why, code, steps = [] }: NonNullable<Cause['fix']>): Html {
  return html`<p><b>To mend it: ${title}.</b> ${why}</p>
${code === undefined ? html`<ol class="steps">${steps.map((step) => html`<li>${step}</li>`)}</ol>` : html`<p><small>${code.file}</small></p><pre tabindex="0">${code.text}</pre>`}`
}

const verdictWords: Readonly<Record<Verdict, string>> = {
  connects: 'yes',
  connects_with_caveat: 'yes, but',
  stops: 'no',
  cannot_tell: 'cannot tell',
}

const tones: Readonly<Record<Verdict, string>> = {
  connects: 'good',
  connects_with_caveat: 'warn',
  stops: 'bad',
  cannot_tell: 'wait',
}
