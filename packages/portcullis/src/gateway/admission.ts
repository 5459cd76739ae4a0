import { busy, type Refusal } from './refusal.ts'

/** How much may be open at the same time, for all and for one caller. */
export interface Admission {
  /** Lets one more of this caller in, until it is released; or says why not. */
  admit(callerKey: string): Refusal | undefined
  release(callerKey: string): void
}

export function createAdmission(limits: { open: number; openPerCaller: number }): Admission {
  const perCaller = new Map<string, number>()
  let open = 0
  return {
    admit(callerKey) {
      const ofCaller = perCaller.get(callerKey) ?? 0
      if (open >= limits.open || ofCaller >= limits.openPerCaller) return busy
      open += 1
      perCaller.set(callerKey, ofCaller + 1)
      return undefined
    },
    release(callerKey) {
      const ofCaller = perCaller.get(callerKey) ?? 1
      open -= 1
      if (ofCaller === 1) perCaller.delete(callerKey)
      else perCaller.set(callerKey, ofCaller - 1)
    },
  }
}
