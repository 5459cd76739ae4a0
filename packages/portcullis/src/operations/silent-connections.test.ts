import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { watchSilentConnections } from './silent-connections.ts'

test('a connection on which nothing was asked does not hold up the end, and an answer that is on its way comes whole', async (t) => {
  const answers: ServerResponse[] = []
  const server = createServer((_, res) => answers.push(res))
  const silent = watchSilentConnections(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo // as it listens on a port
  const connected = once(server, 'connection')
  const quiet = connect(port, '127.0.0.1')
  t.after(() => {
    quiet.destroy()
    server.closeAllConnections()
  })
  await connected
  const requested = once(server, 'request')
  const response = fetch(`http://127.0.0.1:${port}`)
  await requested

  const closed = once(server.close(), 'close', { signal: AbortSignal.timeout(5000) })
  silent.close()
  answers[0]?.end('whole')
  const text = await (await response).text()
  server.closeIdleConnections()
  await closed

  assert.equal(text, 'whole')
})
