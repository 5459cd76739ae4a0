import type { Diagnosis } from './diagnosis.ts'

/** What the program ends with; its help and docs/doctor.md list them. */
export const exitCodes = { allConnect: 0, someStop: 1, wrongUsage: 2, undecided: 3, failed: 70 } as const

export function exitCodeOf({ causes, clients }: Pick<Diagnosis, 'causes' | 'clients'>): 0 | 1 | 3 {
  if (causes.length > 0 || clients.some(({ kind }) => kind === 'stops')) return exitCodes.someStop
  return clients.some(({ kind }) => kind === 'cannot_tell') ? exitCodes.undecided : exitCodes.allConnect
}
