import type { Entry, Store } from '@portcullis/auth/authorization-server'
import type { AuditHeadRecord, AuditRecord, ProgramKinds } from '../store/records.ts'
import { type AuditPlace, auditId, beginning, hashOf } from './entry.ts'
import { readAuditLog } from './read.ts'
import { type AuditKey, judgeSeal } from './seal.ts'

/** What is wrong with a log; `sequence`: of the first entry that is broken. */
export type AuditProblem =
  | {
      kind:
        | 'entry_changed'
        | 'entry_missing'
        | 'entry_does_not_follow'
        | 'end_missing'
        | 'entry_behind_end'
        | 'end_differs'
        | 'seal_wrong'
        | 'seal_of_another_secret'
        | 'seal_missing'
      sequence: number
    }
  | { kind: 'kept_head_missing'; hash: string }

/** What was proved of a log, and what was not. */
export interface AuditVerdict {
  /** Entries that follow from each other. */
  entries: number
  /** Where it ends, to be kept elsewhere. */
  head: AuditPlace
  problem?: AuditProblem
  /** The last entry that whoever had the secret has sealed. Absent where that was not looked at, or where there is none. */
  sealedUpTo?: number
  /** The entry that a head kept elsewhere is of. */
  keptHeadAt?: number
  /** What nobody can tell by what was at hand, in sentences. */
  unproved: readonly string[]
}

/**
 * Reads the whole log and says whether it is the one that was written. Without `keys`, the secret's, that is only whether it fits together. `head`: a hash
 * that was kept elsewhere, which the log must still have.
 */
export async function verifyAuditLog({
  store,
  keys,
  head: kept,
}: {
  store: Store<ProgramKinds>
  keys: readonly AuditKey[]
  head?: string | undefined
}): Promise<AuditVerdict> {
  let sealed = await store.get('auditHead', 'head')
  let keptHeadAt = kept === beginning.hash ? 0 : undefined
  let sealedHash = sealed?.value.seal?.sequence === 0 ? beginning.hash : undefined
  const doubted: { first: number; last: number }[] = []
  const first = sealed
  let walked: Walked = { place: beginning }
  // Others go on writing meanwhile: what they add is looked at, too, until the log ends where its head says.
  for (;;) {
    const upTo = sealed?.value.sequence ?? 0
    walked = await walk(store, walked.place, {
      upTo,
      onEntry({ sequence, hash, by, act }) {
        if (by.kind === 'server' && act.type === 'audit_entries_doubted') doubted.push(act)
        if (sequence === first?.value.seal?.sequence) sealedHash = hash
        if (hash === kept) keptHeadAt = sequence
      },
    })
    if (walked.problem !== undefined) break
    const now = await store.get('auditHead', 'head')
    if (now?.version === sealed?.version) break
    sealed = now
  }
  const { place } = walked
  const problem =
    walked.problem ?? (await problemOfEnd(store, place, sealed)) ?? problemOfSeal(first?.value, sealedHash, keys)
  const missing: AuditProblem | undefined =
    kept !== undefined && keptHeadAt === undefined ? { kind: 'kept_head_missing', hash: kept } : undefined
  const found = problem ?? missing
  const sealedUpTo = keys.length > 0 && found === undefined ? first?.value.seal?.sequence : undefined
  return {
    entries: place.sequence,
    head: { sequence: place.sequence, hash: place.hash },
    ...(found !== undefined && { problem: found }),
    ...(sealedUpTo !== undefined && { sealedUpTo }),
    ...(keptHeadAt !== undefined && { keptHeadAt }),
    unproved: unprovedOf({ keys, first: first?.value, kept, doubted }),
  }
}

/** How far the chain was followed, and what is wrong there. */
interface Walked {
  place: AuditPlace
  problem?: AuditProblem
}

/** Follows the chain from one place on, up to an entry. */
export async function walk(
  store: Store<ProgramKinds>,
  from: AuditPlace,
  { upTo, onEntry = () => {} }: { upTo: number; onEntry?: (entry: AuditRecord) => void },
): Promise<Walked> {
  let place = from
  for await (const entry of readAuditLog({ store }, { after: from.sequence })) {
    if (place.sequence >= upTo) break
    const problem = problemOfEntry(entry, place)
    if (problem !== undefined) return { place, problem }
    place = entry.value
    onEntry(entry.value)
  }
  return place.sequence < upTo ? { place, problem: { kind: 'end_missing', sequence: place.sequence + 1 } } : { place }
}

function problemOfEntry({ id, value }: Entry<AuditRecord>, before: AuditPlace): AuditProblem | undefined {
  const sequence = before.sequence + 1
  if (id !== auditId(sequence)) return { kind: 'entry_missing', sequence }
  if (value.sequence !== sequence || value.hash !== hashOf(value)) return { kind: 'entry_changed', sequence }
  return value.previous === before.hash ? undefined : { kind: 'entry_does_not_follow', sequence }
}

async function problemOfEnd(
  store: Store<ProgramKinds>,
  { sequence, hash }: AuditPlace,
  head: Entry<AuditHeadRecord> | undefined,
): Promise<AuditProblem | undefined> {
  if ((head?.value.hash ?? beginning.hash) !== hash) return { kind: 'end_differs', sequence }
  const [further] = await store.list('audit', 'all', 'all', { after: auditId(sequence), limit: 1 })
  if (further === undefined) return undefined
  const now = await store.get('auditHead', 'head')
  return now?.version === head?.version ? { kind: 'entry_behind_end', sequence: sequence + 1 } : undefined // it came just now
}

function problemOfSeal(
  head: AuditHeadRecord | undefined,
  sealedHash: string | undefined,
  keys: readonly AuditKey[],
): AuditProblem | undefined {
  if (keys.length === 0 || head === undefined) return undefined
  const { seal, sequence } = head
  if (seal === undefined) return { kind: 'seal_missing', sequence }
  const judged = sealedHash === undefined ? 'wrong' : judgeSeal(seal, sealedHash, keys)
  switch (judged) {
    case 'right':
      return undefined
    case 'wrong':
      return { kind: 'seal_wrong', sequence: seal.sequence }
    case 'of_another_secret':
      return { kind: 'seal_of_another_secret', sequence: seal.sequence }
    default:
      return judged satisfies never
  }
}

function unprovedOf({
  keys,
  first,
  kept,
  doubted,
}: {
  keys: readonly AuditKey[]
  first: AuditHeadRecord | undefined
  kept: string | undefined
  doubted: readonly { first: number; last: number }[]
}): string[] {
  const sealedUpTo = first?.seal?.sequence
  return [
    ...(keys.length === 0
      ? [
          'Whether somebody with the database alone has written the whole log anew, or cut off its end: that takes the secret of the server (PORTCULLIS_SECRET, or the key file beside the database).',
        ]
      : []),
    ...(keys.length > 0 && first !== undefined && sealedUpTo !== undefined && sealedUpTo < first.sequence
      ? [
          `Whether the entries from ${sealedUpTo + 1} to ${first.sequence} are as they were written: a command without the secret wrote them, and a server that runs seals them within seconds.`,
        ]
      : []),
    ...doubted.map(
      ({ first: from, last }) =>
        `Whether a server wrote what the entries from ${from} to ${last} say that it did: they had no seal, so that somebody with the database alone may have written them, or a server that had another secret.`,
    ),
    ...(kept === undefined
      ? [
          'Whether the whole database was put back to an older state, or was written by who has the secret too: that takes a hash of the log that was kept elsewhere (--head).',
        ]
      : []),
  ]
}
