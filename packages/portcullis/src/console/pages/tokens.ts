import { html } from '@portcullis/auth/authorization-server'
import { perform } from '../../administration/operation.ts'
import { listTokensOperation } from '../../administration/operations/tokens.ts'
import { actLink } from '../act-link.ts'
import { doneNote } from '../done-note.ts'
import { consolePage } from '../frame.ts'
import type { Page } from '../page.ts'
import { nothing, table } from '../table.ts'
import { when } from '../when.ts'

/** What programs administrate with. */
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
