import { type Html, html } from '@portcullis/auth/authorization-server'
import { perform } from '../../administration/operation.ts'
import { listConsentsOperation, listGrantsOperation } from '../../administration/operations/access.ts'
import { verifyAuditOperation } from '../../administration/operations/audit.ts'
import { listClientsOperation } from '../../administration/operations/clients.ts'
import { listKeysOperation } from '../../administration/operations/keys.ts'
import { listInvitationsOperation, listUsersOperation } from '../../administration/operations/people.ts'
import { listSettingsOperation } from '../../administration/operations/settings.ts'
import { listTokensOperation } from '../../administration/operations/tokens.ts'
import { nameOfActor, sentenceOfAct } from '../../audit/act-words.ts'
import { listAuditLog } from '../../audit/read.ts'
import { actLink } from '../act-link.ts'
import { acts } from '../acts.ts'
import type { ConsoleContext } from '../context.ts'
import { consolePage } from '../frame.ts'
import { nothing, table } from '../table.ts'
import type { Viewer } from '../viewer.ts'
import { when } from '../when.ts'

type Page = (request: Request, viewer: Viewer, context: ConsoleContext) => Promise<Response>

/** What was done a moment ago, where an act led here. */
function doneNote(request: Request): Html | undefined {
  const act = acts.get(new URL(request.url).searchParams.get('done') ?? '')
  return act && html`<div class="note good" role="status"><p>${act.done}</p></div>`
}

export const showUsers: Page = async (request, viewer, { administration, server }) => {
  const { administrator } = viewer
  const users = await perform(listUsersOperation, {}, administrator, administration)
  const invitations = await perform(listInvitationsOperation, {}, administrator, administration)
  return consolePage({
    title: 'People',
    room: 'users',
    ...{ viewer, server },
    lead: 'Who can sign in, and what they may do here.',
    aside: actLink(viewer, 'users.invite', {}, { isMain: true }),
    body: html`${doneNote(request)}
${table(
  'People',
  [
    { label: 'Name' },
    { label: 'Role' },
    { label: 'Signs in with' },
    { label: 'Since' },
    { label: 'Acts', isAct: true },
  ],
  users.map(({ userName, role, state, signsIn, createdAt }) => {
    const person = { user: userName }
    const isDisabled = state === 'disabled'
    return [
      html`<bdi>${userName}</bdi>${state === 'active' ? undefined : html` <span class="tag ${isDisabled ? 'bad' : 'warn'}">${state}</span>`}`,
      role,
      signsIn.join(', '),
      when(createdAt),
      html`<div class="row">${actLink(viewer, 'users.role', person, { label: 'Role' })}${actLink(viewer, 'users.reset', person, { label: 'New password' })}${isDisabled ? actLink(viewer, 'users.enable', person, { label: 'Enable' }) : actLink(viewer, 'users.disable', person, { label: 'Disable' })}</div>`,
    ]
  }),
)}
<h2>Invitations that nobody has used yet</h2>
${
  invitations.length === 0
    ? nothing('None.')
    : table(
        'Invitations',
        [{ label: 'For' }, { label: 'Made' }, { label: 'Works until' }, { label: 'Acts', isAct: true }],
        invitations.map(({ id, recipient, createdAt, expiresAt }) => [
          html`<bdi>${recipient ?? 'nobody named'}</bdi>`,
          when(createdAt),
          Number.isFinite(expiresAt) ? when(expiresAt) : undefined,
          actLink(viewer, 'users.withdraw', { invitation: id }, { label: 'Take back' }),
        ]),
      )
}`,
  })
}

export const showClients: Page = async (request, viewer, { administration, server }) => {
  const isAll = new URL(request.url).searchParams.get('unused') === '1'
  const clients = await perform(listClientsOperation, { unused: isAll }, viewer.administrator, administration)
  return consolePage({
    title: 'Clients',
    room: 'clients',
    ...{ viewer, server },
    lead: 'MCP clients that may ask people for access. What a client calls itself is its own claim.',
    aside: actLink(viewer, 'clients.create', {}, { isMain: true }),
    body: html`${doneNote(request)}
<p>${isAll ? html`<a href="/console/clients">Leave out those that nobody has consented to</a>` : html`<a href="/console/clients?unused=1">Show those too that nobody has consented to yet</a>`}</p>
${
  clients.length === 0
    ? nothing('None yet: clients register by themselves when somebody connects one.')
    : table(
        'Clients',
        [
          { label: 'Client' },
          { label: 'Came' },
          { label: 'Answers go to' },
          { label: 'Since' },
          { label: 'Acts', isAct: true },
        ],
        clients.map(({ clientId, name, origin, method, redirectUris, issuedAt }) => {
          const client = { client: clientId }
          const isKept = origin !== 'configured'
          return [
            html`<bdi>${name ?? 'It gave no name'}</bdi><small><code>${clientId}</code></small>`,
            html`${origin}<small>${method}</small>`,
            html`${redirectUris.slice(0, 3).map((uri) => html`<small><code>${uri}</code></small>`)}${redirectUris.length > 3 ? html`<small>and ${redirectUris.length - 3} more</small>` : undefined}`,
            issuedAt === undefined ? undefined : when(issuedAt),
            html`<div class="row">${isKept && /secret/.test(method) ? actLink(viewer, 'clients.renewSecret', client, { label: 'Another secret' }) : undefined}${isKept ? actLink(viewer, 'clients.delete', client, { label: 'Delete' }) : undefined}</div>`,
          ]
        }),
      )
}`,
  })
}

