/** A threat that `docs/threat-model.md` names, and the words by which it names the tests of its guard. */
export interface Threat {
  threat: string
  tests: readonly string[]
}

/** The rows of the page's tables. */
export function parseThreatModelPage(page: string): readonly Threat[] {
  return page.split('\n').flatMap((line) => {
    const [, threat = '', , tests = ''] = line.split('|').map((cell) => cell.trim())
    if (!line.startsWith('| ') || threat === 'Threat') return []
    return { threat, tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, words = '']) => words) }
  })
}
