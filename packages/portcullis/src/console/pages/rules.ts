import { html } from '@portcullis/auth/authorization-server'
import { consolePage } from '../frame.ts'
import type { Page } from '../page.ts'
import { nothing, table } from '../table.ts'
import { textOf } from '../value-text.ts'

/** Who may in, and what a call needs. */
export const showRules: Page = async (_, viewer, { administration: { configuration }, server }) => {
  const { scopes, tools, hierarchy, identityProviders, clientDocuments, passwords } = configuration
  const admitted = Object.entries(identityProviders)
  return consolePage({
    title: 'Rules',
    room: 'rules',
    ...{ viewer, server },
    lead: 'Who may in, and what a call needs. They stand in the configuration.',
    body: html`<h2>Who may sign in</h2>
<ul class="links"><li>${passwords ? 'Whoever has an account here, with a passkey or a password.' : 'Nobody with a password of this server.'}</li>
${admitted.map(([name, { preset, newAccounts, allow }]) => html`<li><b><bdi>${name}</bdi></b> (${preset}): ${allow === undefined ? 'whoever has an account there' : html`<code>${textOf(allow)}</code>`}${newAccounts === 'invited' ? ', and was invited' : undefined}.</li>`)}</ul>
<h2>Which clients may ask</h2>
<p>${clientDocuments.enabled ? `Those described by a document at ${clientDocuments.hosts?.join(', ') ?? 'any host'}${clientDocuments.deniedHosts.length === 0 ? '' : `, save ${clientDocuments.deniedHosts.join(', ')}`}, and` : 'No client by a document;'} those that register.</p>
<h2>Scopes</h2>
${table(
  'Scopes',
  [{ label: 'Scope' }, { label: 'What people read' }, { label: 'Brings' }],
  Object.entries(scopes).map(([token, description]) => [
    html`<code>${token}</code>`,
    description,
    (hierarchy[token] ?? []).join(' '),
  ]),
)}
<h2>Tools</h2>
${
  Object.keys(tools).length === 0
    ? nothing('No tool is named: each needs a sign-in and no scope.')
    : table(
        'Tools',
        [{ label: 'Tool' }, { label: 'Needs' }],
        Object.entries(tools).map(([name, needs]) => [html`<code>${name}</code>`, needs.scopes.join(' ')]),
      )
}`,
  })
}
