import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, request } from 'node:http'
import { test } from 'node:test'
import { createClientAddressReader, networkOf } from './client-address.ts'
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

test('limits count an IPv6 host by its network, however its address is written, and IPv4 by the address', () => {
  const cases: [string, string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ]

  for (const [address, network] of cases) assert.equal(networkOf(address), network)
})

async function addressSeen(trusted: readonly string[], forwarded: readonly string[]): Promise<string | undefined> {
  const read = createClientAddressReader(trusted)
  const seen = Promise.withResolvers<string | undefined>()
  const server = createServer((req: IncomingMessage, res) => {
    seen.resolve(read(req))
    res.end()
  })
  const port = await listen(server, { host: '127.0.0.1', port: 0 })
  request({ port, host: '127.0.0.1', headers: { 'x-forwarded-for': [...forwarded] } }).end()
  try {
    return await seen.promise
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
