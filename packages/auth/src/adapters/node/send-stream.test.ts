import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { nodeListener } from '../node.ts'

test('events are sent as they come, and whoever leaves ends the stream', async (t) => {
  const stream = streamOf('text/event-stream; charset=utf-8')
  const answer = await ask(t, stream.response)
  const pieces = answer[Symbol.asyncIterator]()

  stream.send('one')
  assert.equal(String((await pieces.next()).value), 'one')
  stream.send('two')
  assert.equal(String((await pieces.next()).value), 'two')
  assert.equal(answer.headers['content-length'], undefined)

  answer.destroy()
  await stream.left
})

test('lines are read no faster than they are taken', async (t) => {
  let made = 0
  const line = new TextEncoder().encode(`${'x'.repeat(65_535)}\n`)
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      made += 1
      if (made > 2000) controller.close()
      else controller.enqueue(line)
    },
  })
  const answer = await ask(t, new Response(body, { headers: { 'content-type': 'application/x-ndjson' } }))
  await new Promise((resolve) => setImmediate(resolve))
  assert.ok(made < 2000, String(made))

  let bytes = 0
  for await (const piece of answer) bytes += piece.length
  assert.equal(bytes, 2000 * 65_536)
})

test('a stream that is asked for by HEAD is left at once, and one that fails ends the answer', async (t) => {
  const stream = streamOf('text/event-stream')
  const answer = await ask(t, stream.response, 'HEAD')
  assert.equal(answer.statusCode, 200)
  await stream.left

  const failing = new ReadableStream({ pull: () => Promise.reject(new Error('The database is away')) })
  const broken = await ask(t, new Response(failing, { headers: { 'content-type': 'text/event-stream' } }))
  await assert.rejects(async () => {
    for await (const _ of broken) assert.fail('nothing comes')
  }, /aborted/)
})

function streamOf(type: string) {
  const encoder = new TextEncoder()
  let send = (_: string) => {}
  let leave = () => {}
  const left = new Promise<void>((resolve) => {
    leave = resolve
  })
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      send = (text) => controller.enqueue(encoder.encode(text))
    },
    cancel: () => leave(),
  })
  return { response: new Response(body, { headers: { 'content-type': type } }), send, left }
}

async function ask(t: TestContext, response: Response, method = 'GET'): Promise<IncomingMessage> {
  const server = createServer(nodeListener({ fetch: async () => response }, { origin: 'https://mcp.example' }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // a TCP server has no other kind of address
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path: '/' }, resolve).on('error', reject).end()
  })
}
