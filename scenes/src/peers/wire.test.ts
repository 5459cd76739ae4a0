import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { listenTo } from './wire.ts'

test('requests are counted as they come, or nobody says how many there were', async (t) => {
  const server = createServer((_req, res) => res.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const wire = await listenTo([port])
  t.after(() => wire.stop())
  const url = `http://127.0.0.1:${port}/`

  for (const method of ['GET', 'POST', 'OPTIONS']) await (await fetch(url, { method })).text()
  const first = await wire.count()
  await (await fetch(url, { method: 'HEAD' })).text()
  const second = await wire.count()

  if (first === undefined) return t.skip('nobody may listen here')
  assert.deepEqual([first, second], [3, 1])
})
