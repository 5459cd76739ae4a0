import type { Change, Entry } from '@portcullis/auth/authorization-server'
import type { AuditHeadRecord, AuditSeal, ProgramKinds } from '../store/records.ts'
import { type AuditPlace, auditId, beginning, entryAfter, type Told } from './entry.ts'

/** The changes that put entries behind the head as it was read, with the seal that is made for the last of them. */
export function changesToTell(
  told: readonly Told[],
  head: Entry<AuditHeadRecord> | undefined,
  sealFor: (place: AuditPlace) => AuditSeal | undefined,
): Change<ProgramKinds>[] {
  let place: AuditPlace = head?.value ?? beginning
  const entries = told.map((each) => {
    const value = entryAfter(place, each)
    place = value
    const id = auditId(value.sequence)
    return { kind: 'audit' as const, id, version: 'absent' as const, value, index: { all: 'all' } }
  })
  const { sequence, hash } = place
  const seal = sealFor(place)
  const value = { sequence, hash, ...(seal !== undefined && { seal }) }
  return [...entries, { kind: 'auditHead', id: 'head', version: head?.version ?? 'absent', value }]
}
