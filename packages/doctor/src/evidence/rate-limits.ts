import { setTimeout as pause } from 'node:timers/promises'
import { type Answer, headerOf, type Outcome, type ProbeRequest } from './exchange.ts'

/** Keeps to what servers say of too many requests (RFC 6585 §4, RFC 9110 §10.2.3). */
export interface RateLimits {
  /** Resolves when an origin may be asked: at once, unless it has complained. */
  turn(origin: string): Promise<void>
  /** Whether an answer asks for a pause that there is time for: then the next turn comes after it, and turns come one by one. */
  allowsAnother(request: ProbeRequest, outcome: Outcome): boolean
}

/** `left`: milliseconds for all that is to be asked yet. */
export function createRateLimits(left: () => number): RateLimits {
  const next = new Map<string, number>()
  return {
    async turn(origin) {
      const turn = next.get(origin)
      if (turn === undefined) return
      const at = Math.max(turn, performance.now())
      next.set(origin, at + distance)
      await pause(Math.max(Math.min(at - performance.now(), left()), 0))
    },
    allowsAnother(request, outcome) {
      if (outcome.kind === 'failure' || outcome.status !== 429) return false
      const rest = restOf(request, outcome)
      if (rest === undefined || rest >= left()) return false
      const { origin } = new URL(request.url)
      next.set(origin, Math.max(next.get(origin) ?? 0, performance.now() + rest))
      return true
    },
  }
}

/** Milliseconds between two requests to who complained. */
const distance = 100

/** `Retry-After` in milliseconds: seconds, or a date. */
function restOf(request: ProbeRequest, outcome: Answer): number | undefined {
  const value = headerOf({ id: 0, request, outcome, milliseconds: 0 }, 'retry-after')?.trim()
  if (value === undefined) return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(date - Date.now(), 0)
}
