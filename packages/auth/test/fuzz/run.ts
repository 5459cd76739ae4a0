/**
 * `npm run fuzz -- 100000`: so many requests, seven tenths to the library, two to the adapter for `node:http`, one to the program; half as many as
 * those once more to the program with its flight recorder. `--seed N` begins at that seed; without it one is drawn, and told. Heaps are measured where
 * there are enough requests to see one object for each.
 */
import process from 'node:process'
import { fuzz } from './campaign.ts'
import { httpTarget } from './http-target.ts'
import { libraryTarget } from './library-target.ts'
import { programTarget } from './program-target.ts'
import type { Target } from './target.ts'

const words = process.argv.slice(2)
const at = words.indexOf('--seed')
const seed = at === -1 ? Math.floor(Math.random() * 1e9) : Number(words[at + 1])
const requests = Number(words[0] ?? 10_000)
if (!Number.isInteger(requests) || !Number.isInteger(seed))
  throw new TypeError('npm run fuzz -- REQUESTS [--seed SEED]')

const leastMeasured = 1000
const windows = 24
/** Bytes a request: an empty object in an array takes some 64. */
const mostGrowth = 24

const unhandled: unknown[] = []
process.on('unhandledRejection', (cause) => unhandled.push(cause))
process.on('uncaughtException', (cause) => unhandled.push(cause))

interface Share {
  of: number
  open: () => Promise<Target>
  /** Whether what it holds after each request is all that it holds. */
  isMeasured: boolean
}

const shares: readonly Share[] = [
  { of: 0.7, open: () => libraryTarget({ isLasting: true }), isMeasured: true },
  { of: 0.2, open: () => httpTarget({ isLasting: true }), isMeasured: true },
  { of: 0.1, open: () => programTarget({ hasRecorder: false }), isMeasured: true },
  // It remembers 300 attempts, which grow to their bounds for some 70,000 requests (9 MB) and no further: place.test.ts proves these bounds.
  { of: 0.05, open: () => programTarget({ hasRecorder: true }), isMeasured: false },
]
console.log(`seed ${seed}`)
for (const { of, open, isMeasured } of shares)
  await fuzzTarget(await open(), Math.ceil((requests * of) / 100) * 100, isMeasured)
if (unhandled.length > 0) fail(`not handled: ${unhandled.map(String).join('\n')}`)

async function fuzzTarget(target: Target, count: number, mayMeasure: boolean): Promise<void> {
  const since = performance.now()
  const isMeasured = mayMeasure && count >= leastMeasured
  const window = Math.max(100, Math.floor(count / windows / 100) * 100)
  try {
    const { sent, answered, statuses, growth } = await fuzz(target, {
      requests: count,
      seed,
      ...(isMeasured && { window, mostGrowth }),
    })
    const seconds = ((performance.now() - since) / 1000).toFixed(0)
    const told = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`)
    const heap = growth === undefined ? 'heap not measured' : `heap ${growth.toFixed(1)} bytes a request`
    console.log(`${target.name}: ${sent} sent, ${answered} answered (${told.join(', ')}), ${heap}, ${seconds} s`)
    if (growth !== undefined && growth > mostGrowth)
      fail(`${target.name}: the heap grows by ${growth.toFixed(1)} bytes a request, ${mostGrowth} at the most`)
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error))
  } finally {
    await target.close()
  }
}

function fail(why: string): void {
  process.exitCode = 1
  console.error(`FAILED ${why}`)
}
