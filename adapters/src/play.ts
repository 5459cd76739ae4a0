import { type Case, differenceOf } from './case.ts'
import { exchange } from './exchange.ts'
import type { Issuer } from './issuer.ts'
import { host } from './place.ts'

export interface Outcome {
  case: Case
  /** `undefined` where the answer is as expected. */
  difference: string | undefined
}

interface Target {
  port: number
  issuer: Issuer
}

/** Tries the cases: those of `keys` first, while a server that never had the keys of its issuer cannot have them. */
export async function play(cases: readonly Case[], target: Target): Promise<readonly Outcome[]> {
  const { issuer } = target
  const outcomes: Outcome[] = []
  const tryAll = async (cases: readonly Case[]) => {
    for (const each of cases) outcomes.push({ case: each, difference: await differenceIn(each, target) })
  }
  issuer.keysAreUp = false
  await tryAll(cases.filter(({ group }) => group === 'keys'))
  issuer.keysAreUp = true
  await recovered(target)
  await tryAll(cases.filter(({ group }) => group !== 'keys'))
  return outcomes
}

async function differenceIn(each: Case, { port, issuer }: Target): Promise<string | undefined> {
  try {
    return differenceOf(each.expected(issuer), await exchange(each.sent(issuer), { port, host }))
  } catch (cause) {
    return `no answer: ${cause instanceof Error ? cause.message : cause}`
  }
}

/** Resolves when the server has the keys, for which it asks again by itself; or after ten seconds, and then the cases tell. */
async function recovered({ port, issuer }: Target): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    const sent = { method: 'HEAD', target: '/mcp', headers: [['Authorization', `Bearer ${issuer.token()}`]] } as const
    const { status } = await exchange(sent, { port, host })
    if (status !== 503) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
