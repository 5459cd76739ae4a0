import { html } from '@portcullis/auth/authorization-server'
import { perform } from '../../administration/operation.ts'
import { listKeysOperation } from '../../administration/operations/keys.ts'
import { actLink } from '../act-link.ts'
import { doneNote } from '../done-note.ts'
import { consolePage } from '../frame.ts'
import type { Page } from '../page.ts'
import { table } from '../table.ts'
import { when } from '../when.ts'

/** What tokens are signed with. */
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
