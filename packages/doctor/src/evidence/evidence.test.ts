import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gatherEvidence, recordedEvidence } from './evidence.ts'
import type { Outcome } from './exchange.ts'

test('what is asked beyond the limit is no evidence, and speaks of itself alone', async () => {
  const evidence = gatherEvidence({ target: 'https://a.example/', mostRequests: 1, send: async () => answer })

  const asked = await Promise.all(['1', '2', '3'].map((path) => evidence.ask(get(`https://a.example/${path}`))))

  assert.deepEqual(
    asked.map(({ id, request, outcome }) => [id, request.url, outcome.kind]),
    [
      [1, 'https://a.example/1', 'answer'],
      [0, 'https://a.example/2', 'failure'],
      [0, 'https://a.example/3', 'failure'],
    ],
  )
  assert.equal(evidence.exchanges.length, 1)
})

test('an origin that could not be reached is as far away when the evidence is read again', async () => {
  const unreachable: Outcome = { kind: 'failure', reason: 'name_not_found', detail: '' }
  const evidence = gatherEvidence({ target: 'https://a.example/', mostRequests: 9, send: async () => unreachable })
  await evidence.ask(get('https://a.example/1'))

  const again = recordedEvidence(evidence.target, evidence.exchanges)

  for (const url of ['https://a.example/2', 'https://b.example/2'])
    assert.equal((await again.ask(get(url))).outcome.kind, 'failure')
  assert.deepEqual((await again.ask(get('https://a.example/2'))).outcome, unreachable)
  assert.notDeepEqual((await again.ask(get('https://b.example/2'))).outcome, unreachable)
})

const answer: Outcome = { kind: 'answer', status: 200, headers: [], body: '', isWhole: true }

function get(url: string) {
  return { method: 'GET', url, headers: {} } as const
}
