import { html, page } from '@portcullis/auth/authorization-server'
import { faults, isFault, type TestAuthorizationServer } from '@portcullis/auth/testing'

/** The page of switches: what fails now, and what can be made to. */
export function switchesPage(
  { issuer, faults: inForce }: TestAuthorizationServer,
  { resource }: { resource: string },
): Response {
  const names = Object.keys(faults).filter(isFault)
  return page({
    title: 'Switches',
    owner: 'Test authorization server',
    formActionSources: [],
    body: html`<h1>What shall fail?</h1>
<p class="soft">Issuer <code>${issuer}</code>, tokens for <code>${resource}</code>. Everything is forgotten when it stops.</p>
<ul class="rows">${names.map(
      (name) => html`<li><div><b>${faults[name]}</b><small><code>${name}</code></small></div>
<form method="post" action="/dev/switch"><input type="hidden" name="${inForce.has(name) ? 'off' : 'on'}" value="${name}"><button class="${inForce.has(name) ? 'small' : 'small plain'}" aria-pressed="${String(inForce.has(name))}">${inForce.has(name) ? 'On' : 'Off'}</button></form></li>`,
    )}</ul>
<h2>Now, once</h2>
<ul class="rows">
<li><div><b>Sign with a new key</b><small>The old one stays published.</small></div><form method="post" action="/dev/rotate-keys"><button class="small plain">Rotate</button></form></li>
<li><div><b>End everything that was allowed</b><small>Tokens of all people are revoked.</small></div><form method="post" action="/dev/end-grants"><button class="small plain">Revoke</button></form></li>
</ul>`,
  })
}

/** Who signs in: anybody, by one click. */
export function whoPage(people: readonly string[], returnTo: string): Response {
  return page({
    title: 'Who are you?',
    owner: 'Test authorization server',
    body: html`<h1>Who are you?</h1>
<p class="soft">This server is for tests: nobody is asked for a password.</p>
${people.map((name) => html`<p><a class="button" href="/dev/sign-in?${new URLSearchParams({ as: name, to: returnTo }).toString()}">${name}</a></p>`)}`,
  })
}
