import { type Html, html } from './html.ts'
import type { ConsentRequest, InteractionError } from './interaction.ts'
import { formatLifetime } from './lifetime.ts'
import { page } from './page.ts'

/**
 * The page that asks a person to let a client use a resource (P-03): who asks, as claimed; where the code goes (AS-19); what for, and for how
 * long. Where the destination proves no identity it says so (AS-20). Nothing the client said is markup or a link.
 */
export function consentPage(request: ConsentRequest): Response {
  const { client, resource, signedIn, form } = request
  const name = client.name ?? 'an application without a name'
  const server = resource.name ?? new URL(resource.identifier).host
  return page({
    title: `Allow ${name}?`,
    owner: server,
    formActionSources: request.formActionSources,
    body: html`<h1>Allow <bdi>${name}</bdi> to use <bdi>${server}</bdi>?</h1>
<p class="soft">${signedIn.displayName === undefined ? 'It would act for you.' : html`You are signed in as <b><bdi>${signedIn.displayName}</bdi></b>. It would act for you.`}</p>
${facts(request)}
${request.destinationProvesIdentity ? undefined : unproved}
<h2>It will be able to</h2>
<ul class="list">${request.scopes.map(({ token, description }) => html`<li>${description} <small><code>${token}</code></small></li>`)}</ul>
<p class="soft">This lasts until it has not been used for ${formatLifetime(request.lifetime)}, or until access is ended.</p>
<form method="post" action="${form.action}">
${form.fields.map(([field, value]) => html`<input type="hidden" name="${field}" value="${value}">`)}
<div class="choice"><button class="plain" name="decision" value="deny">Deny</button><button name="decision" value="allow">Allow</button></div>
</form>`,
  })
}

/** The page for a refusal that cannot be sent to the client: what happened, what to do now, and the id by which an operator finds the event. */
export function errorPage(error: InteractionError): Response {
  return page({
    title: titleOf(error),
    status: error.status,
    body: html`<h1>${titleOf(error)}</h1>
<p>${asSentence(error.description)}</p>
<div class="note"><p><b>What to do now</b></p><p>${error.nextStep}</p></div>
<p class="soft">If you ask for help, give this reference: <code>${error.id}</code> <small>(${error.code})</small></p>`,
  })
}

function facts({ client, destination, resource }: ConsentRequest): Html {
  return html`<dl class="facts">
<div><dt>Who asks</dt><dd>${client.name === undefined ? 'It gave no name' : html`<bdi>${client.name}</bdi> <small>The name is its own claim; nobody has verified it.</small>`}</dd></div>
<div><dt>Where the answer is sent</dt><dd><span class="at">${destination}</span></dd></div>
<div><dt>What it would use</dt><dd>${resource.name === undefined ? undefined : html`<bdi>${resource.name}</bdi> `}<small>${resource.identifier}</small></dd></div>
</dl>`
}

const unproved = html`<div class="note warn"><p><b>Did you just start this yourself?</b></p>
<p>The answer goes to a program on your device, and any program there could have asked under this name. Allow only if you have just begun to connect it.</p></div>`

/** Error descriptions go over the wire without a full stop. */
function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function titleOf({ status }: InteractionError): string {
  if (status >= 500) return 'Something is not working here'
  return status === 403 ? 'This is not allowed' : 'This request cannot go on'
}
