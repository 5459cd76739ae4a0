import type { Diagnosis } from './diagnosis.ts'
import type { ClientVerdict } from './simulation/verdict.ts'

/** What the program ends with; its help and docs/doctor.md list them. */
export const exitCodes = { allConnect: 0, someStop: 1, wrongUsage: 2, undecided: 3, failed: 70 } as const

/**
 * What nobody knows of a client says nothing about the server: it leaves the code undecided only where somebody asked about that client.
 * What the server did not show does so always.
 */
export function exitCodeOf({
  causes,
  clients,
  areChosen,
}: Pick<Diagnosis, 'causes' | 'clients' | 'areChosen'>): 0 | 1 | 3 {
  if (causes.length > 0 || clients.some(({ kind }) => kind === 'stops')) return exitCodes.someStop
  return clients.some((verdict) => isOpen(verdict, areChosen)) ? exitCodes.undecided : exitCodes.allConnect
}

function isOpen({ walk: { end } }: ClientVerdict, areChosen: boolean): boolean {
  return end.kind === 'cannot_tell' && (areChosen || end.unknown === 'server')
}
