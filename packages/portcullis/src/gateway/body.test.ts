import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { bodyOf, openScene, rawConnection, requestQueue, type SceneOptions } from '../../test/gateway-scene.ts'
import { takeBody } from './body.ts'

const rules = { rules: { tools: { delete_note: { scopes: ['notes:delete'] } } } }

for (const gateway of [{}, rules])
  test(`bodies arrive whole, in one part or many, with or without a length${gateway === rules ? ', also where they are read' : ''}`, async (t) => {
    const scene = await openScene(t, { upstream: echo, gateway })
    for (const size of [0, 1, 60_000, 70_000, 1_000_000])
      for (const isChunked of [false, true]) {
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: { x: 'ä'.repeat(size / 2) } })

        const { status, text } = await post(scene, body, { isChunked })

        assert.equal(status, 200)
        assert.equal(text, body)
      }
  })

test('a body of known length goes on with its length, however it goes on', async (t) => {
  const scene = await openScene(t, {
    async upstream(req, res) {
      const body = await bodyOf(req)
      res.end(JSON.stringify([req.headers['content-length'], req.headers['transfer-encoding'], body.length]))
    },
  })

  for (const size of [2, 100_000]) {
    const { text } = await post(scene, 'x'.repeat(size), { isChunked: false })
    assert.deepEqual(JSON.parse(text), [String(size), null, size])
  }
})

for (const gateway of [{}, rules])
  for (const isChunked of [false, true])
    test(`a body over the limit is 413, ${isChunked ? 'in chunks' : 'with its length'}${gateway === rules ? ', where it is read' : ''}`, async (t) => {
      const scene = await openScene(t, { upstream: echo, gateway: { ...gateway, limits: { body: 200_000 } } })

      const { status, text } = await post(scene, ' '.repeat(200_001), { isChunked })

      assert.equal(status, 413)
      assert.equal(JSON.parse(text).error.code, -32000)
      assert.equal(
        scene.events.some((event) => event.type === 'request_refused' && event.reason === 'body_too_large'),
        true,
      )
    })

