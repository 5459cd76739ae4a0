import type { Attempt, Step } from './attempt.ts'

/**
 * Whether an attempt is more than what happens every few minutes to everybody who is connected: an access token expires, and is renewed. Whoever does not
 * get on after several refusals is in trouble.
 */
export function isWorthKeeping({ entries }: Pick<Attempt, 'entries'>): boolean {
  const steps = entries.flatMap(({ steps }) => steps)
  const isRenewal = steps.some(isOfRenewal)
  const isOrdinary = steps.every((step) => isOfRenewal(step) || step.code === 'called' || (isRenewal && isSearch(step)))
  if (!isOrdinary) return true
  const refused = entries
    .filter(({ steps }) => steps.some(({ code }) => code === 'token_rejected'))
    .reduce((sum, { repeats = 0 }) => sum + 1 + repeats, 0)
  return refused >= 5
}

/** A first call and nothing before it: it belongs to an attempt that another process saw, or that is long over. */
export function isOnlyUse({ entries }: Pick<Attempt, 'entries'>): boolean {
  return entries.every(({ steps }) => steps.every(({ code }) => code === 'called'))
}

function isOfRenewal({ code, reason }: Step): boolean {
  return code === 'refreshed' || (code === 'token_rejected' && reason === 'expired')
}

function isSearch({ code }: Step): boolean {
  return code === 'resource_metadata' || code === 'server_metadata'
}
