import type { Slot } from './slot.ts'

/** How many processes may run at the same time, of all servers that share it. */
export interface ProcessRoom {
  enter(tenant: Tenant): void
  /** Whether one more may run for this slot: for it one ends that nobody waits for, whose ever it is. */
  makeRoomFor(slot: Slot): boolean
}

/** The processes of one server. */
export interface Tenant {
  /** Those that run or start, beside the given one. */
  taken(beside: Slot): readonly Slot[]
  /** With those that take their time to end. */
  running(): number
  end(slot: Slot): void
}

export function createProcessRoom({ processes }: { processes: number }): ProcessRoom {
  const tenants: Tenant[] = []
  return {
    enter: (tenant) => void tenants.push(tenant),
    makeRoomFor(slot) {
      if (tenants.reduce((sum, { running }) => sum + running(), 0) >= 2 * processes) return false
      const taken = tenants.flatMap((tenant) => tenant.taken(slot).map((each) => ({ slot: each, end: tenant.end })))
      return taken.length < processes || endOneOf(taken)
    },
  }
}

/** Ends the one that was used least lately of those that nobody waits for; whether there was one. */
export function endOneOf(candidates: readonly { slot: Slot; end: (slot: Slot) => void }[]): boolean {
  const [oldest] = candidates
    .filter(({ slot: { ready, spare } }) => spare !== undefined || ready?.connection.isIdle({ besideStreams: true }))
    .sort((one, other) => one.slot.usedAt - other.slot.usedAt)
  if (oldest === undefined) return false
  oldest.end(oldest.slot)
  return true
}
