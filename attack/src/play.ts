import { type Attack, CouldNotTry, type Outcome } from './attack.ts'
import { createStage, type Run } from './stage.ts'
import { createWire, type Exchange } from './wire.ts'

/** What an attack came to, with the last that went over the wire; nothing secret is in it. */
export interface Result {
  attack: Attack
  outcome: Outcome
  exchanges: readonly Exchange[]
  seconds: number
}

const keptExchanges = 8
const longest = 2500

/** Plays attacks one after another, each from an address of its own where the server is on this machine, so that its limits count each alone. */
export async function play(
  attacks: readonly Attack[],
  run: Run,
  { say, tell }: { say: (line: string) => void; tell: (result: Result) => void },
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const [index, attack] of attacks.entries()) {
    const wire = createWire({ from: addressFor(index, run), say })
    const startedAt = performance.now()
    try {
      const outcome = await outcomeOf(attack, run, wire)
      // Hidden whole before anything is cut: half a token would not be known again.
      const printable = (text: string) => shortened(run.secrets.hide(text))
      const exchanges = wire.exchanges
        .slice(-keptExchanges)
        .map(({ sent, answered }) => ({ sent: printable(sent), answered: printable(answered) }))
      const seen = run.secrets.hide(outcome.seen)
      const result = {
        attack,
        outcome: { ...outcome, seen },
        exchanges,
        seconds: (performance.now() - startedAt) / 1000,
      }
      results.push(result)
      tell(result)
    } finally {
      wire.close()
    }
  }
  return results
}

async function outcomeOf(attack: Attack, run: Run, wire: ReturnType<typeof createWire>): Promise<Outcome> {
  try {
    return await attack.run(createStage(run, wire))
  } catch (error) {
    if (error instanceof CouldNotTry) return { verdict: 'could not try', because: error.because, seen: error.message }
    const message = error instanceof Error ? `${error.message}` : String(error)
    return { verdict: 'could not try', because: 'no means', seen: `it broke off: ${message}` }
  }
}

/** Linux has the whole of 127.0.0.0/8 as its own. */
function addressFor(index: number, { target }: Run): string | undefined {
  if (process.platform !== 'linux' || !/^http:\/\/(?:127\.0\.0\.1|localhost)[:/]/.test(`${target.issuer}/`))
    return undefined
  return `127.7.${Math.floor(index / 200)}.${(index % 200) + 2}`
}

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters)`
}
