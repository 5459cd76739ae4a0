import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { type RunningProgram, startProgram, startUpstream } from './running-program.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwks = { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'k1' }] }

test('a client that the configuration names calls the MCP server with no person at hand, and is seen as itself', async (t) => {
  const { program, clientId, seen } = await withMachine(t, 'clientCredentials: [mcp], introspection: true')

  const { status, body } = await post(program, '/token', clientId, { grant_type: 'client_credentials' })
  const called = await fetch(`${program.origin}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${body.access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  })
  const told = await post(program, '/introspect', clientId, { token: String(body.access_token) })

  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(called.status, 200)
  assert.deepEqual(seen, [[clientId, clientId]])
  assert.deepEqual([told.body.active, told.body.sub, told.body.scope], [true, clientId, 'mcp'])
  assert.ok(!program.output().includes(String(body.access_token)))
})

test('a client that is named for nothing gets nothing, and the log says why', async (t) => {
  const { program, clientId } = await withMachine(t, 'introspection: true')

  const { body } = await post(program, '/token', clientId, { grant_type: 'client_credentials' })

  assert.equal(body.error, 'unsupported_grant_type')
  await program.line(/grant type is not supported/)
})

/** The program, and a client that a document on loopback describes. */
async function withMachine(t: TestContext, privileges: string) {
  const seen: unknown[] = []
  const upstream = await startUpstream(t, (req, res) => {
    seen.push([req.headers['x-portcullis-subject'], req.headers['x-portcullis-client']])
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} }))
  })
  let clientId = ''
  const host = await startUpstream(t, (_, res) => {
    res.setHeader('content-type', 'application/json')
    const document = { client_id: clientId, client_name: 'Nightly', redirect_uris: ['http://127.0.0.1/callback'] }
    res.end(JSON.stringify({ ...document, token_endpoint_auth_method: 'private_key_jwt', jwks }))
  })
  clientId = `${host}/nightly.json`
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    settings: `clientDocuments: { enabled: true, dangerouslyAllowLoopback: ["${new URL(host).host}"] }\nprivileges: { "${clientId}": { ${privileges} } }`,
  })
  return { program, clientId, seen }
}

async function post(program: RunningProgram, path: string, clientId: string, fields: Record<string, string>) {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: clientId, sub: clientId, aud: program.origin, jti: randomUUID(), iat: now, exp: now + 60 }
  const signed = [{ alg: 'ES256', kid: 'k1' }, claims].map((part) => base64url(JSON.stringify(part))).join('.')
  const signature = sign('sha256', Buffer.from(signed), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' })
  const body = new URLSearchParams({
    ...fields,
    client_assertion: `${signed}.${signature.toString('base64url')}`,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  })
  const response = await fetch(`${program.origin}${path}`, { method: 'POST', body })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
