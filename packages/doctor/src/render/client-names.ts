import type { ClientVerdict } from '../simulation/verdict.ts'

/** A name without what stands in brackets behind it. */
export function shortName({ client }: Pick<ClientVerdict, 'client'>): string {
  return client.name.replace(/\s*\([^)]*\)/g, '')
}

/** Stands behind the names of those that nobody has watched. */
export const reportMark = '*'

/** All of them, marked, those that are known best before the others; of more than `most` the beginning. */
export function namesOf(
  verdicts: readonly ClientVerdict[],
  { most = Number.POSITIVE_INFINITY }: { most?: number } = {},
): string {
  const names = [...verdicts.filter((each) => !isReportedOnly(each)), ...verdicts.filter(isReportedOnly)].map(
    (verdict) => `${shortName(verdict)}${isReportedOnly(verdict) ? reportMark : ''}`,
  )
  if (names.length <= most + 1) return names.join(', ')
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}

export function isReportedOnly({ caveats }: ClientVerdict): boolean {
  return caveats.some(({ kind }) => kind === 'weak_evidence')
}
