import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gatherEvidence } from './evidence.ts'
import type { Outcome } from './exchange.ts'
import { follow, followSeen, redirectTarget } from './redirects.ts'

test('redirects are followed to the answer, and again over what was asked', async () => {
  const evidence = gatherEvidence({ target: 'https://a.example/1', mostRequests: 9, send: async ({ url }) => hop(url) })

  const first = await evidence.ask(get('https://a.example/1'))
  const last = await follow(evidence, first)

  assert.equal(last.request.url, 'https://a.example/3')
  assert.equal(followSeen(evidence, first), last)
})

test('a redirect to itself ends', async () => {
  const evidence = gatherEvidence({
    target: 'https://a.example/',
    mostRequests: 9,
    send: async ({ url }) => redirect(url),
  })

  const last = await follow(evidence, await evidence.ask(get('https://a.example/')))

  assert.equal(redirectTarget(last), 'https://a.example/')
})

test('after 302 a POST becomes a GET, after 307 it stays one', async () => {
  for (const [status, method] of [
    [302, 'GET'],
    [307, 'POST'],
  ] as const) {
    const send = async ({ url }: { url: string }) => (url.endsWith('/1') ? redirect('/2', status) : answer(200))
    const evidence = gatherEvidence({ target: 'https://a.example/1', mostRequests: 9, send })
    const post = {
      method: 'POST',
      url: 'https://a.example/1',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    } as const

    const last = await follow(evidence, await evidence.ask(post))

    assert.equal(last.request.method, method)
    assert.equal(last.request.body, method === 'POST' ? '{}' : undefined)
  }
})

for (const status of [307, 308])
  test(`a POST is carried to no other origin by ${status}`, async () => {
    const asked: string[] = []
    const evidence = gatherEvidence({
      target: 'https://a.example/',
      mostRequests: 9,
      send: async ({ url }) => {
        asked.push(url)
        return redirect('https://victim.example/steal', status)
      },
    })
    const post = { method: 'POST', url: 'https://a.example/', headers: {}, body: '{}' } as const

    const last = await follow(evidence, await evidence.ask(post))

    assert.deepEqual(asked, ['https://a.example/'])
    assert.equal(redirectTarget(last), 'https://victim.example/steal')
  })

for (const location of ['http://[', 'https://a b.example:99999/']) {
  test(`${location} leads nowhere`, async () => {
    const evidence = gatherEvidence({
      target: 'https://a.example/',
      mostRequests: 9,
      send: async () => redirect(location),
    })

    assert.equal(redirectTarget(await evidence.ask(get('https://a.example/'))), undefined)
  })
}

function hop(url: string): Outcome {
  const at = Number(url.at(-1))
  return at === 3 ? answer(200) : redirect(`/${at + 1}`)
}

function redirect(location: string, status = 301): Outcome {
  return { ...answer(status), headers: [['location', location]] }
}

function answer(status: number) {
  return { kind: 'answer', status, headers: [], body: '', isWhole: true } as const
}

function get(url: string) {
  return { method: 'GET', url, headers: {} } as const
}
