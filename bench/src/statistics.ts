/** What many rounds say of one thing. */
export interface Summary {
  median: number
  /** The quartiles: half of all rounds lie between them. */
  low: number
  high: number
}

export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b)
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) }
}

/** Divides round by round, so that a slow minute is in both. */
export function ratios(values: readonly number[], reference: readonly number[]): readonly number[] {
  return values.map((value, round) => value / (reference[round] ?? Number.NaN))
}

export function differences(values: readonly number[], reference: readonly number[]): readonly number[] {
  return values.map((value, round) => value - (reference[round] ?? Number.NaN))
}

export function quantile(sorted: readonly number[], at: number): number {
  const position = (sorted.length - 1) * at
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}
