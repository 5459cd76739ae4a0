import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { createGuardedFetch, type GuardedFetchOptions } from '@portcullis/auth/node'

const inside = [
  '127.0.0.1',
  '10.0.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '::1',
  'fd00::1',
  '::ffff:10.0.0.1',
]

for (const address of inside)
  test(`law 8 P-11 AS-18 AS-25: a name that leads to ${address} is not asked`, async () => {
    const outcome = await createGuardedFetch({ resolve: async () => [address] })('https://client.example/mcp.json')

    assert.deepEqual(reasonOf(outcome), 'refused')
  })

for (const url of [
  'https://127.0.0.1/mcp.json',
  'https://[::1]/mcp.json',
  'https://0x7f000001/mcp.json',
  'https://2130706433/mcp.json',
  'http://client.example/mcp.json',
  'ftp://client.example/mcp.json',
  'https://me:secret@client.example/mcp.json',
  'file:///etc/passwd',
  'mcp.json',
])
  test(`law 8: ${url} is not asked`, async () => {
    const outcome = await createGuardedFetch({ resolve: async () => ['1.1.1.1'] })(url)

    assert.deepEqual(reasonOf(outcome), 'refused')
  })

test('law 8: of a name that leads inside and outside only the outside is asked', async () => {
  const port = await listening((_request, response) => response.end('inside'))

  const outcome = await createGuardedFetch({ resolve: async () => ['127.0.0.1', '1.1.1.1'], timeout: 200 })(
    `https://client.example:${port}/mcp.json`,
  )

  assert.equal(outcome.kind, 'failure')
  assert.notEqual(reasonOf(outcome), 'refused')
})

test('a loopback host that is allowed by name is asked, and no other', async () => {
  const port = await listening((_request, response) => response.setHeader('cache-control', 'max-age=60').end('{}'))
  const fetch = createGuardedFetch({
    dangerouslyAllowLoopback: [`localhost:${port}`],
    resolve: async () => ['127.0.0.1'],
  })

  const allowed = await fetch(`http://localhost:${port}/mcp.json`)
  const other = await fetch(`http://127.0.0.1:${port}/mcp.json`)

  assert.deepEqual(allowed.kind === 'answer' && [allowed.status, allowed.text, allowed.header('cache-control')], [
    200,
    '{}',
    'max-age=60',
  ])
  assert.equal(reasonOf(other), 'refused')
})

test('AS-25: a redirect is not followed', async () => {
  const asked: (string | undefined)[] = []
  const fetch = await allowing((request, response) => {
    asked.push(request.url)
    response.writeHead(302, { location: '/elsewhere' }).end()
  })

  const outcome = await fetch()

  assert.equal(outcome.kind === 'answer' && outcome.status, 302)
  assert.deepEqual(asked, ['/mcp.json'])
})

test('a body of one byte more than the limit is refused', async () => {
  const ofLength = async (length: number) => reasonOf(await (await allowing((_, res) => res.end('x'.repeat(length))))())

  assert.equal(await ofLength(65_536), undefined)
  assert.equal(await ofLength(65_537), 'too_long')
})

test('a body beyond the limit is not read to its end', async () => {
  const fetch = await allowing((_request, response) => {
    response.on('error', () => {})
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      response.once('drain', more)
    }
    more()
  })

  assert.equal(reasonOf(await fetch()), 'too_long')
})

test('a long page beside another status does not hide that status', async () => {
  const fetch = await allowing((_request, response) => response.writeHead(503).end('x'.repeat(100_000)))

  const outcome = await fetch()

  assert.ok(outcome.kind === 'answer')
  assert.equal(outcome.status, 503)
})

test('an answer that does not end is given up', async () => {
  const fetch = await allowing((_request, response) => response.writeHead(200).write('{'), { timeout: 100 })

  assert.equal(reasonOf(await fetch()), 'timed_out')
})

test('a resolver that does not answer is given up', async () => {
  const outcome = await createGuardedFetch({ resolve: () => new Promise(() => {}), timeout: 50 })(
    'https://client.example/mcp.json',
  )

  assert.equal(reasonOf(outcome), 'timed_out')
})

test('a name that is not known, and a host where nobody listens, are outages', async () => {
  const unknown = createGuardedFetch({
    resolve: async () => {
      throw Object.assign(new Error('no'), { code: 'ENOTFOUND' })
    },
  })
  const deaf = createGuardedFetch({ dangerouslyAllowLoopback: ['localhost'], resolve: async () => ['127.0.0.1'] })

  assert.equal(reasonOf(await unknown('https://client.example/mcp.json')), 'unreachable')
  assert.equal(reasonOf(await deaf('http://localhost:1/mcp.json')), 'unreachable')
})

async function allowing(listener: RequestListener, options: GuardedFetchOptions = {}) {
  const port = await listening(listener)
  const fetch = createGuardedFetch({
    dangerouslyAllowLoopback: ['localhost'],
    resolve: async () => ['127.0.0.1'],
    ...options,
  })
  return () => fetch(`http://localhost:${port}/mcp.json`)
}

async function listening(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port // a server that listens on TCP has one
}

function reasonOf(outcome: Awaited<ReturnType<ReturnType<typeof createGuardedFetch>>>): string | undefined {
  return outcome.kind === 'failure' ? outcome.reason : undefined
}
