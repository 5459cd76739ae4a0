import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { watchConnections } from './connections.ts'

async function start(t: TestContext, server: Server): Promise<number> {
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port // as it listens on a port
}

async function answerTo(port: number, agent: Agent): Promise<string> {
  const [response]: IncomingMessage[] = await once(get({ port, host: '127.0.0.1', agent }), 'response')
  const chunks = (await response?.toArray()) ?? []
  return chunks.join('')
}

const soon = () => ({ signal: AbortSignal.timeout(5000) })

test('a connection on which nothing was asked does not hold up the end', async (t) => {
  const server = createServer()
  const connections = watchConnections(server)
  const port = await start(t, server)
  const quiet = connect(port, '127.0.0.1')
  t.after(() => quiet.destroy())
  await once(server, 'connection')

  const closed = once(server.close(), 'close', soon())
  connections.end()

  await closed
})

test('an open answer comes whole, and its connection is closed then, not kept', async (t) => {
  const answers: ServerResponse[] = []
  const server = createServer({ keepAliveTimeout: 75_000 }, (_, res) => answers.push(res))
  const connections = watchConnections(server)
  const port = await start(t, server)
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  const answer = answerTo(port, agent)
  await once(server, 'request')

  const closed = once(server.close(), 'close', soon())
  connections.end()
  answers[0]?.end('whole')
  const text = await answer
  await closed

  assert.equal(text, 'whole')
})

test('a connection on which ever more is asked and nothing read is destroyed, and what else came on it is not answered', async (t) => {
  let answered = 0
  const server = createServer((req) => {
    if (!req.socket.destroyed) answered += 1
  })
  watchConnections(server)
  const port = await start(t, server)
  const flood = connect(port, '127.0.0.1')
    .on('error', () => {})
    .resume()
  t.after(() => flood.destroy())

  flood.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1000))
  await once(flood, 'close', soon())

  assert.equal(answered, 16)
})

test('a few requests behind each other are answered', async (t) => {
  const server = createServer((_, res) => res.end('answer'))
  watchConnections(server)
  const port = await start(t, server)
  const client = connect(port, '127.0.0.1').setEncoding('utf8')

  client.write(`${'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(8)}GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  const text = (await client.toArray()).join('')

  assert.equal(text.match(/HTTP\/1\.1 200/g)?.length, 9)
})
