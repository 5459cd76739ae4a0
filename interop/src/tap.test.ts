import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { startTap } from './tap.ts'

test('both directions are kept, whole, and a request on a used connection begins a new line', async (t) => {
  const server = createServer((request, response) => request.pipe(response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const tap = await startTap((server.address() as AddressInfo).port) // as it listens on a port
  t.after(async () => {
    await tap.close()
    server.close()
  })
  const post = async (body: string) => (await fetch(`http://127.0.0.1:${tap.port}/`, { method: 'POST', body })).text()

  const first = await post('refresh_token=one')
  const mark = tap.mark()
  const second = await post('refresh_token=two')

  const sent = /\brefresh_token=\S+/g
  assert.deepEqual([first, second], ['refresh_token=one', 'refresh_token=two'])
  assert.deepEqual(tap.passed().sent.match(sent), ['refresh_token=one', 'refresh_token=two'])
  assert.deepEqual(tap.passed(mark).sent.match(sent), ['refresh_token=two'])
  assert.match(tap.passed(mark).received, /^HTTP\/1\.1 200 OK\r[\s\S]*refresh_token=two/m)
})
