import assert from 'node:assert/strict'
import test from 'node:test'
import { createDevHandler } from './dev-handler.ts'

test('on port 80 the issuer has no port, and hosts are known with it and without', async () => {
  const { fetch, server } = createDevHandler({
    origin: 'http://127.0.0.1',
    resource: 'http://localhost:3000/mcp',
    scopes: { mcp: 'Use mcp' },
    faults: [],
    approve: false,
    loopbackDocuments: [],
    onEvent: () => {},
  })
  const at = async (host: string, path: string) =>
    (await fetch(new Request(`http://127.0.0.1${path}`, { headers: { host } }))).status

  assert.equal(server.issuer, 'http://127.0.0.1')
  for (const host of ['127.0.0.1', '127.0.0.1:80', 'localhost', 'localhost:80'])
    assert.deepEqual([await at(host, '/dev/faults'), await at(host, '/jwks')], [200, 200], host)
  assert.deepEqual([await at('evil.example', '/dev/faults'), await at('localhost:8080', '/dev/faults')], [403, 403])
})
