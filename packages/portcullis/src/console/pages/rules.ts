import { type Html, html } from '@portcullis/auth/authorization-server'
import { admittedBy, peopleIn } from '../../config/admission-words.ts'
import { type McpServer, titleOf } from '../../config/mcp-servers.ts'
import { consolePage } from '../frame.ts'
import type { Page } from '../page.ts'
import { nothing, table } from '../table.ts'

/** Who may come in, and what a call needs. */
export const showRules: Page = async (_, viewer, { administration: { configuration }, server }) => {
  const { mcpServers, identityProviders, clientDocuments, passwords } = configuration
  const admitted = Object.entries(identityProviders)
  const givers = admitted.flatMap(([id, { name = id, roles }]) =>
    Object.entries(roles).map(([role, rules]) => [name, role, rules] as const),
  )
  return consolePage({
    title: 'Rules',
    room: 'rules',
    ...{ viewer, server },
    lead: 'Who may come in, and what a call needs. They stand in the configuration.',
    body: html`<h2>Who may sign in</h2>
<ul class="links"><li>${passwords ? 'Whoever has an account here, with a passkey or a password.' : 'Nobody with a password of this server.'}</li>
${admitted.map(([name, rules]) => html`<li>By <b><bdi>${name}</bdi></b> (${rules.preset}): ${admittedBy(rules)}.</li>`)}</ul>
${
  givers.length === 0
    ? undefined
    : html`<h2>Who administrates by the word of an identity provider</h2>
<ul class="links">${givers.map(([name, role, rules]) => html`<li><b>${role}</b>, by <bdi>${name}</bdi>: ${peopleIn(rules)}.</li>`)}</ul>`
}
<h2>Which clients may ask</h2>
<ul class="links"><li>Those that stand in the configuration, or were made here.</li>
<li>${clientDocuments.enabled ? `Those that a document describes, at ${clientDocuments.hosts?.join(', ') ?? 'any host'}${clientDocuments.deniedHosts.length === 0 ? '' : `, save ${clientDocuments.deniedHosts.join(', ')}`}.` : 'None by a document that describes it.'}</li>
<li>Those that register: any, or where there is an initial access token those that have it.</li></ul>
${mcpServers.map((each) => html`${mcpServers.length === 1 ? undefined : html`<h2><bdi>${titleOf(each)}</bdi></h2>\n<p><code>${each.publicUrl}</code></p>\n`}${rulesOfServer(each)}`)}`,
  })
}

function rulesOfServer({ scopes, hierarchy, tools }: McpServer): Html {
  return html`<h2>Scopes</h2>
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
}`
}
