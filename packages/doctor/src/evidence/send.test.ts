import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { daysFromNow, makeCertificate } from '../../test/certificate.ts'
import { answeringBytes, json, listening, listeningWithTls } from '../../test/loopback-server.ts'
import type { Answer, Failure, Outcome, ProbeRequest } from './exchange.ts'
import { hideTarget } from './hidden-target.ts'
import { createSender, type SenderOptions } from './send.ts'

test('an answer comes with its status, its headers as they stood, its body and the addresses of the host', async () => {
  const origin = await listening((_request, response) => {
    response.setHeader('X-Twice', ['1', '2'])
    json(response, 401, { error: 'none' }, { 'WWW-Authenticate': 'Bearer' })
  })

  const answer = answered(await ask(`${origin}/mcp`))

  assert.equal(answer.status, 401)
  assert.deepEqual(
    answer.headers.filter(([name]) => /^(x-twice|www-authenticate)$/.test(name)),
    [
      ['x-twice', '1'],
      ['x-twice', '2'],
      ['www-authenticate', 'Bearer'],
    ],
  )
  assert.equal(answer.body, '{"error":"none"}')
  assert.equal(answer.isWhole, true)
  assert.deepEqual(answer.addresses, ['127.0.0.1'])
})

test('a redirect is an answer like others', async () => {
  const origin = await listening((_request, response) => response.writeHead(302, { location: '/elsewhere' }).end())

  assert.equal(answered(await ask(origin)).status, 302)
})

test('what is secret in the URL that was typed goes out on the wire and comes back hidden', async () => {
  let asked: string | undefined
  const origin = await listening((request, response) => {
    asked = request.url
    json(response, 200, { resource: request.url, access_token: 'abc' }, { 'set-cookie': 'sid=1' })
  })
  const target = hideTarget(`${origin}/mcp?api_key=verysecret`)

  const answer = answered(await ask(target.shown, { target }))

  assert.equal(asked, '/mcp?api_key=verysecret')
  assert.equal(answer.body, '{"resource":"/mcp?api_key=~hidden1~","access_token":"[redacted]"}')
  assert.ok(!JSON.stringify(answer).includes('verysecret'))
})

test('a stream of events that stays open is not waited for', async () => {
  const origin = await listening((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (request.url === '/silent') response.flushHeaders()
    else response.write('event: message\ndata: {"jsonrpc":"2.0"}\n\n')
  })

  const [speaking, silent] = await Promise.all([ask(`${origin}/speaking`), ask(`${origin}/silent`)])

  assert.equal(answered(speaking).body, 'event: message\ndata: {"jsonrpc":"2.0"}\n\n')
  assert.equal(answered(speaking).isWhole, false)
  assert.equal(answered(silent).body, '')
})

test('a kept connection that the server has ended is replaced without a word', async () => {
  let count = 0
  const origin = await listening((request, response) => {
    count += 1
    if (count === 2) request.socket.destroy()
    else response.end('here')
  })
  const { send, close } = createSender({ target: hideTarget(origin) })
  after(close)

  await send(get(origin))
  const outcome = await send(get(`${origin}/again`))

  assert.equal(answered(outcome).body, 'here')
})

test('the doctor asks for packed bodies, as clients do', async () => {
  let asked: unknown
  const origin = await listening((request, response) => {
    asked = request.headers['accept-encoding']
    response.end()
  })

  await ask(origin)

  assert.equal(asked, 'gzip, deflate, br')
})

test('packed bodies are unpacked, 64 KiB at the most', async () => {
  const origin = await listening((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000, 'a')))
  })

  const answer = answered(await ask(origin))

  assert.equal(answer.body.length, 65_536)
  assert.equal(answer.isWhole, false)
})

for (const encoding of ['constructor', 'toString', '__proto__', 'zstd']) {
  test(`a body in the encoding ${encoding}, which nobody knows, is read as it came`, async () => {
    const origin = await listening((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end('here')
    })

    assert.equal(answered(await ask(origin)).body, 'here')
  })
}

