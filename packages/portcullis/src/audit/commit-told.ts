import type { Change, Entry, Store } from '@portcullis/auth/authorization-server'
import { OperatorError } from '../operations/operator-error.ts'
import type { AuditHeadRecord, AuditSeal, ProgramKinds } from '../store/records.ts'
import type { AuditLog } from './audit-log.ts'
import { changesToTell } from './changes-to-tell.ts'
import { type AuditPlace, auditId, type Told } from './entry.ts'
import { type AuditKey, judgeSeal, sealOf } from './seal.ts'
import { sealTail } from './seal-tail.ts'

/**
 * Commits `changes` and what there is to tell of them, all or nothing. Every entry moves the head on, under the condition that it is where it was read, so
 * the chain never forks; who loses that race tries again behind whoever won it, so nobody waits and somebody always goes on. What was written without the
 * secret gets its seal first, so that behind a seal there is the command line alone. Resolves to whether it wrote, as `commit` does: not when something
 * that `changes` name is not as it was read. Throws `OperatorError` where the log is damaged.
 */
export async function commitTold(
  changes: readonly Change<ProgramKinds>[],
  told: readonly Told[],
  { store, keys }: AuditLog,
): Promise<boolean> {
  const [first] = told
  if (first === undefined) return changes.length === 0 || store.commit(changes)
  for (;;) {
    const head = await headToWriteBehind({ store, keys }, first.at)
    const seal = (place: AuditPlace) => sealAt(place, head?.value, keys)
    if (await store.commit([...changes, ...changesToTell(told, head, seal)])) return true
    const since = await store.get('auditHead', 'head')
    if (since?.version !== head?.version) continue // others came first
    await requireWhole(store, head)
    return false
  }
}

/** The end of the log, sealed where the secret is at hand; as it is where it is damaged, which a server that runs says. */
async function headToWriteBehind({ store, keys }: AuditLog, at: number): Promise<Entry<AuditHeadRecord> | undefined> {
  for (;;) {
    const head = await store.get('auditHead', 'head')
    if (head === undefined || keys.length === 0 || isSealed(head.value, keys)) return head
    if ((await sealTail({ store, keys }, () => at)) !== undefined) return head
  }
}

function isSealed({ seal, hash, sequence }: AuditHeadRecord, keys: readonly AuditKey[]): boolean {
  return seal?.sequence === sequence && judgeSeal(seal, hash, keys) === 'right'
}

/** A new seal only behind one that is right for the very end of the log: what was written without the secret is looked at before it gets one (`seal-tail.ts`). */
function sealAt(
  place: AuditPlace,
  head: AuditHeadRecord | undefined,
  keys: readonly AuditKey[],
): AuditSeal | undefined {
  const [key] = keys
  if (head === undefined) return key && sealOf(place, key)
  const { seal, hash } = head
  if (seal === undefined || key === undefined) return seal
  return judgeSeal(seal, hash, keys) === 'right' ? sealOf(place, key) : seal
}

/** An entry where the next one goes: the head was taken back, or is gone. Nothing could ever be told again, and nothing is done untold. */
async function requireWhole(store: Store<ProgramKinds>, head: Entry<AuditHeadRecord> | undefined): Promise<void> {
  const next = (head?.value.sequence ?? 0) + 1
  if ((await store.get('audit', auditId(next))) === undefined) return
  throw new OperatorError(`The audit log is damaged: it has an entry ${next} behind its end`, {
    nextStep:
      'Nothing is done that it could not tell. See what is wrong: portcullis audit verify. Then restore the database from a backup.',
  })
}
