import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { whyUnreachable } from './reach-upstream.ts'

const hole = (name: string) => `\${${name}}`

test('an upstream that takes connections is reached, and asked nothing', async (t) => {
  const { port, received } = await listen(t)

  assert.equal(await whyUnreachable(`http://127.0.0.1:${port}/mcp`, { timeout: 5 }), undefined)
  assert.equal(await received, '')
})

test('law 11: an upstream that refuses connections is said to, without the key in its URL', async (t) => {
  const { port, close } = await listen(t)
  close()

  assert.equal(
    await whyUnreachable(`http://127.0.0.1:${port}/mcp?key=s3cret`, { timeout: 5 }),
    `The MCP server at http://127.0.0.1:${port}/mcp?key=[redacted] refuses connections; it may not be running`,
  )
})

test('an upstream that does not speak TLS where https is configured, and one that does not answer in time, are said to', async (t) => {
  const { port } = await listen(t, (bytes) => (bytes === '' ? undefined : 'no TLS'))
  const silent = await listen(t)

  assert.match(String(await whyUnreachable(`https://127.0.0.1:${port}/mcp`, { timeout: 5 })), /TLS/)
  assert.match(
    String(await whyUnreachable(`https://127.0.0.1:${silent.port}/mcp`, { timeout: 0.05 })),
    /does not accept connections in time/,
  )
})

test('what keeps a program from being started is told before anybody needs it', async () => {
  const missing = [
    [
      { command: 'npx -y some-server' },
      'there is no program "npx -y some-server" in any folder of PATH. Its arguments belong into "args", each by itself',
    ],
    [
      { env: { KEY: hole('env.NO_KEY') }, args: [hole('env.NO_KEY'), hole('env.NO_ROOT')] },
      'it needs NO_KEY, NO_ROOT of the environment, which Portcullis was not given',
    ],
    [{ cwd: '/no/such/folder' }, 'there is no folder /no/such/folder'],
  ] as const

  for (const [wrong, why] of missing)
    assert.equal(
      await whyUnreachable(
        { command: process.execPath, args: [], env: {}, ...wrong },
        { timeout: 5, environment: { HOME: '/' } },
      ),
      `The MCP server cannot be started: ${why}`,
    )
})

test('a program that is there is well, and the folder of a person is made when it is needed', async () => {
  const program = {
    command: process.execPath,
    args: [hole('env.HOME')],
    env: {},
    cwd: `/no/such/folder/${hole('subject')}`,
  }

  assert.equal(await whyUnreachable(program, { timeout: 5, environment: { HOME: '/' } }), undefined)
})

/** A server on a free port that takes connections, and answers what `answer` makes of the bytes that came. */
async function listen(t: TestContext, answer: (bytes: string) => string | undefined = () => undefined) {
  const heard = Promise.withResolvers<string>()
  const server = createServer((socket) => {
    let text = ''
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk
      const said = answer(text)
      if (said !== undefined) socket.end(said)
    })
    socket.on('error', () => {}).on('close', () => heard.resolve(text))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as { port: number } // it listens on a port
  return { port, received: heard.promise, close: () => server.close() }
}
