import { busy, type Refusal } from './refusal.ts'

export interface AdmissionLimits {
  open: number
  openPerCaller: number
  /** Bytes. */
  bodies: number
  bodiesPerCaller: number
}

/** How much may be open, and how much of bodies held in memory, at the same time: for all and for one caller. */
export interface Admission {
  /** Lets one more of this caller in, until its place is released; or says why not. */
  admit(callerKey: string): Place | Refusal
}

/** One request that was let in. */
export interface Place {
  /** Whether a part of the request's body may be held in memory too, until the place is released. */
  hold(part: Buffer): boolean
  release(): void
}

export function createAdmission(limits: AdmissionLimits): Admission {
  const callers = new Map<string, Count>()
  const all: Count = { open: 0, held: 0 }

  return {
    admit(callerKey) {
      const ofCaller = callers.get(callerKey) ?? { open: 0, held: 0 }
      if (all.open >= limits.open || ofCaller.open >= limits.openPerCaller) return busy
      all.open += 1
      ofCaller.open += 1
      if (ofCaller.open === 1) callers.set(callerKey, ofCaller)
      let held = 0
      return {
        hold(part) {
          const bytes = part.length + costOfPart
          if (all.held + bytes > limits.bodies || ofCaller.held + bytes > limits.bodiesPerCaller) return false
          all.held += bytes
          ofCaller.held += bytes
          held += bytes
          return true
        },
        release() {
          all.open -= 1
          all.held -= held
          ofCaller.open -= 1
          ofCaller.held -= held
          if (ofCaller.open === 0) callers.delete(callerKey)
        },
      }
    },
  }
}

interface Count {
  open: number
  held: number
}

/** Bytes that a part takes beside its content: a body may come in parts of one byte. */
const costOfPart = 256
