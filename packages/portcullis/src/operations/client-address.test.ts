import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ClientAddressReader, createClientAddressReader } from './client-address.ts'
import { listen } from './listen.ts'

test('who is asking is the peer, and whom it names only where it is a trusted proxy', async () => {
  const cases: [string[], string[], string][] = [
    [[], ['192.0.2.1'], '127.0.0.1'],
    [['10.0.0.0/8'], ['192.0.2.1'], '127.0.0.1'],
    [['127.0.0.1'], [], '127.0.0.1'],
    [['127.0.0.1'], ['192.0.2.1'], '192.0.2.1'],
    [['127.0.0.0/8'], ['203.0.113.9, 192.0.2.1'], '192.0.2.1'],
    [['127.0.0.1', '10.0.0.0/8'], ['203.0.113.9, 192.0.2.1, 10.1.2.3'], '192.0.2.1'],
    [['127.0.0.1', '10.0.0.0/8'], ['203.0.113.9, 192.0.2.1', '10.1.2.3'], '192.0.2.1'],
    [['127.0.0.1', '10.0.0.0/8'], [`192.0.2.1${', 10.1.2.3'.repeat(19)}`], '192.0.2.1'],
    [['127.0.0.1', '10.0.0.0/8'], [`192.0.2.1${', 10.1.2.3'.repeat(20)}`], '127.0.0.1'],
    [['127.0.0.1'], ['192.0.2.1, garbage'], '127.0.0.1'],
    [['127.0.0.1'], ['unknown'], '127.0.0.1'],
    [['127.0.0.1'], ['2001:db8::1'], '2001:db8::1'],
    [['127.0.0.1', '2001:db8:1::/48'], ['192.0.2.1, 2001:db8:1::5'], '192.0.2.1'],
  ]

  for (const [trusted, forwarded, expected] of cases)
    assert.equal(await addressSeen(trusted, forwarded), expected, JSON.stringify([trusted, forwarded]))
})

test('of a peer that speaks for others and is not trusted it is told, once', async () => {
  const cases: [string[], Record<string, string>, string[]][] = [
    [[], { 'x-forwarded-for': '192.0.2.1' }, ['127.0.0.1']],
    [['10.0.0.0/8'], { 'x-forwarded-for': '192.0.2.1' }, ['127.0.0.1']],
    [[], { forwarded: 'for=192.0.2.1' }, ['127.0.0.1']],
    [['127.0.0.1'], { 'x-forwarded-for': '192.0.2.1' }, []],
    [[], {}, []],
  ]

  for (const [trusted, headers, expected] of cases) {
    const told: string[] = []
    const read = createClientAddressReader(trusted, { onMistrusted: (peer) => told.push(peer) })
    for (let times = 0; times < 2; times += 1) await addressReadBy(read, headers)
    assert.deepEqual(told, expected, JSON.stringify([trusted, headers]))
  }
})

const proxy = '10.0.0.1'
const read = createClientAddressReader([proxy, 'fd00::/8'])
const seenBy = (peer: string, forwarded: string) =>
  read({ socket: { remoteAddress: peer }, headers: { 'x-forwarded-for': forwarded } })

test('whatever callers write before, whom the trusted proxy names is who asks', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6()).filter((each) => isIP(each) !== 0 && !/^(10\.0\.0\.1$|fd)/i.test(each))
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), address, (hearsay, named) => {
      for (const forwarded of [`${hearsay}, ${named}`, `${hearsay},${named}, fd00::7`])
        assert.equal(seenBy(proxy, forwarded), plain(named))
      assert.equal(seenBy('192.0.2.1', `${hearsay}, ${named}`), '192.0.2.1')
    }),
  )
})

test('whatever stands in the header, who asks is an address, and the proxy itself where it names none', () => {
  const almost = fc.string({ unit: fc.constantFrom('1', '.', ':', ',', ' ', '255', '::ffff:', 'unknown', '[', ']') })
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), almost), (forwarded) => {
      assert.notEqual(isIP(seenBy(proxy, forwarded) ?? ''), 0)
    }),
  )
})

/** As addresses of sockets are written here: IPv4 as itself. */
function plain(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
}

function addressSeen(trusted: readonly string[], forwarded: readonly string[]): Promise<string | undefined> {
  return addressReadBy(createClientAddressReader(trusted), { 'x-forwarded-for': [...forwarded] })
}

async function addressReadBy(read: ClientAddressReader, headers: OutgoingHttpHeaders): Promise<string | undefined> {
  const seen = Promise.withResolvers<string | undefined>()
  const server = createServer((req: IncomingMessage, res) => {
    seen.resolve(read(req))
    res.end()
  })
  const port = await listen(server, { host: '127.0.0.1', port: 0 })
  request({ port, host: '127.0.0.1', headers }).end()
  try {
    return await seen.promise
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
