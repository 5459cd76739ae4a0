import type { Check, Results } from './suite.ts'

export type Verdict = 'passed' | 'failed' | 'inconclusive' | 'missing'

/** One scenario, run without Portcullis and with it. */
export interface Compared {
  scenario: string
  direct: Verdict
  through: Verdict
  /** Checks that succeeded without Portcullis and did not with it, with what the suite says of them. */
  worse: readonly string[]
}

/** Sets the results of the two runs side by side, check by check: a scenario may not lose one even where it passes on the whole. */
export function compare(direct: Results, through: Results): readonly Compared[] {
  return [...direct].map(([scenario, checks]) => {
    const others = through.get(scenario)
    return { scenario, direct: verdictOf(checks), through: verdictOf(others), worse: lostChecks(checks, others ?? []) }
  })
}

/** A scenario passes when something succeeded and nothing failed. */
export function verdictOf(checks: readonly Check[] | undefined): Verdict {
  if (checks === undefined) return 'missing'
  if (checks.length === 0 || checks.some(({ status }) => status === 'FAILURE')) return 'failed'
  return checks.some(({ status }) => status === 'SUCCESS') ? 'passed' : 'inconclusive'
}

function lostChecks(direct: readonly Check[], through: readonly Check[]): readonly string[] {
  const ids = new Set(direct.map(({ id }) => id))
  return [...ids].flatMap((id) => {
    const others = through.filter((check) => check.id === id)
    if (successesOf(others) >= successesOf(direct.filter((check) => check.id === id))) return []
    const reasons = others.filter(({ status }) => status !== 'SUCCESS').map(({ errorMessage }) => errorMessage)
    return [`${id}: ${reasons.find((reason) => reason !== undefined) ?? 'the check was not made'}`]
  })
}

function successesOf(checks: readonly Check[]): number {
  return checks.filter(({ status }) => status === 'SUCCESS').length
}
