import assert from 'node:assert/strict'
import { test } from 'node:test'
import { profiles } from '@portcullis/clients'
import { conclude } from '../src/conclude.ts'
import { diagnose } from '../src/diagnose.ts'
import { gatherEvidence } from '../src/evidence/evidence.ts'
import type { Outcome } from '../src/evidence/exchange.ts'
import { probe } from '../src/probes/probe.ts'
import { startMcpServer } from './mcp-server.ts'

/** A sound server that answers no more than so many requests. */
async function afterAnswers(most: number, then: Outcome) {
  const { origin } = await startMcpServer()
  const target = `${origin}/mcp`
  let sent = 0
  const evidence = gatherEvidence({
    target,
    mostRequests: 60,
    async send({ method, url, headers, body }) {
      sent += 1
      if (sent > most) return then
      const response = await fetch(url, { method, headers, body: body ?? null, redirect: 'manual' })
      const answered = [...response.headers].map(([name, value]) => [name, value] as const)
      return { kind: 'answer', status: response.status, headers: answered, body: await response.text(), isWhole: true }
    },
  })
  await probe(evidence)
  return conclude(evidence, profiles)
}

const limited: Outcome = { kind: 'answer', status: 429, headers: [['retry-after', '30']], body: '', isWhole: true }
const late: Outcome = { kind: 'failure', reason: 'out_of_time', detail: 'The time for all requests was over' }

for (const [what, then] of [
  ['a 429', limited],
  ['the end of the doctor’s own time', late],
] as const)
  for (const most of [0, 1, 3, 6, 10, 14, 20, 30])
    test(`${what} after ${most} answers is no evidence against a server: nobody stops, and there is nothing to mend`, async () => {
      const { causes, clients } = await afterAnswers(most, then)

      assert.deepEqual(causes, [])
      assert.deepEqual(
        clients.filter(({ kind }) => kind === 'stops'),
        [],
      )
    })

test('what clients ask comes first: 14 answers are enough to say that most of them connect', async () => {
  const { clients, findings } = await afterAnswers(14, limited)

  assert.ok(clients.filter(({ kind }) => kind.startsWith('connects')).length > clients.length / 2)
  assert.ok(findings.some(({ code }) => code === 'rate_limited'))
})

test('a pause that a server asks for is made, where there is time for it, and the request sent once more', async () => {
  let refused = 0
  const { origin } = await startMcpServer({
    first: (_request, response) =>
      refused < 3 && ++refused > 0 && Boolean(response.writeHead(429, { 'retry-after': '0' }).end()),
  })

  const { causes, findings, clients } = await diagnose(`${origin}/mcp`)

  assert.deepEqual(causes, [])
  assert.ok(clients.some(({ kind }) => kind === 'connects'))
  assert.ok(findings.every(({ code }) => code !== 'resource_metadata_missing'))
})

test('requests that are sent once more count among the 60', async () => {
  const { origin, asked } = await startMcpServer({
    first: (_request, response) => Boolean(response.writeHead(429, { 'retry-after': '0' }).end()),
  })

  await diagnose(`${origin}/mcp`)

  assert.ok(asked.length <= 60, `${asked.length} requests`)
})
