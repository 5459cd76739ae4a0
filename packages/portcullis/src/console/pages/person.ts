import { type Html, html } from '@portcullis/auth/authorization-server'
import { perform } from '../../administration/operation.ts'
import { listConsentsOperation, listGrantsOperation } from '../../administration/operations/access.ts'
import { listUsersOperation } from '../../administration/operations/people.ts'
import { hasRight, mayActOn } from '../../administration/rights.ts'
import { roleSourceWords } from '../../administration/role-words.ts'
import type { UserSummary } from '../../administration/users.ts'
import { actLink } from '../act-link.ts'
import type { ConsoleContext } from '../context.ts'
import { consolePage } from '../frame.ts'
import { personActs } from '../person-acts.ts'
import type { Viewer } from '../viewer.ts'
import { when } from '../when.ts'
import { consentsTable, grantsTable } from './grants.ts'
import { notFoundPage } from './problem.ts'

/** One person: who they are here, how they sign in, and what has access for them. */
export async function showPerson(userName: string, viewer: Viewer, context: ConsoleContext): Promise<Response> {
  const { administration, server } = context
  const { administrator, role } = viewer
  const user = (await perform(listUsersOperation, {}, administrator, administration)).find(
    (each) => each.userName === userName,
  )
  if (user === undefined) return notFoundPage(viewer, context)
  return consolePage({
    title: user.userName,
    room: 'users',
    ...{ viewer, server },
    lead: html`${user.state === 'active' ? undefined : html`<span class="tag ${user.state === 'disabled' ? 'bad' : 'warn'}">${user.state}</span> `}${user.role}${user.roleFrom === undefined ? undefined : ` ${roleSourceWords(user.roleFrom, administration.configuration)}`}, since ${when(user.createdAt)}`,
    aside: personActs(user, viewer, administration.configuration),
    body: html`<h2>Signs in with</h2>
${waysIn(user, viewer)}
${hasRight(role, 'read_grants') ? await accessOf(user, viewer, context) : undefined}
${hasRight(role, 'read_attempts') ? html`<p><a href="/console/attempts?person=${encodeURIComponent(user.userName)}">Attempts to connect of this person</a></p>` : undefined}`,
  })
}

function waysIn({ userName, role, signsIn }: UserSummary, viewer: Viewer): Html {
  const isLocked = (way: string) => own.has(way) || !mayActOn(viewer.role, role)
  return signsIn.length === 0
    ? html`<p class="soft">Nothing.</p>`
    : html`<ul class="links">${signsIn.map(
        (way) =>
          html`<li class="row"><span>${way}</span>${isLocked(way) ? undefined : actLink(viewer, 'users.unlink', { user: userName, identityProvider: way }, { label: `Unlink ${way}` })}</li>`,
      )}</ul>`
}

/** What is no identity provider. */
const own: ReadonlySet<string> = new Set(['passkey', 'password'])

async function accessOf(user: UserSummary, viewer: Viewer, { administration }: ConsoleContext): Promise<Html> {
  const { administrator } = viewer
  const of = { user: user.userName }
  const grants = await perform(listGrantsOperation, of, administrator, administration)
  const consents = await perform(listConsentsOperation, of, administrator, administration)
  return html`<h2>Grants</h2>
${grantsTable(grants, viewer)}
${grants.length < 2 ? undefined : html`<p>${actLink(viewer, 'grants.endOfUser', of)}</p>`}
<h2>Remembered consents</h2>
${consentsTable(consents, viewer)}`
}
