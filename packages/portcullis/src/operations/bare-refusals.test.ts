import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type ServerOptions } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { ConnectionEvent } from '@portcullis/auth/protocol'
import { refuseInPlaceOfNode, refuseWithoutHost } from './bare-refusals.ts'
import { watchConnections } from './connections.ts'
import { contextOf, currentRequest, runInRequest } from './request-context.ts'

const host = 'Host: localhost\r\n'

const refused: [what: string, bytes: string, status: number, reason: string][] = [
  ['what is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 400, 'malformed_http'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'tls_on_plain_port'],
  ['a header that is none', `GET / HTTP/1.1\r\n${host}no colon\r\n\r\n`, 400, 'malformed_http'],
  ['a length that is none', `POST / HTTP/1.1\r\n${host}Content-Length: x\r\n\r\n`, 400, 'malformed_http'],
  ['a request without a host', 'GET /a?code=s3cret HTTP/1.1\r\n\r\n', 400, 'no_host'],
  [
    'another expectation',
    `POST / HTTP/1.1\r\n${host}Expect: a miracle\r\nConnection: close\r\n\r\n`,
    417,
    'unmet_expectation',
  ],
  ['a head without end', `GET / HTTP/1.1\r\n${host}A: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'head_too_long'],
]
for (const [what, bytes, status, reason] of refused)
  test(`${what} is refused as Node would, and told`, async (t) => {
    const { port, events, contexts } = await open(t, (req) => assert.fail(`${req.url} is routed`))
    const plain = createServer()
    t.after(() => plain.close())
    await once(plain.listen(0, '127.0.0.1'), 'listening')

    const answer = await exchange(t, port, bytes)
    const answerOfNode = await exchange(t, portOf(plain), bytes)

    const [statusLine] = answer.split('\r\n')
    assert.equal(statusLine, answerOfNode.split('\r\n')[0])
    assert.ok(statusLine?.startsWith(`HTTP/1.1 ${status} `))
    assert.deepEqual(
      events.map((event) => event.type === 'request_refused' && [event.status, event.reason]),
      [[status, reason]],
    )
    assert.doesNotMatch(JSON.stringify(events), /s3cret/)
    assert.match(contexts[0]?.requestId ?? '', /^\w{10}$/)
    assert.equal(contexts[0]?.clientAddress, '127.0.0.1')
  })

test('a request to be connected to elsewhere is refused and told; Node would close the connection', async (t) => {
  const { port, events } = await open(t)

  const answer = await exchange(t, port, `CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n`)

  assert.match(answer, /^HTTP\/1\.1 405 /)
  assert.deepEqual(
    events.map((event) => event.type === 'request_refused' && [event.method, event.status]),
    [['CONNECT', 405]],
  )
})

test('a request that does not arrive in time is refused and told', async (t) => {
  const { port, events } = await open(t, undefined, { headersTimeout: 1, connectionsCheckingInterval: 10 })

  const answer = await exchange(t, port, `GET / HTTP/1.1\r\n${host}`)

  assert.match(answer, /^HTTP\/1\.1 408 /)
  assert.ok(events.some((event) => event.type === 'request_refused' && event.reason === 'request_timed_out'))
})

test('within an answer that has begun nothing is written that would be taken for a part of it', async (t) => {
  const { port, events } = await open(t, (_, res) => res.writeHead(200).write('begun '))

  const answer = await exchange(t, port, `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nno chunk\r\n`)

  assert.doesNotMatch(answer, /400/)
  assert.equal(events.length, 1)
})

test('an answer that has not begun gives way to the refusal of its body', async (t) => {
  const { port } = await open(t, () => {})

  const answer = await exchange(t, port, `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nno chunk\r\n`)

  assert.match(answer, /^HTTP\/1\.1 400 /)
})

test('a client that breaks its connection off is not told of: nobody was refused', async (t) => {
  const { server, port, events } = await open(t)
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  const [seen] = await once(server, 'connection')
  const broken = once(server, 'clientError')

  seen.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
  await broken

  assert.deepEqual(events, [])
})

async function open(t: TestContext, listener: RequestListener = () => {}, options: ServerOptions = {}) {
  const events: ConnectionEvent[] = []
  const contexts: ReturnType<typeof currentRequest>[] = []
  const onEvent = (event: ConnectionEvent) => {
    events.push(event)
    contexts.push(currentRequest())
  }
  const server = createServer({ requireHostHeader: false, ...options }, (req, res) => {
    runInRequest(
      contextOf(req.socket, { clientAddress: req.socket.remoteAddress, httpVersion: req.httpVersion }),
      () => {
        if (!refuseWithoutHost(req, res, onEvent)) listener(req, res)
      },
    )
  })
  const connections = watchConnections(server)
  refuseInPlaceOfNode(server, { connections, clientAddress: ({ socket }) => socket.remoteAddress, onEvent })
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { server, port: portOf(server), events, contexts }
}

/** Sends bytes as they are. Resolves to all that came back until the connection was closed. */
async function exchange(t: TestContext, port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  t.after(() => socket.destroy())
  let text = ''
  socket.on('data', (chunk: string) => {
    text += chunk
  })
  socket.on('error', () => {})
  socket.write(bytes, 'latin1')
  await once(socket, 'close')
  return text
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port // as it listens on a port
}