test('an answer without a body is not packed wrongly, whatever it says of its packing', async () => {
  const origin = await listening((request, response) => {
    const status = request.method === 'OPTIONS' ? 204 : 401
    response.writeHead(status, { 'content-encoding': request.url === '/br' ? 'br' : 'gzip' }).end()
  })

  const { send, close } = createSender({ target: hideTarget(origin) })
  for (const method of ['HEAD', 'OPTIONS', 'GET'] as const)
    for (const path of ['/gzip', '/br'])
      assert.equal(answered(await send({ method, url: `${origin}${path}`, headers: {} })).body, '', `${method} ${path}`)
  close()
})

test('of packed nothing without end little is read', async () => {
  const nothing = Buffer.concat(Array.from({ length: 1000 }, () => gzipSync('')))
  const origin = await listening((request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' })
    const more = () => request.socket.destroyed || response.write(nothing, () => setImmediate(more))
    more()
  })

  assert.equal(answered(await ask(origin)).isWhole, false)
})

test('of a body in crumbs as many are read as are cheap', async () => {
  const origin = await answeringBytes((socket) => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
    socket.end(`${head}${'1\r\nd\r\n'.repeat(65_536)}`)
  })

  const answer = answered(await ask(origin))

  assert.ok(answer.body.length <= 4096)
  assert.equal(answer.isWhole, false)
})

test('of an endless body the beginning is read', async () => {
  const origin = await listening((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(10_000)));
    }
    response.on('drain', more)
    more()
  })

  const answer = answered(await ask(origin))

  assert.equal(answer.body.length, 65_536)
  assert.equal(answer.isWhole, false)
})

test('invalid UTF-8 is text with marks in it', async () => {
  const origin = await listening((_request, response) => response.end(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])))

  assert.equal(answered(await ask(origin)).body, '{\uFFFD\uFFFD}')
})

test('information before the answer is passed over', async () => {
  const origin = await answeringBytes((socket) =>
    socket.end('HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
  )

  assert.equal(answered(await ask(origin)).body, 'ok')
})

const hostile: readonly (readonly [what: string, bytes: string, reason: Failure['reason']])[] = [
  ['malformed chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab', 'malformed_answer'],
  ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'malformed_answer'],
  ['headers without an end', `HTTP/1.1 200 OK\r\n${'X-A: aaaaaaaaaa\r\n'.repeat(3000)}`, 'malformed_answer'],
  ['a header that folds', 'HTTP/1.1 200 OK\r\nX-A: b\r\nno colon here\r\n\r\n', 'malformed_answer'],
  ['a NUL in a header', 'HTTP/1.1 200 OK\r\nX-A: a\0b\r\n\r\n', 'malformed_answer'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 'malformed_answer'],
  ['less than it promised', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nab', 'connection_closed'],
  ['nothing', '', 'connection_closed'],
  [
    'another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
    'malformed_answer',
  ],
  [
    'a body that is not packed as it says',
    'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello',
    'wrong_encoding',
  ],
]
for (const [what, bytes, reason] of hostile) {
  test(`a server that sends ${what} is ${reason}`, async () => {
    const origin = await answeringBytes((socket) => socket.end(bytes))

    assert.equal(failed(await ask(origin)).reason, reason)
  })
}

const slow: readonly (readonly [what: string, start: string])[] = [
  ['never answers', ''],
  ['never ends its headers', 'HTTP/1.1 200 OK\r\n'],
  ['only informs', 'HTTP/1.1 102 Processing\r\n\r\n'],
  ['never ends its body', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n'],
]
for (const [what, start] of slow) {
  test(`a server that ${what}, a drop at a time, has timed out`, async () => {
    const origin = await answeringBytes((socket) => {
      socket.write(start)
      const drip = setInterval(() => socket.write(start.includes('102') ? start : ''), 20)
      socket.on('close', () => clearInterval(drip))
    })

    assert.equal(failed(await ask(origin, { timeout: 150 })).reason, 'timed_out')
  })
}

test('when the time for all requests is over, what is under way and what comes then says nothing of the server', async () => {
  const origin = await answeringBytes(() => {})
  const { send, close } = createSender({ target: hideTarget(origin), deadline: 100 })
  after(close)

  const outcomes = await Promise.all(Array.from({ length: 10 }, (_, at) => send(get(`${origin}/${at}`))))
  const late = await send(get(`${origin}/late`))

  assert.deepEqual(new Set([...outcomes, late].map((outcome) => failed(outcome).reason)), new Set(['out_of_time']))
})

test('a port where nothing listens has refused, a name without address is not found', async () => {
  const unresolvable = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })

  assert.equal(failed(await ask('http://127.0.0.1:1/')).reason, 'connection_refused')
  const outcome = await ask('http://nowhere.example/', { resolve: () => Promise.reject(unresolvable) })
  assert.deepEqual(
    [failed(outcome).reason, failed(outcome).detail],
    ['name_not_found', 'No address is known for the name nowhere.example'],
  )
})

