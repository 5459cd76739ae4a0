import type { Change, Store } from '@portcullis/auth/authorization-server'
import type { OperatorAct, OperatorActRecord, ProgramKinds } from '../store/records.ts'

/** Where no server takes them for so long, nobody keeps its log either. */
const lifetime = 90 * 24 * 3600

/** The changes that leave acts for the log of the server, in their order; `from` is the place of the first in its batch. */
export function changesToLeave(
  acts: readonly OperatorAct[],
  { at, by, batch, from }: { at: number; by: string | undefined; batch: string; from: number },
): Change<ProgramKinds>[] {
  return acts.map((act, nth) => {
    const id = `${sortable(at)}.${batch}.${sortable(from + nth)}`
    const value: OperatorActRecord = { act, at, ...(by !== undefined && { by }) }
    return { kind: 'operatorAct', id, version: 'absent', value, expiresAt: at + lifetime, index: { all: 'all' } }
  })
}

/** Tells of each act that was left, and takes it away: in this order, since twice in a log is better than never. */
export async function takeActs(store: Store<ProgramKinds>, tell: (left: OperatorActRecord) => void): Promise<void> {
  for (;;) {
    const page = await store.list('operatorAct', 'all', 'all')
    if (page.length === 0) return
    for (const { value } of page) tell(value)
    const gone = page.map(
      ({ id, version }): Change<ProgramKinds> => ({ kind: 'operatorAct', id, version, value: undefined }),
    )
    await store.commit(gone)
  }
}

function sortable(count: number): string {
  return String(count).padStart(12, '0')
}
