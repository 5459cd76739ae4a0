import { type Html, html, page } from '@portcullis/auth/authorization-server'
import { type Fault, faultGroups, faults, type TestAuthorizationServer } from '@portcullis/auth/testing'

const owner = 'Test authorization server'

/** The page of switches: what fails now, and what can be made to. Forms alone, so that it works without scripts. */
export function switchesPage(
  { issuer, faults: inForce }: TestAuthorizationServer,
  { resource, scopes }: { resource: string; scopes: Readonly<Record<string, string>> },
): Response {
  return page({
    title: 'Switches',
    owner,
    formActionSources: [],
    body: html`<h1>What shall fail?</h1>
<p class="soft">Issuer <code>${issuer}</code>, tokens for <code>${resource}</code>. Everything is forgotten when it stops.</p>
${inForce.size === 0 ? undefined : html`<div class="note warn"><p>${inForce.size === 1 ? 'One fault is on.' : `${inForce.size} faults are on.`}</p><form method="post" action="/dev/switch"><input type="hidden" name="off" value=""><button class="small plain">All is well again</button></form></div>`}
${Object.entries(faultGroups).map(
  ([title, names]) => html`<h2>${title}</h2>
<ul class="rows">${names.map((name) => row(name, inForce))}</ul>
`,
)}<h2>Now, once</h2>
<ul class="rows">
<li><div><b>Sign with a new key</b><small>The old one stays published.</small></div><form method="post" action="/dev/rotate-keys"><button class="small plain">Rotate</button></form></li>
<li><div><b>End everything that was allowed</b><small>Tokens of everybody are revoked.</small></div><form method="post" action="/dev/end-grants"><button class="small plain">Revoke</button></form></li>
</ul>
<h2>A token at once</h2>
<form method="post" action="/dev/token"><div class="field"><label for="subject">Whose</label><input id="subject" name="subject" value="alice" maxlength="128" autocomplete="off" autocapitalize="none" required></div>
<div class="field"><label for="scope">Scope</label><input id="scope" name="scope" value="${Object.keys(scopes).join(' ')}" autocomplete="off" autocapitalize="none"></div><button>Get a token</button></form>`,
  })
}

function row(name: Fault, inForce: ReadonlySet<Fault>): Html {
  const isOn = inForce.has(name)
  return html`<li><div><b>${faults[name]}</b><small><code>${name}</code></small></div>
<form method="post" action="/dev/switch"><input type="hidden" name="${isOn ? 'off' : 'on'}" value="${name}"><button class="${isOn ? 'small' : 'small plain'}" aria-pressed="${String(isOn)}" aria-label="${name}: ${isOn ? 'On' : 'Off'}">${isOn ? 'On' : 'Off'}</button></form></li>`
}

/** A token that somebody asked for by the page. */
export function tokenPage(token: { access_token: string; subject: string; scope: string }): Response {
  return page({
    title: 'A token',
    owner,
    body: html`<h1>A token of ${token.subject}</h1>
<p class="soft">Scope <code>${token.scope}</code></p>
<p><code>${token.access_token}</code></p>
<p><a class="button" href="/dev">Back to the switches</a></p>`,
  })
}
