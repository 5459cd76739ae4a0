import { html } from '@portcullis/auth/authorization-server'
import { perform } from '../../administration/operation.ts'
import { listInvitationsOperation, listUsersOperation } from '../../administration/operations/people.ts'
import { roleSourceWords } from '../../administration/role-words.ts'
import { actLink } from '../act-link.ts'
import { doneNote } from '../done-note.ts'
import { consolePage } from '../frame.ts'
import { longList, restOf } from '../long-list.ts'
import { mostTallShown } from '../most-shown.ts'
import { noOwnerNote } from '../no-owner-note.ts'
import type { Page } from '../page.ts'
import { personActs } from '../person-acts.ts'
import { personLink } from '../person-link.ts'
import { nothing, table } from '../table.ts'
import { when } from '../when.ts'
import { showPerson } from './person.ts'

/** Who can sign in, and who is invited; or one of them, where the address says whom. */
export const showUsers: Page = async (request, viewer, context) => {
  const { administration, server } = context
  const { administrator } = viewer
  const asked = new URL(request.url).searchParams.get('user')
  if (asked !== null) return showPerson(asked, viewer, context)
  const users = await perform(listUsersOperation, {}, administrator, administration)
  const list = longList(request, users, ({ userName }) => userName)
  const invitations = await perform(listInvitationsOperation, {}, administrator, administration)
  return consolePage({
    title: 'People',
    room: 'users',
    ...{ viewer, server },
    lead: 'Who can sign in, and what they may do here.',
    aside: actLink(viewer, 'users.invite', {}, { isMain: true }),
    body: html`${await noOwnerNote(context)}${doneNote(request)}${list.search}
${
  list.rows.length === 0
    ? nothing('Nobody is called like that.')
    : table(
        'People',
        [
          { label: 'Name' },
          { label: 'Role' },
          { label: 'Signs in with' },
          { label: 'Since' },
          { label: 'Acts', isAct: true },
        ],
        list.rows.map((user) => [
          html`${personLink(user.userName, viewer)}${user.state === 'active' ? undefined : html` <span class="tag ${user.state === 'disabled' ? 'bad' : 'warn'}">${user.state}</span>`}${user.isShutOut ? html` <span class="tag bad">shut out</span>` : undefined}`,
          html`${user.role}${user.roleFrom === undefined ? undefined : html`<small>${roleSourceWords(user.roleFrom, administration.configuration)}</small>`}`,
          user.signsIn.join(', '),
          when(user.createdAt),
          personActs(user, viewer, administration.configuration),
        ]),
      )
}${list.rest}
<h2>Invitations that nobody has used yet</h2>
${
  invitations.length === 0
    ? nothing('None.')
    : table(
        'Invitations',
        [
          { label: 'For' },
          { label: 'Role' },
          { label: 'Made' },
          { label: 'Works until' },
          { label: 'Acts', isAct: true },
        ],
        invitations
          .slice(0, mostTallShown)
          .map(({ id, recipient, role, createdAt, expiresAt }) => [
            html`<bdi>${recipient ?? 'nobody named'}</bdi>`,
            role,
            when(createdAt),
            Number.isFinite(expiresAt) ? when(expiresAt) : undefined,
            actLink(viewer, 'users.withdraw', { invitation: id }, { label: 'Take back' }),
          ]),
      )
}${invitations.length > mostTallShown ? restOf(mostTallShown, invitations.length) : undefined}`,
  })
}
