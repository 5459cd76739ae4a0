import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gatherEvidence } from '../evidence/evidence.ts'
import { asFetched, follow, type Redirects } from './redirects.ts'

const cases: readonly (readonly [
  method: 'GET' | 'POST',
  status: number,
  to: string,
  Redirects,
  asked: string | undefined,
])[] = [
  ['GET', 302, 'https://b.example/x', 'follow', 'GET https://b.example/x'],
  ['GET', 302, 'https://b.example/x', 'within_origin', undefined],
  ['GET', 302, '/x', 'within_origin', 'GET http://a.example/x'],
  ['GET', 302, 'https://a.example/x', 'within_origin', 'GET https://a.example/x'],
  ['GET', 302, 'https://a.example/x', 'same_origin', undefined],
  ['GET', 302, 'http://a.example:8080/x', 'within_origin', undefined],
  ['GET', 302, 'http://me@a.example/x', 'within_origin', undefined],
  ['GET', 302, '/x', 'none', undefined],
  ['GET', 300, '/x', 'follow', undefined],
  ['POST', 307, '/x', 'within_origin', 'POST http://a.example/x'],
  ['POST', 302, '/x', 'within_origin', undefined],
  ['POST', 302, '/x', 'follow', 'GET http://a.example/x'],
  ['POST', 308, 'https://b.example/x', 'follow', undefined],
  ['POST', 307, 'https://a.example/x', 'follow', 'POST https://a.example/x'],
  ['POST', 307, 'http://a.example:8080/x', 'follow', undefined],
]

for (const [method, status, to, redirects, asked] of cases)
  test(`${method} sent to ${to} with ${status}, ${redirects}: ${asked ?? 'stays'}`, async () => {
    const evidence = gatherEvidence({
      target: start,
      mostRequests: 9,
      send: async ({ url }) => answer(url === start ? status : 200, to),
    })
    const first = await evidence.ask({ method, url: start, headers: {}, ...(method === 'POST' && { body: '{}' }) })

    const { request } = await follow(first, redirects, evidence)

    assert.equal(request.url === start ? undefined : `${request.method} ${request.url}`, asked)
  })

test('a circle is left after as many turns as the client makes', async () => {
  const evidence = gatherEvidence({ target: start, mostRequests: 99, send: async ({ url }) => answer(302, `${url}x`) })
  const first = await evidence.ask({ method: 'GET', url: start, headers: {} })

  await follow(first, 'within_origin', evidence)

  assert.equal(evidence.exchanges.length, 6)
})

test('a circle is no answer to those who fetch as the standard has it', async () => {
  const evidence = gatherEvidence({ target: start, mostRequests: 99, send: async () => answer(302, start) })
  const first = await evidence.ask({ method: 'GET', url: start, headers: {} })

  const { outcome } = asFetched(await follow(first, 'follow', evidence))

  assert.equal(outcome.kind, 'failure')
})

const start = 'http://a.example/'

function answer(status: number, location: string) {
  return { kind: 'answer', status, headers: [['location', location]], body: '', isWhole: true } as const
}
