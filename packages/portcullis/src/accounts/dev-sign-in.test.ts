import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInRequest } from '../operations/request-context.ts'
import { allowsDevSignIn } from './dev-sign-in.ts'

const here = 'http://localhost:7080'

test('law 10: dev sign-in counts for a request that comes from this machine, straight, to a name of this machine', () => {
  for (const host of ['localhost:7080', '127.0.0.1:7080', '[::1]:7080'])
    assert.equal(allowed({ headers: { host } }), true)
  for (const address of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])
    assert.equal(allowed({ peerAddress: address, localAddress: address }), true)
  assert.equal(allowed({ headers: { host: 'localhost:7080', origin: here } }), true)
  assert.equal(allowed({ origin: 'http://localhost', headers: { host: 'localhost' } }), true)
})

test('law 10: each of its conditions alone refuses it', () => {
  const host = 'localhost:7080'
  const cases: Record<string, Parameters<typeof allowed>[0]> = {
    'not asked for': { dev: false },
    'a public URL that is not loopback': { origin: 'https://mcp.example', headers: { host: 'localhost:443' } },
    'a peer elsewhere': { peerAddress: '192.0.2.1' },
    'a peer nobody knows': { peerAddress: undefined },
    'a listener elsewhere': { localAddress: '10.0.0.1' },
    'no host': { headers: {} },
    'another host': { headers: { host: 'evil.example:7080' } },
    'another port': { headers: { host: 'localhost:7081' } },
    'a host that only ends so': { headers: { host: 'x.localhost:7080' } },
    'an origin of another port': { headers: { host, origin: 'http://localhost:3000' } },
    'a foreign origin': { headers: { host, origin: 'https://evil.example' } },
    'an opaque origin': { headers: { host, origin: 'null' } },
    forwarded: { headers: { host, forwarded: 'for=192.0.2.1' } },
    'x-forwarded-for': { headers: { host, 'x-forwarded-for': '127.0.0.1' } },
    'x-forwarded-proto': { headers: { host, 'x-forwarded-proto': 'https' } },
    'x-real-ip': { headers: { host, 'x-real-ip': '127.0.0.1' } },
    via: { headers: { host, via: '1.1 proxy' } },
    'a tunnel': { headers: { host, 'cf-ray': '1' } },
    'a content delivery network': { headers: { host, 'cdn-loop': 'x' } },
    'a proxy that says so in a way of its own': { headers: { host, 'x-proxied': '1' } },
    'a proxy of the old kind': { httpVersion: '1.0' },
    'a proxy that ends its connection': { headers: { host, connection: 'close' } },
    'a proxy that keeps its connection without a word': { headers: { host, connection: '' } },
    'a proxy that keeps its connection in words of its own': { headers: { host, connection: 'Keep-Alive' } },
  }

  for (const [why, given] of Object.entries(cases)) assert.equal(allowed(given), false, why)
})

function allowed(given: {
  dev?: boolean
  origin?: string
  headers?: Record<string, string>
  peerAddress?: string | undefined
  localAddress?: string | undefined
  httpVersion?: string
}): boolean {
  const { dev, origin, headers, ...connection } = {
    dev: true,
    origin: here,
    headers: { host: 'localhost:7080' },
    peerAddress: '127.0.0.1',
    localAddress: '127.0.0.1',
    httpVersion: '1.1',
    ...given,
  }
  const request = new Request(`${origin}/account`, { headers: { connection: 'keep-alive', ...headers } })
  const context = { requestId: 'r1', clientAddress: connection.peerAddress, ...connection }
  return runInRequest(context, () => allowsDevSignIn(request, { dev, origin }))
}
