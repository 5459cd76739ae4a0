import type { Store } from '@portcullis/auth/authorization-server'
import type { AuditHeadRecord, ProgramKinds } from '../store/records.ts'
import { type AuditLog, changesToTell } from './commit-told.ts'
import { type AuditPlace, auditId, beginning, type Told } from './entry.ts'
import { sentenceOf } from './problem-text.ts'
import { type AuditKey, judgeSeal, sealOf } from './seal.ts'
import { type AuditProblem, walk } from './verify.ts'

/**
 * Gives what was written without the secret its seal, once it is seen to go on from what has one. A log that has entries and no seal gets its first with an
 * entry that tells so: otherwise whoever took the seal away would have a log of their own sealed unnoticed. Resolves to why it did not: the log
 * is not the one that was sealed, or does not fit together.
 */
export async function sealTail({ store, keys }: AuditLog, now: () => number): Promise<string | undefined> {
  const [key] = keys
  if (key === undefined) return undefined
  for (;;) {
    const head = await store.get('auditHead', 'head')
    const problem = await problemOf(head?.value, store, keys)
    if (problem !== undefined) return sentenceOf(problem)
    const { seal, sequence }: AuditHeadRecord = head?.value ?? beginning
    if (seal?.sequence === sequence && seal.keyId === key.id) return undefined
    const told = seal === undefined && sequence > 0 ? [firstSeal(sequence, now())] : []
    if (await store.commit(changesToTell(told, head, (place) => sealOf(place, key)))) return undefined
  }
}

async function problemOf(
  head: AuditHeadRecord | undefined,
  store: Store<ProgramKinds>,
  keys: readonly AuditKey[],
): Promise<AuditProblem | undefined> {
  if (head === undefined) return undefined
  const { seal, sequence, hash } = head
  const from = seal === undefined || seal.sequence === 0 ? beginning : await placeAt(seal.sequence, store)
  if (from === undefined) return { kind: 'entry_missing', sequence: seal?.sequence ?? 0 }
  const judged = seal === undefined ? 'right' : judgeSeal(seal, from.hash, keys)
  if (judged !== 'right')
    return { kind: judged === 'wrong' ? 'seal_wrong' : 'seal_of_another_secret', sequence: from.sequence }
  const { place, problem } = await walk(store, from, { upTo: sequence })
  return problem ?? (place.hash === hash ? undefined : { kind: 'end_differs', sequence })
}

async function placeAt(sequence: number, store: Store<ProgramKinds>): Promise<AuditPlace | undefined> {
  return (await store.get('audit', auditId(sequence)))?.value
}

function firstSeal(entries: number, at: number): Told {
  return { at, by: { kind: 'server' }, act: { type: 'audit_log_sealed', entries }, result: 'done' }
}