test('a sender that goes on for ever is cut off', async (t) => {
  const scene = await openScene(t, { gateway: { limits: { body: 1000 } } })
  const { socket, received } = rawConnection(t, scene.port)

  socket.write(`${head(scene)}Transfer-Encoding: chunked\r\n\r\n`)
  const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`
  const goOn = () => {
    while (!socket.destroyed && socket.write(chunk)) {}
  }
  socket.on('drain', goOn)
  goOn()

  assert.match(await received, /^HTTP\/1\.1 413 /)
})

for (const gateway of [{}, rules])
  for (const framing of ['Content-Length: 5', 'Content-Length: 100000', 'Transfer-Encoding: chunked'])
    test(`a body that never comes is 408: ${framing}${gateway === rules ? ', where it is read' : ''}`, async (t) => {
      const scene = await openScene(t, { upstream: echo, gateway: { ...gateway, timeouts: { requestBody: 0.05 } } })
      const { socket, received } = rawConnection(t, scene.port)

      socket.write(`${head(scene)}${framing}\r\n\r\n`)

      assert.match(await received, /^HTTP\/1\.1 408 .*Connection: close/s)
    })

test('what is held of bodies has a limit for one caller, and for all, until they are answered', async (t) => {
  const queue = requestQueue()
  const limits = { body: 100_000, bodies: 250_000, bodiesPerCaller: 150_000 }
  const scene = await openScene(t, { upstream: queue.listener, gateway: { ...rules, limits } })
  const body = `${call('list_notes')}${' '.repeat(90_000)}`
  const send = (sub: string) =>
    fetch(scene.url, { method: 'POST', headers: { ...scene.signedIn({ sub }), connection: 'close' }, body })
  const ofAlice = send('alice')
  const { res } = await queue.next()

  const second = await send('alice')
  const ofBob = send('bob')
  await queue.next()
  const third = await send('carol')
  res.end('{}')
  await ofAlice
  const ofCarol = send('carol')
  const { res: answerToCarol } = await queue.next()
  answerToCarol.end('{}')

  for (const { status, headers } of [second, third]) assert.deepEqual([status, headers.get('retry-after')], [503, '2'])
  assert.deepEqual([(await ofAlice).status, (await ofCarol).status], [200, 200])
  assert.equal(scene.events.filter((event) => 'reason' in event && event.reason === 'too_much_held').length, 2)
  ofBob.catch(() => {}) // it is open to the end
})

test('bodies that are still arriving count', async (t) => {
  const limits = { body: 100_000, bodiesPerCaller: 150_000 }
  const scene = await openScene(t, { gateway: { ...rules, limits } })
  const part = `${call('list_notes')}${' '.repeat(90_000)}`
  const senders = [1, 2].map(() => rawConnection(t, scene.port).socket)

  for (const socket of senders) socket.write(`${head(scene)}Content-Length: 100000\r\n\r\n${part}`)
  const [refusal] = await Promise.race(senders.map((socket) => once(socket, 'data')))

  assert.match(refusal, /^HTTP\/1\.1 503 /)
})

test('bodies that come with their heads are not held back', async (t) => {
  const scene = await openScene(t, { upstream: echo, gateway: { ...rules, limits: { bodies: 1 } } })
  const { socket, received } = rawConnection(t, scene.port)
  const body = call('list_notes')

  socket.write(`${head(scene)}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`)

  assert.match(await received, /^HTTP\/1\.1 200 /)
})

test('law 14 a token that is revoked while the body arrives is refused when it is there', async (t) => {
  const reached: unknown[] = []
  const scene = await openScene(t, {
    upstream(req, res) {
      reached.push(req.url)
      res.end()
    },
  })
  const { socket, received } = rawConnection(t, scene.port)
  socket.write(`${head(scene)}Connection: close\r\nContent-Length: 2\r\n\r\n{`)
  await scene.event('authenticated')

  scene.feed.ended.push('grant-1')
  scene.clock.offset = 10
  socket.write('}')

  assert.match(await received, /^HTTP\/1\.1 401 /)
  assert.deepEqual(reached, [])
})

test('a client that leaves within its body takes the request at the upstream with it', async (t) => {
  const queue = requestQueue()
  const scene = await openScene(t, { upstream: queue.listener })
  const { socket } = rawConnection(t, scene.port)
  socket.write(`${head(scene)}Content-Length: 100000\r\n\r\n{`)
  const { req } = await queue.next()

  socket.destroy()

  await new Promise((resolve) => req.on('close', resolve).on('error', () => {}))
  assert.equal(req.complete, false)
  assert.ok(!scene.events.some(({ type }) => type === 'failure')) // anybody could fill the log with them
})

test('a body that breaks off before anybody reads it ends no process', async () => {
  const arriving = new Readable({ read() {} })
  const req = Object.assign(arriving, { headers: { 'transfer-encoding': 'chunked' }, complete: false })
  const body = takeBody(req as unknown as IncomingMessage, { limit: 10, timeout: 60 }, { hold: () => true }) // all that is read of it
  assert.ok(body instanceof Readable)

  req.destroy()

  await new Promise((resolve) => body.on('close', resolve)) // an error that nobody hears is thrown before
})

test('an answer that comes before the end of the body is passed on, and the connection stays of use', async (t) => {
  const scene = await openScene(t, { upstream: (_, res) => res.writeHead(400).end('{"early":true}') })
  const { socket, received } = rawConnection(t, scene.port)

  socket.write(`${head(scene)}Content-Length: 100000\r\n\r\n{`)
  await once(socket, 'data')
  socket.write('x'.repeat(99_999))
  socket.write(`${head(scene)}Connection: close\r\nContent-Length: 2\r\n\r\n{}`)

  assert.equal((await received).match(/HTTP\/1\.1 400 /g)?.length, 2)
})

test('a GET or DELETE with a body goes on without it', async (t) => {
  for (const method of ['GET', 'DELETE']) {
    const scene = await openScene(t, { upstream: echo })
    const { socket, received } = rawConnection(t, scene.port)

    socket.write(`${head(scene, method)}Connection: close\r\nContent-Length: 5\r\n\r\nhello`)

    const answer = await received
    assert.match(answer, /^HTTP\/1\.1 200 /)
    assert.doesNotMatch(answer, /hello/)
  }
})

test('RS-17 RS-19 a call without the scopes of its tool is 403 with all of them, and does not reach the upstream', async (t) => {
  const scene = await openScene(t, { upstream: echo, gateway: rules })
  const body = call('delete_note')

  const without = await fetch(scene.url, { method: 'POST', headers: scene.signedIn(), body })
  const withIt = await fetch(scene.url, {
    method: 'POST',
    headers: scene.signedIn({ scope: 'mcp notes:delete' }),
    body,
  })

  assert.equal(without.status, 403)
  assert.match(without.headers.get('www-authenticate') ?? '', /error="insufficient_scope".*scope="notes:delete mcp"/)
  assert.equal(await withIt.text(), body)
  const calls = [{ method: 'tools/call', name: 'delete_note' }]
  assert.deepEqual(
    scene.events.flatMap((event) =>
      event.type === 'scope_insufficient' || event.type === 'call_allowed' ? [[event.type, event.calls]] : [],
    ),
    [
      ['scope_insufficient', calls],
      ['call_allowed', calls],
    ],
  )
})

test('a batch needs what all its calls need', async (t) => {
  const scene = await openScene(t, { upstream: echo, gateway: rules })
  const body = `[${call('list_notes')},${call('delete_note')}]`

  assert.equal((await fetch(scene.url, { method: 'POST', headers: scene.signedIn(), body })).status, 403)
})

test('P-14 a body that could be read in two ways is refused where it is read, and told why', async (t) => {
  const scene = await openScene(t, { upstream: echo, gateway: rules })
  const cases: [string, number, Record<string, string>][] = [
    [call('list_notes'), 400, { 'Mcp-Method': 'tools/list' }],
    [call('list_notes').replace('"method"', '"Method":"tools/list","method"'), 400, {}],
    ['{', 400, {}],
    ['[]', 400, {}],
    [call('list_notes'), 415, { 'Content-Type': 'text/plain' }],
    [call('list_notes'), 415, { 'Content-Encoding': 'gzip' }],
  ]

  for (const [body, status, headers] of cases) {
    const response = await fetch(scene.url, { method: 'POST', headers: { ...scene.signedIn(), ...headers }, body })

    assert.equal(response.status, status, body)
    const { message } = (await response.json()).error
    const event = scene.events.at(-1)
    assert.equal(event?.type === 'request_refused' && event.detail, message)
  }
})

test('where nothing is ruled bodies are not read, and whatever they are goes on', async (t) => {
  const scene = await openScene(t, { upstream: echo })

  assert.equal((await post(scene, '{ not json', { isChunked: false })).text, '{ not json')
})

function call(name: string): string {
  return `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}"}}`
}

const echo: NonNullable<SceneOptions['upstream']> = async (req, res) => {
  try {
    res.end(await bodyOf(req))
  } catch {
    res.destroy() // the gateway broke off
  }
}

type Scene = Awaited<ReturnType<typeof openScene>>

function head(scene: Scene, method = 'POST'): string {
  const { Authorization } = scene.signedIn()
  return `${method} /mcp HTTP/1.1\r\nHost: 127.0.0.1:${scene.port}\r\nAuthorization: ${Authorization}\r\nContent-Type: application/json\r\n`
}

async function post(scene: Scene, body: string, { isChunked }: { isChunked: boolean }) {
  const clientRequest = request(scene.url, { method: 'POST', headers: scene.signedIn(), agent: false })
  const response = once(clientRequest, 'response')
  if (isChunked) for (let at = 0; at < body.length; at += 10_000) clientRequest.write(body.slice(at, at + 10_000))
  clientRequest.end(isChunked ? undefined : body)
  const [answer] = await response
  return { status: answer.statusCode, text: await bodyOf(answer) }
}
