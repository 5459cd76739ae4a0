import { type Case, differenceOf } from './case.ts'
import { exchange } from './exchange.ts'
import type { Issuer } from './issuer.ts'
import { host } from './place.ts'

export interface Outcome {
  case: Case
  /** `undefined` where the answer is as expected. */
  difference: string | undefined
}

/** Tries the cases in their order: those of `keys` while the keys of the issuer are down. */
export async function play(
  cases: readonly Case[],
  { port, issuer }: { port: number; issuer: Issuer },
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const each of cases) {
    const wereUp = issuer.keysAreUp
    issuer.keysAreUp = each.group !== 'keys'
    if (issuer.keysAreUp && !wereUp) await recovered({ port, issuer })
    outcomes.push({ case: each, difference: await differenceIn(each, { port, issuer }) })
  }
  return outcomes
}

async function differenceIn(
  each: Case,
  { port, issuer }: { port: number; issuer: Issuer },
): Promise<string | undefined> {
  try {
    return differenceOf(each.expected(issuer), await exchange(each.sent(issuer), { port, host }))
  } catch (cause) {
    return `no answer: ${cause instanceof Error ? cause.message : cause}`
  }
}

/** Resolves when the server has the keys, which it asks for again by itself; or after ten seconds, and then the cases tell. */
async function recovered({ port, issuer }: { port: number; issuer: Issuer }): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    const sent = { method: 'HEAD', target: '/mcp', headers: [['Authorization', `Bearer ${issuer.token()}`]] } as const
    const { status } = await exchange(sent, { port, host })
    if (status !== 503) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
