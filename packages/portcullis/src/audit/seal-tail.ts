import type { Store } from '@portcullis/auth/authorization-server'
import type { AuditAct } from '../store/audit-acts.ts'
import type { AuditHeadRecord, AuditRecord, ProgramKinds } from '../store/records.ts'
import type { AuditLog } from './audit-log.ts'
import { changesToTell } from './changes-to-tell.ts'
import { type AuditPlace, auditId, beginning, type Told } from './entry.ts'
import { sentenceOf } from './problem-text.ts'
import { type AuditKey, judgeSeal, sealOf } from './seal.ts'
import { type AuditProblem, walk } from './verify.ts'

/**
 * Gives what was written without the secret its seal, once it is seen to go on from what has one. What is not as commands write it gets
 * an entry behind it that tells so, under the same seal: that a log had entries and no seal at all, or entries of a server, none of which leaves any
 * without. Otherwise whoever has the database would have what they wrote sealed unnoticed. Resolves to why it did not: the log
 * is not the one that was sealed, or does not fit together.
 */
export async function sealTail({ store, keys }: AuditLog, now: () => number): Promise<string | undefined> {
  const [key] = keys
  if (key === undefined) return undefined
  for (;;) {
    const head = await store.get('auditHead', 'head')
    const foreign: number[] = []
    const problem = await problemOf(head?.value, store, {
      keys,
      onEntry: (entry) => entry.by.kind !== 'command_line' && foreign.push(entry.sequence),
    })
    if (problem !== undefined) return sentenceOf(problem)
    const { seal, sequence }: AuditHeadRecord = head?.value ?? beginning
    if (seal?.sequence === sequence && seal.keyId === key.id) return undefined
    const told = [
      ...(seal === undefined && sequence > 0 ? [ownAct({ type: 'audit_log_sealed', entries: sequence }, now())] : []),
      ...(foreign.length > 0 ? [ownAct({ type: 'audit_entries_doubted', ...spanOf(foreign) }, now())] : []),
    ]
    if (await store.commit(changesToTell(told, head, (place) => sealOf(place, key)))) return undefined
  }
}

async function problemOf(
  head: AuditHeadRecord | undefined,
  store: Store<ProgramKinds>,
  { keys, onEntry }: { keys: readonly AuditKey[]; onEntry: (entry: AuditRecord) => void },
): Promise<AuditProblem | undefined> {
  if (head === undefined) return undefined
  const { seal, sequence, hash } = head
  const from = seal === undefined || seal.sequence === 0 ? beginning : await placeAt(seal.sequence, store)
  if (from === undefined) return { kind: 'entry_missing', sequence: seal?.sequence ?? 0 }
  const judged = seal === undefined ? 'right' : judgeSeal(seal, from.hash, keys)
  if (judged !== 'right')
    return { kind: judged === 'wrong' ? 'seal_wrong' : 'seal_of_another_secret', sequence: from.sequence }
  const { place, problem } = await walk(store, from, { upTo: sequence, onEntry })
  return problem ?? (place.hash === hash ? undefined : { kind: 'end_differs', sequence })
}

async function placeAt(sequence: number, store: Store<ProgramKinds>): Promise<AuditPlace | undefined> {
  return (await store.get('audit', auditId(sequence)))?.value
}

function spanOf(sequences: readonly number[]): { first: number; last: number } {
  return { first: sequences[0] ?? 0, last: sequences.at(-1) ?? 0 }
}

function ownAct(act: AuditAct, at: number): Told {
  return { at, by: { kind: 'server' }, act, result: 'done' }
}
