import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { connect, Person, startProgram, startUpstream } from '../running-program.ts'

export const publicUrl = 'https://mcp.example.com/mcp'

/** A person signs up and a client connects, calls and listens, all at the public URL, through the proxy that `startProxy` puts before the program. */
export async function proveWholeWayBehind(
  t: TestContext,
  startProxy: (t: TestContext, portcullis: string) => Promise<typeof fetch>,
): Promise<void> {
  let finish = () => {}
  const upstream = await startUpstream(t, (req, res) => {
    if (req.method !== 'GET') {
      const told = {
        address: req.headers['x-forwarded-for'],
        host: req.headers['x-forwarded-host'],
        proto: req.headers['x-forwarded-proto'],
      }
      res.setHeader('content-type', 'application/json').end(JSON.stringify(told))
      return
    }
    res.setHeader('content-type', 'text/event-stream').write('data: first\n\n')
    finish = () => res.end('data: last\n\n')
  })
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`, '--public-url', publicUrl],
    settings: 'trustedProxies: [127.0.0.1]',
    environment: { PORTCULLIS_SECRET: 'secret-0123456789-0123456789-0123456789' },
  })
  const send = await startProxy(t, `127.0.0.1:${new URL(program.origin).port}`)
  const person = new Person('https://mcp.example.com', send)

  const challenged = await send(publicUrl, { method: 'POST' })
  await person.becomeOwner(program)
  const { accessToken } = await connect(person, { resource: publicUrl, send })
  const authorization = `Bearer ${accessToken}`
  const called = await send(publicUrl, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  })
  const stream = await send(publicUrl, { headers: { authorization, accept: 'text/event-stream' } })
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  const first = await reader?.read()
  finish()
  const last = await reader?.read()

  assert.equal(
    challenged.headers.get('www-authenticate'),
    'Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp"',
  )
  assert.match(person.cookies, /^__Host-portcullis=/)
  assert.deepEqual(
    [called.status, await called.json()],
    [200, { address: '127.0.0.1', host: 'mcp.example.com', proto: 'https' }],
  )
  assert.deepEqual([first?.value, last?.value], ['data: first\n\n', 'data: last\n\n'])
}
