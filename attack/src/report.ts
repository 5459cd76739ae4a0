import type { Result } from './play.ts'

const words = { safe: 'safe', vulnerable: 'VULNERABLE', 'could not try': 'could not try' } as const

/** One line for an attack as it ends; with the bytes where it worked, or where they are asked for. */
export function formatResult({ attack, outcome, exchanges }: Result, { verbose }: { verbose: boolean }): string {
  const word = words[outcome.verdict].padEnd(13)
  const line = `${word}  ${attack.id}: ${outcome.seen}`
  if (outcome.verdict !== 'vulnerable' && !verbose) return line
  const about = [`tries ${attack.tries}`, `safe is: ${attack.safe}`, `from ${attack.from.join('; ')}`]
  const shown = verbose ? exchanges : exchanges.slice(-3)
  const wire = shown.flatMap(({ sent, answered }) => [
    ...sent
      .trimEnd()
      .split('\n')
      .map((text) => `> ${text}`),
    ...answered
      .trimEnd()
      .split('\n')
      .slice(0, verbose ? 60 : 25)
      .map((text) => `< ${text}`),
    '',
  ])
  return [
    line,
    ...about.map((text) => `               ${text}`),
    ...wire.map((text) => `                 ${text}`),
  ].join('\n')
}

/** How it ended, and what was not tried, by reason. */
export function formatSummary(results: readonly Result[]): string {
  const of = (verdict: Result['outcome']['verdict']) => results.filter(({ outcome }) => outcome.verdict === verdict)
  const untried = new Map<string, string[]>()
  for (const { attack, outcome } of of('could not try'))
    untried.set(outcome.seen, [...(untried.get(outcome.seen) ?? []), attack.id])
  return [
    '',
    `${results.length} attacks: ${of('safe').length} safe, ${of('vulnerable').length} vulnerable, ${of('could not try').length} could not be tried`,
    ...of('vulnerable').map(
      ({ attack, outcome }) => `  vulnerable: ${attack.id}: ${outcome.seen} (${attack.from.join('; ')})`,
    ),
    ...[...untried].map(([why, ids]) => `  not tried: ${ids.join(', ')}: ${why}`),
  ].join('\n')
}

/** What was tried at one server, as it stands in the JSON. */
export function reportOf(issuer: string, results: readonly Result[]) {
  const attacks = results.map(({ attack: { id, from, tries, safe }, outcome, exchanges, seconds }) => ({
    id,
    from,
    tries,
    safe,
    ...outcome,
    seconds: Math.round(seconds * 100) / 100,
    exchanges,
  }))
  return { issuer, attacks }
}

export type Report = ReturnType<typeof reportOf>
