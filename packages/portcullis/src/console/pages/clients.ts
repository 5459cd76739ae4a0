import { html } from '@portcullis/auth/authorization-server'
import { perform } from '../../administration/operation.ts'
import { listClientsOperation } from '../../administration/operations/clients.ts'
import { actLink } from '../act-link.ts'
import { doneNote } from '../done-note.ts'
import { consolePage } from '../frame.ts'
import { longList } from '../long-list.ts'
import type { Page } from '../page.ts'
import { nothing, table } from '../table.ts'
import { when } from '../when.ts'

/** Which clients may ask people for access. */
export const showClients: Page = async (request, viewer, { administration, server }) => {
  const isAll = new URL(request.url).searchParams.get('unused') === '1'
  const clients = await perform(listClientsOperation, { unused: isAll }, viewer.administrator, administration)
  const list = longList(
    request,
    clients,
    ({ name = '', clientId, redirectUris }) => [name, clientId, ...redirectUris].join(' '),
    isAll ? { unused: '1' } : {},
  )
  return consolePage({
    title: 'Clients',
    room: 'clients',
    ...{ viewer, server },
    lead: 'MCP clients that may ask people for access. What a client calls itself is its own claim.',
    aside: actLink(viewer, 'clients.create', {}, { isMain: true }),
    body: html`${doneNote(request)}
<p>${isAll ? html`<a href="/console/clients">Leave out those that nobody has consented to</a>` : html`<a href="/console/clients?unused=1">Show those too that nobody has consented to yet</a>`}</p>
${list.search}
${
  list.rows.length === 0
    ? nothing(
        clients.length === 0
          ? 'None yet: clients register by themselves when somebody connects one.'
          : 'None is called like that.',
      )
    : table(
        'Clients',
        [
          { label: 'Client' },
          { label: 'Came' },
          { label: 'Answers go to' },
          { label: 'Since' },
          { label: 'Acts', isAct: true },
        ],
        list.rows.map(({ clientId, name, origin, method, redirectUris, issuedAt }) => {
          const client = { client: clientId }
          const isKept = origin !== 'configured'
          return [
            html`<bdi>${name === undefined ? 'It gave no name' : clipped(name)}</bdi><small><code>${clientId}</code></small>`,
            html`${origin}<small>${method === 'none' ? 'without a secret' : method}</small>`,
            html`${redirectUris.slice(0, 3).map((uri) => html`<small><code>${clipped(uri)}</code></small>`)}${redirectUris.length > 3 ? html`<small>and ${redirectUris.length - 3} more</small>` : undefined}`,
            issuedAt === undefined ? undefined : when(issuedAt),
            html`<div class="row">${isKept && /secret/.test(method) ? actLink(viewer, 'clients.renewSecret', client, { label: 'Another secret' }) : undefined}${isKept ? actLink(viewer, 'clients.delete', client, { label: 'Delete' }) : undefined}</div>`,
          ]
        }),
      )
}${list.rest}`,
  })
}

/** Clients may call themselves what they like, and their addresses have no end. */
function clipped(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
