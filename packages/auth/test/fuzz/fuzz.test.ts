import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz, growthOf } from './campaign.ts'
import { heapInUse } from './heap.ts'
import { httpTarget } from './http-target.ts'
import { createLibrary, libraryTarget } from './library-target.ts'
import type { Target } from './target.ts'

/** A small share of `npm run fuzz`, the same each time. */
const shares: [string, number, () => Promise<Target>][] = [
  ['the library', 1000, () => libraryTarget({ isLasting: false })],
  ['the adapter for node:http', 200, () => httpTarget({ isLasting: false })],
]

for (const [what, requests, open] of shares)
  test(`laws 3 and 4: whatever is asked of ${what}: no crash, no 500, no hang, nobody sent elsewhere, no token without a consent`, async (t) => {
    const target = await open()
    t.after(() => target.close())

    const { answered } = await fuzz(target, { requests, seed: 1 })

    assert.ok(answered > requests / 2, `${answered} answers`)
  })

test('nothing of a request stays in memory once it was answered', async () => {
  const issuer = 'https://auth.example'
  const { as } = await createLibrary(issuer, { isLasting: false })
  const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  const requests: (() => Request)[] = [
    () => new Request(`${issuer}/nowhere`),
    () => new Request(`${issuer}/jwks`),
    () => new Request(`${issuer}/token`),
    () => new Request(`${issuer}/token`, { ...form, body: 'grant_type=none' }),
    () => new Request(`${issuer}/revoke`, { ...form, body: 'token=x&client_id=y' }),
    () => new Request(`${issuer}/authorize?client_id=y`),
  ]
  const heaps: number[] = []
  const window = 1200
  const mostWindows = 30
  const mostGrowth = 24 // an empty object in an array takes some 64
  let growth = Number.POSITIVE_INFINITY

  // What is compiled and cached makes a heap grow as well, but comes to an end; what leaks does not
  while (growth > mostGrowth && heaps.length < mostWindows) {
    for (let nth = 0; nth < window; nth += 1) {
      const make = requests[nth % requests.length]
      await (await as.fetch(make?.() ?? new Request(issuer))).text()
    }
    heaps.push(heapInUse())
    growth = growthOf(heaps, window)
  }

  assert.ok(growth <= mostGrowth, `the heap grows by ${growth} bytes a request`)
})