export const showGrants: Page = async (request, viewer, { administration, server }) => {
  const grants = await perform(listGrantsOperation, {}, viewer.administrator, administration)
  const consents = await perform(listConsentsOperation, {}, viewer.administrator, administration)
  return consolePage({
    title: 'Grants',
    room: 'grants',
    ...{ viewer, server },
    lead: 'Which client has access for whom. What is ended is over within five seconds, open streams too.',
    body: html`${doneNote(request)}
${
  grants.length === 0
    ? nothing('Nobody has connected a client yet.')
    : table(
        'Grants',
        [
          { label: 'Client' },
          { label: 'Person' },
          { label: 'May' },
          { label: 'Last used' },
          { label: 'Tools' },
          { label: 'Acts', isAct: true },
        ],
        grants
          .toSorted((a, b) => b.usedAt - a.usedAt)
          .slice(0, mostShown)
          .map(({ id, clientId, clientName, userName, subject, scope, usedAt, tools }) => [
            html`<bdi>${clientName ?? clientId}</bdi>`,
            html`<bdi>${userName ?? (subject === clientId ? 'itself' : subject)}</bdi>`,
            scope.join(' '),
            when(usedAt),
            html`${tools.slice(0, 3).map(({ name, count }) => html`<small><code>${name}</code> ${count}</small>`)}`,
            actLink(viewer, 'grants.end', { grant: id }, { label: 'End' }),
          ]),
      )
}
${grants.length > mostShown ? html`<p class="soft">These are the ${mostShown} that were used last, of ${grants.length}.</p>` : undefined}
<h2>Remembered consents</h2>
${
  consents.length === 0
    ? nothing('Nothing is remembered.')
    : table(
        'Remembered consents',
        [
          { label: 'Client' },
          { label: 'Person' },
          { label: 'Allowed' },
          { label: 'Until' },
          { label: 'Acts', isAct: true },
        ],
        consents
          .slice(0, mostShown)
          .map(({ clientId, clientName, userName, subject, scope, destination, expiresAt }) => [
            html`<bdi>${clientName ?? clientId}</bdi><small>at ${destination}</small>`,
            html`<bdi>${userName ?? subject}</bdi>`,
            scope.join(' '),
            when(expiresAt),
            userName === undefined
              ? undefined
              : actLink(viewer, 'consents.revoke', { user: userName, client: clientId }, { label: 'Forget' }),
          ]),
      )
}`,
  })
}

/** More would be no page to look at; all of them are to be had by the API. */
const mostShown = 60

export const showKeys: Page = async (request, viewer, { administration, server }) => {
  const keys = await perform(listKeysOperation, {}, viewer.administrator, administration)
  return consolePage({
    title: 'Keys',
    room: 'keys',
    ...{ viewer, server },
    lead: 'What access tokens and ID tokens are signed with.',
    aside: html`<div class="row">${actLink(viewer, 'keys.rotate')}${actLink(viewer, 'keys.revoke')}</div>`,
    body: html`${doneNote(request)}
${table(
  'Keys',
  [
    { label: 'Key' },
    { label: 'State' },
    { label: 'Made' },
    { label: 'Signs from' },
    { label: 'Published until' },
    { label: 'Acts', isAct: true },
  ],
  keys.map(({ kid, alg, state, createdAt, signsFrom, publishedUntil }) => [
    html`<code>${kid}</code><small>${alg}</small>`,
    html`<span class="tag ${state === 'signing' ? 'good' : state === 'next' ? 'wait' : ''}">${state}</span>`,
    when(createdAt),
    signsFrom === undefined ? undefined : when(signsFrom),
    publishedUntil === undefined ? undefined : when(publishedUntil),
    state === 'signing' ? undefined : actLink(viewer, 'keys.retire', { key: kid }, { label: 'Take back' }),
  ]),
)}`,
  })
}

