import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atOwnHost } from './own-host.ts'

const issuer = 'http://localhost:7080'

test('law 15: pages live at one origin, and a browser at another host of ours is sent there', async () => {
  const { ask } = site()

  const own = await ask('localhost:7080')
  const answers = await Promise.all(['127.0.0.1:7080', 'NOTES.lan'].map((host) => ask(host)))

  assert.deepEqual([own.status, await own.text()], [200, 'a page'])
  for (const answer of answers)
    assert.deepEqual([answer.status, answer.headers.get('location')], [302, `${issuer}/account/welcome?token=t`])
})

test('law 15: a form that is sent to another host of ours is not taken, and not sent on', async () => {
  const { ask, rejected } = site()

  const answer = await ask('127.0.0.1:7080', 'POST')

  assert.deepEqual([answer.status, answer.headers.get('location')], [403, null])
  assert.deepEqual(rejected, ['127.0.0.1:7080'])
})

test('law 1: pages are shown at no foreign host, nor is a browser sent on from there', async () => {
  const { ask, rejected } = site()

  const answer = await ask('evil.example')

  assert.deepEqual([answer.status, answer.headers.get('location')], [403, null])
  assert.deepEqual(rejected, ['evil.example'])
})

function site() {
  const rejected: string[] = []
  const pages = atOwnHost(
    { fetch: async () => new Response('a page') },
    { issuer, allowedHosts: ['127.0.0.1:7080', 'notes.LAN'], onEvent: ({ host }) => rejected.push(host) },
  )
  const ask = (host: string, method = 'GET') =>
    pages.fetch(new Request(`${issuer}/account/welcome?token=t`, { method, headers: { host } }))
  return { ask, rejected }
}
