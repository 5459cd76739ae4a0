import { html } from '@portcullis/auth/authorization-server'
import { perform } from '../../administration/operation.ts'
import { listInvitationsOperation, listUsersOperation } from '../../administration/operations/people.ts'
import { actLink } from '../act-link.ts'
import { doneNote } from '../done-note.ts'
import { consolePage } from '../frame.ts'
import { longList, restOf } from '../long-list.ts'
import { mostShown } from '../most-shown.ts'
import type { Page } from '../page.ts'
import { nothing, table } from '../table.ts'
import { when } from '../when.ts'

/** Who can sign in, and who is invited. */
export const showUsers: Page = async (request, viewer, { administration, server }) => {
  const { administrator } = viewer
  const users = await perform(listUsersOperation, {}, administrator, administration)
  const list = longList(request, users, ({ userName }) => userName)
  const invitations = await perform(listInvitationsOperation, {}, administrator, administration)
  return consolePage({
    title: 'People',
    room: 'users',
    ...{ viewer, server },
    lead: 'Who can sign in, and what they may do here.',
    aside: actLink(viewer, 'users.invite', {}, { isMain: true }),
    body: html`${doneNote(request)}${list.search}
${table(
  'People',
  [
    { label: 'Name' },
    { label: 'Role' },
    { label: 'Signs in with' },
    { label: 'Since' },
    { label: 'Acts', isAct: true },
  ],
  list.rows.map(({ userName, role, state, signsIn, createdAt }) => {
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
)}${list.rest}
<h2>Invitations that nobody has used yet</h2>
${
  invitations.length === 0
    ? nothing('None.')
    : table(
        'Invitations',
        [{ label: 'For' }, { label: 'Made' }, { label: 'Works until' }, { label: 'Acts', isAct: true }],
        invitations
          .slice(0, mostShown)
          .map(({ id, recipient, createdAt, expiresAt }) => [
            html`<bdi>${recipient ?? 'nobody named'}</bdi>`,
            when(createdAt),
            Number.isFinite(expiresAt) ? when(expiresAt) : undefined,
            actLink(viewer, 'users.withdraw', { invitation: id }, { label: 'Take back' }),
          ]),
      )
}${invitations.length > mostShown ? restOf(mostShown, invitations.length) : undefined}`,
  })
}
