import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bodyOf, openScene, rawConnection } from '../../test/gateway-scene.ts'
import { upstreamHeaders } from './request-headers.ts'

for (const [title, lines, status] of [
  ['a length and chunks', ['Content-Length: 4', 'Transfer-Encoding: chunked', '', '0', '', 'GET /x HTTP/1.1'], 400],
  ['two lengths', ['Content-Length: 2', 'Content-Length: 30', '', '{}'], 400],
  ['a length that is a list', ['Content-Length: 2, 2', '', '{}'], 400],
  ['a length with a sign', ['Content-Length: +2', '', '{}'], 400],
  ['an unknown transfer coding', ['Transfer-Encoding: xchunked', '', '{}'], 400],
  ['chunked twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked', '', '0', '', ''], 400],
  ['a space before the colon', ['Content-Length : 2', '', '{}'], 400],
  ['a folded header', ['X-A: 1', ' 2', 'Content-Length: 2', '', '{}'], 400],
  ['a header without a name', [': 1', 'Content-Length: 2', '', '{}'], 400],
  ['a control character in a value', ['X-A: \u0001', 'Content-Length: 2', '', '{}'], 400],
  ['a head without measure', [`X-A: ${'a'.repeat(20_000)}`, 'Content-Length: 2', '', '{}'], 431],
] as const)
  test(`a request with ${title} is ${status}, and nothing of it reaches the upstream`, async (t) => {
    const reached: unknown[] = []
    const scene = await openScene(t, {
      upstream(req, res) {
        reached.push(req.url)
        res.end()
      },
    })
    const { socket, received } = rawConnection(t, scene.port)

    socket.write([...start(scene), ...lines].join('\r\n'), 'latin1')

    const answer = await received
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `))
    assert.doesNotMatch(answer, /\bat .*:\d+:\d+/)
    assert.deepEqual(reached, [])
  })

test('requests sent behind each other are answered one by one, each with its own check', async (t) => {
  const scene = await openScene(t, { upstream: async (req, res) => res.end(await bodyOf(req)) })
  const { socket, received } = rawConnection(t, scene.port)
  const good = [...start(scene), 'Content-Length: 2', '', '{}'].join('\r\n')
  const stranger = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${scene.port}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`

  socket.write(good + good + stranger)

  assert.deepEqual((await received).match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 401'])
})

test('two session ids are none', async (t) => {
  const scene = await openScene(t)
  const { socket, received } = rawConnection(t, scene.port)

  socket.write(
    [
      ...start(scene),
      'Mcp-Session-Id: a.b',
      'Mcp-Session-Id: c.d',
      'Connection: close',
      'Content-Length: 2',
      '',
      '{}',
    ].join('\r\n'),
  )

  assert.match(await received, /^HTTP\/1\.1 404 /)
})

test('an HTTP/1.0 client gets its answer, and the end of the connection', async (t) => {
  const scene = await openScene(t, { upstream: async (req, res) => res.end(await bodyOf(req)) })
  const { socket, received } = rawConnection(t, scene.port)

  socket.write([...start(scene), 'Content-Length: 2', '', '{}'].join('\r\n').replace('HTTP/1.1', 'HTTP/1.0'))

  assert.match(await received, /^HTTP\/1\.1 200 .*\{\}$/s)
})

test('an Expect is met here and does not go on', async (t) => {
  const scene = await openScene(t, {
    upstream: async (req, res) => res.end(JSON.stringify([req.headers.expect ?? null, await bodyOf(req)])),
  })
  const { socket, received } = rawConnection(t, scene.port)

  socket.write([...start(scene), 'Expect: 100-continue', 'Connection: close', 'Content-Length: 2', '', ''].join('\r\n'))
  socket.once('data', () => socket.write('{}'))

  assert.match(await received, /^HTTP\/1\.1 100 Continue.*HTTP\/1\.1 200 .*\[null,"\{\}"\]$/s)
})

test('whatever a header is called, none that a server could take for ours or for credentials goes on', () => {
  const character = fc.constantFrom(...'abcxmpX-_.~!#$&*+^`|%19'.split(''))
  const like = fc.constantFrom(
    'Authorization',
    'Cookie',
    'Mcp-Session-Id',
    'X-Portcullis-Subject',
    'X-Forwarded-For',
    'Remote-User',
  )
  // The names that matter, each letter in either case, each hyphen as some other mark.
  const disguised = fc
    .tuple(like, fc.infiniteStream(fc.boolean()), fc.infiniteStream(fc.constantFrom('-', '_', '.', '~', '+')))
    .map(([name, upper, marks]) =>
      [...name]
        .map((letter) => {
          if (letter === '-') return marks.next().value
          return upper.next().value ? letter.toUpperCase() : letter.toLowerCase()
        })
        .join(''),
    )
  const name = fc.oneof(
    disguised,
    fc.array(character, { minLength: 1 }).map((letters) => letters.join('')),
  )

  fc.assert(
    fc.property(name, (name) => {
      const [sent] = upstreamHeaders({ rawHeaders: [name, 'x'] }, { upstreamId: undefined }, [])

      const folded = (sent ?? '').toLowerCase().replace(/[^a-z0-9]/g, '-')
      assert.doesNotMatch(folded, /^(authorization|cookie|mcp-session-id|x-portcullis-.*|x-forwarded-.*|remote-.*)$/)
    }),
    { numRuns: 2000 },
  )
})

function start(scene: Awaited<ReturnType<typeof openScene>>): string[] {
  return ['POST /mcp HTTP/1.1', `Host: 127.0.0.1:${scene.port}`, `Authorization: ${scene.signedIn().Authorization}`]
}
