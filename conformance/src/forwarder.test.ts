import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import { test } from 'node:test'
import { createForwarder } from './forwarder.ts'
import { listen } from './listening.ts'

test('adds the access token to requests for the MCP endpoint that have none, and to no others', async (t) => {
  const seen: (string | undefined)[] = []
  const url = await forwardTo(t, (req, res) => {
    seen.push(req.headers.authorization)
    res.end()
  })

  await fetch(`${url}/mcp`, { method: 'POST', body: '{}' })
  await fetch(`${url}/mcp`, { headers: { authorization: 'Bearer own' } })
  await fetch(`${url}/token`, { method: 'POST' })

  assert.deepEqual(seen, ['Bearer access-token', 'Bearer own', undefined])
})

test('passes host, origin, repeated headers, status and body as they are', async (t) => {
  const url = await forwardTo(t, (req, res) => {
    res.writeHead(418, ['x-twice', '1', 'x-twice', '2', 'content-type', 'application/json'])
    res.end(JSON.stringify([req.method, req.headers.host, req.headers.origin, req.headersDistinct['x-many']]))
  })

  const headers = ['host', 'evil.example', 'origin', 'http://evil.example', 'x-many', 'a', 'x-many', 'b']
  const { answer, body } = await send(`${url}/mcp`, { method: 'DELETE', headers })

  assert.equal(answer.statusCode, 418)
  assert.deepEqual(answer.headersDistinct['x-twice'], ['1', '2'])
  assert.deepEqual(JSON.parse(body), ['DELETE', 'evil.example', 'http://evil.example', ['a', 'b']])
})

test('hands on each event at once, and who leaves the one side leaves the other', async (t) => {
  let leave = () => {}
  const left = new Promise<void>((resolve) => {
    leave = resolve
  })
  const url = await forwardTo(t, (_, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    res.on('close', leave)
  })

  const abort = new AbortController()
  const response = await fetch(`${url}/mcp`, { signal: abort.signal })
  const first = await response.body?.getReader().read()
  abort.abort()

  assert.equal(new TextDecoder().decode(first?.value), 'data: 1\n\n')
  await left
})

test('makes up no answer where there is none', async (t) => {
  const url = await forwardTo(t, (_, res) => res.destroy())

  await assert.rejects(fetch(`${url}/mcp`))
})

interface Cleanup {
  after(end: () => void): void
}

/** A forwarder in front of `listener`. */
async function forwardTo(t: Cleanup, listener: RequestListener): Promise<string> {
  const behind = await listen(createServer(listener))
  const forwarder = await listen(
    createForwarder({ port: () => behind.port, path: '/mcp', accessToken: async () => 'access-token' }),
  )
  t.after(() => {
    forwarder.close()
    behind.close()
  })
  return `http://127.0.0.1:${forwarder.port}`
}

/** Sends what `fetch` refuses to send. */
function send(
  url: string,
  options: { method: string; headers: readonly string[] },
): Promise<{ answer: IncomingMessage; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, async (answer) => {
      let body = ''
      for await (const chunk of answer.setEncoding('utf8')) body += chunk
      resolve({ answer, body })
    })
    sent.on('error', reject).end()
  })
}
