import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createResourceServer, remoteRevocations } from '@portcullis/auth'
import { listen } from './raw-http.ts'

/** An issuer that has moved everything to `/elsewhere`, where it would all be found. */
async function movedIssuer(t: TestContext) {
  const reached: string[] = []
  const port = await listen(t, (req, res) => {
    if (req.url?.startsWith('/elsewhere') !== true) return void res.writeHead(307, { location: '/elsewhere' }).end()
    reached.push(`${req.method} ${req.headers.authorization}`)
    res.setHeader('content-type', 'application/json')
    res.end(
      JSON.stringify({ issuer: url, jwks_uri: `${url}/elsewhere`, keys: [], active: false, ended: [], position: '1' }),
    )
  })
  const url = `http://127.0.0.1:${port}`
  return { url, reached }
}

const resource = 'https://mcp.example/mcp'

test('keys of an issuer are taken from nowhere that its metadata is moved to', async (t) => {
  const { url, reached } = await movedIssuer(t)
  const server = createResourceServer({ resource, authorizationServers: [url] })

  await assert.rejects(server.ready())

  assert.deepEqual(reached, [])
})

test('law 11: the secret of the revocation feed goes nowhere that the feed is moved to', async (t) => {
  const { url, reached } = await movedIssuer(t)

  await assert.rejects(remoteRevocations({ url: `${url}/feed`, secret: 'a-secret' }).read(undefined), /answered 307/)

  assert.deepEqual(reached, [])
})

test('law 11: a token and the secret of introspection go nowhere that the endpoint is moved to', async (t) => {
  const { url, reached } = await movedIssuer(t)
  const introspection = { endpoint: `${url}/introspect`, credentials: { clientId: 'rs', clientSecret: 'a-secret' } }
  const server = createResourceServer({ resource, authorizationServers: [{ issuer: url, introspection }] })
  const headers = { authorization: 'Bearer opaque', host: 'mcp.example' }

  const answered = await server.authenticate(new Request(resource, { headers }))

  assert.equal(answered instanceof Response && answered.status, 503)
  assert.deepEqual(reached, [])
})
