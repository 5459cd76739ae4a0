import { type Html, html } from '@portcullis/auth/authorization-server'
import { perform } from '../../administration/operation.ts'
import { listConsentsOperation, listGrantsOperation } from '../../administration/operations/access.ts'
import { actLink } from '../act-link.ts'
import { doneNote } from '../done-note.ts'
import { consolePage } from '../frame.ts'
import { mostShown } from '../most-shown.ts'
import type { Page } from '../page.ts'
import { personLink } from '../person-link.ts'
import { nothing, table } from '../table.ts'
import type { Viewer } from '../viewer.ts'
import { when } from '../when.ts'

/** Which client has access for whom, and what is remembered. */
export const showGrants: Page = async (request, viewer, { administration, server }) => {
  const grants = await perform(listGrantsOperation, {}, viewer.administrator, administration)
  const consents = await perform(listConsentsOperation, {}, viewer.administrator, administration)
  return consolePage({
    title: 'Grants',
    room: 'grants',
    ...{ viewer, server },
    lead: 'Which client has access for whom. What is ended is over within five seconds, open streams too.',
    body: html`${doneNote(request)}
${grantsTable(grants, viewer)}
<h2>Remembered consents</h2>
${consentsTable(consents, viewer)}`,
  })
}

/** Those that were used last. */
export function grantsTable(grants: Awaited<ReturnType<typeof listGrantsOperation.run>>, viewer: Viewer): Html {
  if (grants.length === 0) return nothing('No client has access.')
  return html`${table(
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
        userName === undefined
          ? html`<bdi>${subject === clientId ? 'itself' : subject}</bdi>`
          : personLink(userName, viewer),
        scope.join(' '),
        when(usedAt),
        html`${tools.slice(0, 3).map(({ name, count }) => html`<small><code>${name}</code> ${count}</small>`)}`,
        actLink(viewer, 'grants.end', { grant: id }, { label: 'End' }),
      ]),
  )}
${grants.length > mostShown ? html`<p class="soft">These are the ${mostShown} that were used last, of ${grants.length}.</p>` : undefined}`
}

/** Those that were given last. */
export function consentsTable(consents: Awaited<ReturnType<typeof listConsentsOperation.run>>, viewer: Viewer): Html {
  if (consents.length === 0) return nothing('Nothing is remembered.')
  return html`${table(
    'Remembered consents',
    [
      { label: 'Client' },
      { label: 'Person' },
      { label: 'Allowed' },
      { label: 'Until' },
      { label: 'Acts', isAct: true },
    ],
    consents
      .toSorted((a, b) => b.consentedAt - a.consentedAt)
      .slice(0, mostShown)
      .map(({ clientId, clientName, userName, subject, scope, destination, expiresAt }) => [
        html`<bdi>${clientName ?? clientId}</bdi><small>at ${destination}</small>`,
        userName === undefined ? html`<bdi>${subject}</bdi>` : personLink(userName, viewer),
        scope.join(' '),
        when(expiresAt),
        userName === undefined
          ? undefined
          : actLink(viewer, 'consents.revoke', { user: userName, client: clientId }, { label: 'Forget' }),
      ]),
  )}
${consents.length > mostShown ? html`<p class="soft">These are the ${mostShown} that were given last, of ${consents.length}.</p>` : undefined}`
}