export const showTokens: Page = async (request, viewer, { administration, server }) => {
  const tokens = await perform(listTokensOperation, {}, viewer.administrator, administration)
  return consolePage({
    title: 'Tokens',
    room: 'tokens',
    ...{ viewer, server },
    lead: 'Administration tokens, for programs that use the HTTP API.',
    aside: actLink(viewer, 'tokens.create', {}, { isMain: true }),
    body: html`${doneNote(request)}
${
  tokens.length === 0
    ? nothing('There is none.')
    : table(
        'Tokens',
        [
          { label: 'Name' },
          { label: 'Role' },
          { label: 'Last used' },
          { label: 'Works until' },
          { label: 'Acts', isAct: true },
        ],
        tokens.map(({ id, name, role, usedAt, expiresAt }) => [
          html`<bdi>${name}</bdi>`,
          role,
          usedAt === undefined ? 'never' : when(usedAt),
          when(expiresAt),
          actLink(viewer, 'tokens.revoke', { token: id }, { label: 'Revoke' }),
        ]),
      )
}`,
  })
}

export const showSettings: Page = async (_, viewer, { administration, server }) => {
  const settings = await perform(listSettingsOperation, {}, viewer.administrator, administration)
  const set = settings.filter(({ setAt }) => setAt !== undefined)
  const usual = settings.filter(({ setAt, value }) => setAt === undefined && value !== undefined)
  return consolePage({
    title: 'Settings',
    room: 'settings',
    ...{ viewer, server },
    lead: 'What is in force in this process, and where it came from. They change by the configuration and a restart; secrets are in none of them.',
    body: html`<h2>Set by you</h2>
${
  set.length === 0
    ? nothing('Nothing: everything is as it is by itself.')
    : table(
        'Set by you',
        [{ label: 'Setting' }, { label: 'Value' }, { label: 'Where' }],
        set.map(({ name, value, setAt }) => [html`<code>${name}</code>`, html`<code>${textOf(value)}</code>`, setAt]),
      )
}
<details><summary>As they are by themselves: ${usual.length} more</summary>
${table(
  'By default',
  [{ label: 'Setting' }, { label: 'Value' }],
  usual.map(({ name, value }) => [html`<code>${name}</code>`, html`<code>${textOf(value)}</code>`]),
)}</details>`,
  })
}

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

export const showAuditLog: Page = async (request, viewer, { administration, server }) => {
  const { searchParams } = new URL(request.url)
  const before = /^[1-9]\d{0,11}$/.test(searchParams.get('before') ?? '')
    ? Number(searchParams.get('before'))
    : undefined
  const input = { limit: mostShown, ...(before !== undefined && { before }) }
  const entries = await listAuditLog(administration, input)
  const verdict =
    searchParams.get('verify') === '1'
      ? await perform(verifyAuditOperation, {}, viewer.administrator, administration)
      : undefined
  const last = entries.at(-1)
  return consolePage({
    title: 'Audit log',
    room: 'audit',
    ...{ viewer, server },
    lead: 'Every act of an administrator. Each entry has the hash of the one before, so that nobody changes one unseen.',
    aside: html`<div class="row"><a class="button plain" href="/console/audit?verify=1">Verify</a><a class="button plain" href="/console/audit/export">Export</a></div>`,
    body: html`${
      verdict === undefined
        ? undefined
        : verdict.isWhole
          ? html`<div class="note good" role="status"><p>The log is whole: ${verdict.entries} entries, up to the hash <code>${verdict.head.hash}</code>.</p>${verdict.unproved.map((each) => html`<p>${each}</p>`)}</div>`
          : html`<div class="note bad" role="alert"><p>${verdict.problem?.sentence ?? 'The log is not the one that was written.'}</p></div>`
    }
${
  entries.length === 0
    ? nothing('Nothing was done yet.')
    : table(
        'Audit log',
        [{ label: 'When' }, { label: 'Who' }, { label: 'What' }, { label: 'Entry' }],
        entries.map(({ sequence, at, by, act, result, hash }) => [
          when(at),
          html`<bdi>${nameOfActor(by)}</bdi>`,
          html`${actOf(act)}${result === 'refused' ? html` <span class="tag bad">refused</span>` : undefined}`,
          html`${sequence}<small><code>${hash.slice(0, 12)}</code></small>`,
        ]),
      )
}
${last !== undefined && last.sequence > 1 ? html`<p><a href="/console/audit?before=${last.sequence}">Older entries</a></p>` : undefined}`,
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Who did it stands beside it. */
function actOf(act: Parameters<typeof sentenceOfAct>[0]): string {
  const text = sentenceOfAct(act).replace(/^An operator /, '')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
