import type { Entry, Store } from '@portcullis/auth/authorization-server'
import type { AuditRecord, ProgramKinds } from '../store/records.ts'
import { auditId } from './entry.ts'

type WithStore = { store: Store<ProgramKinds> }

/** The entries behind `after`, in their order, a page of the store at a time. */
export async function* readAuditLog(
  { store }: WithStore,
  { after }: { after: number },
): AsyncGenerator<Entry<AuditRecord>, undefined> {
  let last = auditId(after)
  for (;;) {
    const page = await store.list('audit', 'all', 'all', { after: last, limit: 500 })
    yield* page
    const end = page.at(-1)
    if (end === undefined) return undefined
    last = end.id
  }
}

/** At most `limit` entries before the one numbered `before`, the newest first. Default: from the end. */
export async function listAuditLog(
  { store }: WithStore,
  { before, limit = 50 }: { before?: number | undefined; limit?: number | undefined } = {},
): Promise<AuditRecord[]> {
  const end = before ?? ((await store.get('auditHead', 'head'))?.value.sequence ?? 0) + 1
  const after = Math.max(0, end - limit - 1)
  const entries = await store.list('audit', 'all', 'all', { after: auditId(after), limit })
  return entries
    .map(({ value }) => value)
    .filter(({ sequence }) => sequence < end)
    .reverse()
}
