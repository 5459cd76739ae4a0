import { html } from '@portcullis/auth/authorization-server'
import { perform } from '../../administration/operation.ts'
import { verifyAuditOperation } from '../../administration/operations/audit.ts'
import { nameOfActor, sentenceOfAct } from '../../audit/act-words.ts'
import { listAuditLog } from '../../audit/read.ts'
import { consolePage } from '../frame.ts'
import { mostShown } from '../most-shown.ts'
import type { Page } from '../page.ts'
import { nothing, table } from '../table.ts'
import { when } from '../when.ts'

/** What administrators did. */
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
          html`${actOf(act, nameOfActor(by))}${result === 'refused' ? html` <span class="tag bad">refused</span>` : undefined}`,
          html`${sequence}<small><code>${hash.slice(0, 12)}</code></small>`,
        ]),
      )
}
${last !== undefined && last.sequence > 1 ? html`<p><a href="/console/audit?before=${last.sequence}">Older entries</a></p>` : undefined}`,
  })
}

/** Who did it stands beside it. */
function actOf(act: Parameters<typeof sentenceOfAct>[0], who: string): string {
  const sentence = sentenceOfAct(act).replace(/^An operator /, '')
  const text = sentence.startsWith(`${who} `) ? sentence.slice(who.length + 1) : sentence
  return text.charAt(0).toUpperCase() + text.slice(1)
}
