import fc from 'fast-check'
import { fuzzRequest } from './grammar.ts'
import { judge } from './judge.ts'
import { type FuzzRequest, type Given, resolve, type SentRequest } from './request.ts'
import type { Answer, Target } from './target.ts'

export interface CampaignOptions {
  requests: number
  seed: number
  /** After how many requests the heap is measured, again and again. Default: never. */
  window?: number
  /** Bytes a request that the heap may grow by: as long as it grows faster, requests go on, up to eight times as many. */
  mostGrowth?: number
}

export interface Campaign {
  sent: number
  answered: number
  /** How many answers of each status. */
  statuses: ReadonlyMap<number, number>
  /** Bytes that the heap grew by each request, once it was warm; `undefined` where it was not measured. */
  growth: number | undefined
}

const lengthOfRun = 100
const patience = 20_000
/** Windows. */
const compared = 6

/** Sends so many requests, one after another. Throws at the first that is answered badly, with the seed and the request, made as small as it gets. */
export async function fuzz(
  target: Target,
  { requests, seed, window, mostGrowth = Number.POSITIVE_INFINITY }: CampaignOptions,
): Promise<Campaign> {
  const statuses = new Map<number, number>()
  const heaps: number[] = []
  let given = await target.give()
  let sentInAll = 0
  let answered = 0
  let growth: number | undefined

  async function play(request: FuzzRequest): Promise<void> {
    const sent = resolve(request, given)
    const answer = await within(target.send(sent))
    sentInAll += 1
    const troubles = target.troubles()
    if (troubles.length > 0) throw new Error(troubles.join('\n'))
    if (answer === undefined) return
    answered += 1
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
    judge(answer, sent, given, target)
    if (isSpent(sent, answer, given)) given = await target.give()
  }

  const isGrowing = () => growth !== undefined && growth > mostGrowth
  for (let run = 0; run * lengthOfRun < requests * (isGrowing() ? 8 : 1); run += 1) {
    const details = await fc.check(fc.asyncProperty(fuzzRequest, play), {
      numRuns: lengthOfRun,
      seed: seed + run,
    })
    if (details.failed) throw new Error(told(target, seed + run, details))
    if (window !== undefined && ((run + 1) * lengthOfRun) % window === 0) {
      heaps.push(await target.heap())
      growth = growthOf(heaps, window)
    }
  }
  return { sent: sentInAll, answered, statuses, growth }
}

/** Something of what was given was used up, or may have been. */
function isSpent({ method, body }: SentRequest, { status, headers, text }: Answer, given: Given): boolean {
  if (method !== 'POST' || body === undefined || body.byteLength > 20_000) return false
  if (headers.get('location')?.includes('code=')) return true
  if (status !== 200) return /used before|not valid any more|revoked/.test(text)
  const form = new TextDecoder().decode(body)
  return ['code', 'refresh', 'access'].some((name) => form.includes(given[name] ?? ' '))
}

function told(target: Target, seed: number, details: fc.RunDetails<[FuzzRequest]>): string {
  const [request] = details.counterexample ?? []
  const { errorInstance } = details
  return [
    `${target.name}: ${errorInstance instanceof Error ? errorInstance.message : errorInstance}`,
    `seed ${seed} (of this run of ${lengthOfRun}; npm run fuzz -- ${lengthOfRun} --seed ${seed})`,
    `the request, made as small as it gets: ${JSON.stringify(request, undefined, 1)}`,
  ].join('\n')
}

/**
 * Bytes a request: the least heap of the latest windows against the least of those before them. Caches fill up and code is compiled, which makes a heap
 * go up and down, and comes to an end; what a leak keeps is there in the least heap too. `Infinity` before there are enough windows.
 */
export function growthOf(heaps: readonly number[], window: number): number {
  const before = heaps.slice(-2 * compared, -compared)
  if (before.length < compared) return Number.POSITIVE_INFINITY
  return (Math.min(...heaps.slice(-compared)) - Math.min(...before)) / compared / window
}

async function within<Value>(answer: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patience / 1000} seconds`)), patience)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
