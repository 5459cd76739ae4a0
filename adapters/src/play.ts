import { type Case, differenceOf } from './case.ts'
import { exchange } from './exchange.ts'
import type { Issuer } from './issuer.ts'
import { host } from './place.ts'
import { expectedOf, type Traits, withoutItsOwn } from './traits.ts'

export interface Outcome {
  case: Case
  /** `undefined` where the answer is as expected. */
  difference: string | undefined
}

interface Target {
  port: number
  issuer: Issuer
  /** Default: everything is as everywhere. */
  traits?: Traits
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

async function differenceIn(each: Case, { port, issuer, traits = {} }: Target): Promise<string | undefined> {
  try {
    const sent = each.sent(issuer)
    const answer = await exchange(sent, { port, host })
    const expected = expectedOf({ group: each.group, sent, expected: each.expected(issuer) }, traits)
    return differenceOf(expected, withoutItsOwn(answer, traits))
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
