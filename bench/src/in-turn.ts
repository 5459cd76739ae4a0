/** Something that is measured beside others: one round of it at a time. */
export interface Contender<Sample> {
  name: string
  round(): Promise<Sample>
}

/**
 * Measures in turn, A B C A B C …: a machine swings from minute to minute, and so each round of one stands beside a round of every other.
 * Some rounds of each come first and are thrown away: until then, code is still being compiled.
 */
export async function inTurn<Sample>(
  contenders: readonly Contender<Sample>[],
  { rounds, warmUp = 1 }: { rounds: number; warmUp?: number },
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]))
  for (let round = -warmUp; round < rounds; round++) {
    for (const { name, round: measure } of contenders) {
      const sample = await measure()
      if (round >= 0) samples.get(name)?.push(sample)
    }
  }
  return samples
}