test('law 8: from a public URL no name and no address leads inside', async () => {
  let isAsked = false
  const origin = await listening((_request, response) => {
    isAsked = true
    response.end()
  })
  const inside = new URL(origin).port
  const { send, close } = createSender({
    target: hideTarget('https://mcp.example/mcp'),
    resolve: async (hostname) => (hostname === 'mcp.example' ? ['1.1.1.1'] : ['127.0.0.1']),
  })
  after(close)
  const urls = [
    'inner.example',
    'localhost',
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '169.254.169.254',
  ].map((host) => `http://${host}:${inside}/`)

  const outcomes = await Promise.all(urls.map((url) => send(get(url))))

  assert.deepEqual(new Set(outcomes.map((outcome) => failed(outcome).reason)), new Set(['address_refused']))
  assert.equal(isAsked, false)
})

test('law 8: from a URL on this machine, this machine is asked, and where machines keep their credentials is not', async () => {
  const origin = await listening((_request, response) => response.end('here'))
  const { send, close } = createSender({ target: hideTarget(`${origin}/mcp`) })
  after(close)

  const outcomes = await Promise.all(
    [origin, 'http://169.254.169.254/latest/meta-data/', 'http://[fd00:ec2::254]/'].map((url) => send(get(url))),
  )

  assert.equal(outcomes[0]?.kind, 'answer')
  assert.deepEqual(
    outcomes.slice(1).map((outcome) => failed(outcome).reason),
    ['address_refused', 'address_refused'],
  )
})

for (const url of ['ftp://mcp.example/', 'file:///etc/passwd', 'https://a:b@mcp.example/', 'no url', '/relative']) {
  test(`${url} is not asked`, async () => {
    assert.equal(failed(await ask(url)).reason, 'url_refused')
  })
}

const authority = makeCertificate({ name: 'authority.example' })
const certificates = [
  ['signed by itself', makeCertificate({ name: 'localhost' }), /signed by itself/],
  [
    'without its intermediate',
    makeCertificate({ name: 'localhost', issuer: authority }),
    /does not send the intermediate certificate/,
  ],
  [
    'expired',
    makeCertificate({ name: 'localhost', from: daysFromNow(-9), to: daysFromNow(-2) }),
    /signed by itself|expired/,
  ],
] as const
for (const [what, certificate, detail] of certificates) {
  test(`a certificate ${what} is a failure that says so`, async () => {
    const port = await listeningWithTls(certificate, (_request, response) => response.end())

    const failure = failed(await ask(`https://localhost:${port}/`))

    assert.equal(failure.reason, 'certificate')
    assert.match(failure.detail, detail)
  })
}

test('plain HTTP where TLS is spoken, and the other way round, are failures that say so', async () => {
  const port = await listeningWithTls(makeCertificate({ name: 'localhost' }), (_request, response) => response.end())
  const plain = await listening((_request, response) => response.end())

  assert.equal((await ask(`http://127.0.0.1:${port}/`)).kind, 'failure')
  assert.equal(failed(await ask(plain.replace('http:', 'https:'))).reason, 'speaks_http')
})

async function ask(url: string, options: Partial<SenderOptions> = {}): Promise<Outcome> {
  const { send, close } = createSender({ target: hideTarget(url), ...options })
  try {
    return await send(get(url))
  } finally {
    close()
  }
}

function get(url: string): ProbeRequest {
  return { method: 'GET', url, headers: {} }
}

function answered(outcome: Outcome): Answer {
  assert.equal(outcome.kind, 'answer', JSON.stringify(outcome))
  return outcome
}

function failed(outcome: Outcome): Failure {
  assert.equal(outcome.kind, 'failure', JSON.stringify(outcome))
  return outcome
}
