import type { Brand } from './branding.ts'
import { type Html, html } from './html.ts'
import type { ConsentRequest, InteractionError } from './interaction.ts'
import { page } from './page.ts'
import { abilities } from './scope-list.ts'
import { nameWarnings, shortened, whoAsks } from './who-asks.ts'

/**
 * The page that asks a person to let a client use a resource (P-03): who asks, as claimed and as far as it is known; where the code goes (AS-19); what
 * for, which can be unticked, and for how long. Where the destination proves no identity it says so (AS-20), and where a name is likely to be taken
 * for another's. Nothing the client said is markup, a link or an image.
 */
export function consentPage(request: ConsentRequest, brand?: Brand): Response {
  const { client, resource, form } = request
  const name = client.name === undefined ? 'an application without a name' : shortened(client.name)
  const server = resource.name ?? new URL(resource.identifier).host
  return page({
    title: `Allow ${name}?`,
    owner: server,
    brand,
    ...(request.problem !== undefined && { status: 422 }),
    formActionSources: request.formActionSources,
    body: html`<h1>Allow <bdi>${name}</bdi> to use <bdi>${server}</bdi>?</h1>
${nameWarnings(client)}${request.destinationProvesIdentity ? undefined : unproved}
<form method="post" action="${form.action}" class="ask">
<div class="sides">
<div>${facts(request)}</div>
<div>${abilities(request)}</div>
</div>
${formFields(form)}
<div class="bar"><div class="choice"><button class="plain" name="decision" value="deny">Deny</button><button name="decision" value="allow">Allow</button></div></div>
</form>`,
  })
}

/** What the form carries unseen. */
export function formFields({ fields, choice }: ConsentRequest['form']): readonly Html[] {
  const all = choice === undefined ? fields : [...fields, choice]
  return all.map(([field, value]) => html`<input type="hidden" name="${field}" value="${value}">`)
}

/** The page for a refusal that cannot be sent to the client: what happened, what to do now, and the id by which an operator finds the event. */
export function errorPage(error: InteractionError, brand?: Brand): Response {
  return page({
    title: titleOf(error),
    ...(error.server !== undefined && { owner: error.server }),
    brand,
    status: error.status,
    body: html`<h1>${titleOf(error)}</h1>
<p>${asSentence(error.description)}</p>
<div class="note"><p><b>What to do now</b></p><p>${error.nextStep}</p></div>
${error.back === undefined ? undefined : html`<p><a class="button" href="${error.back}">Back to the application</a></p>\n`}<p class="soft">If you ask for help, give this reference: <code>${error.id}</code> <small>(${error.code})</small></p>`,
  })
}

function facts({ client, destination, resource, signedIn }: ConsentRequest): Html {
  return html`<dl class="facts">
<div><dt>Who asks</dt><dd>${whoAsks(client)}</dd></div>
<div><dt>Answer goes to</dt><dd><span class="at">${destination}</span></dd></div>
<div><dt>To use</dt><dd>${resource.name === undefined ? undefined : html`<bdi>${resource.name}</bdi> `}<small>${resource.identifier}</small></dd></div>
${signedIn.displayName === undefined ? undefined : html`<div><dt>As</dt><dd><bdi>${signedIn.displayName}</bdi></dd></div>\n`}</dl>`
}

const unproved = html`<div class="note warn first"><p><b>Did you just start this yourself?</b>
The answer goes to a program on your device, and any program there could have asked under this name. If you did not, deny.</p></div>`

/** Error descriptions go over the wire without a full stop. */
function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function titleOf({ status }: InteractionError): string {
  if (status >= 500) return 'Something is not working here'
  return status === 403 ? 'This is not allowed' : 'This request cannot go on'
}
