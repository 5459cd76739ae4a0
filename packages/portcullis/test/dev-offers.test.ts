import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createResourceServer, remoteRevocations } from '@portcullis/auth'
import { personCookie } from '@portcullis/auth/testing'
import { type RunningDev, resource, startDev, startDevIn, token } from './running-dev.ts'

const clientMetadataUrl = 'https://app.example.test/client.json'

/** The identifier with which MCP's own SDK goes to the browser. */
async function identifierOfSdk({ origin }: RunningDev): Promise<string> {
  const script = fileURLToPath(new URL('dev-sdk-client.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [
    script,
    JSON.stringify({ url: origin, clientMetadataUrl }),
  ])
  return JSON.parse(stdout).clientId
}

test("MCP's SDK comes with its document, and registers where the switch says that documents are not taken", async (t) => {
  const dev = await startDev(t)

  const before = await identifierOfSdk(dev)
  await fetch(`${dev.origin}/dev/faults/no_client_documents`, { method: 'PUT' })
  const during = await identifierOfSdk(dev)

  assert.equal(before, clientMetadataUrl)
  assert.match(during, /^[\w-]{10,}$/)
})

/** A client with a document on this machine; what the page says to alice when it sends her there. */
async function localClient(t: TestContext): Promise<{ host: string; statusAt: (origin: string) => Promise<number> }> {
  const server = createServer((_, response) => {
    const document = { client_id: clientId, client_name: 'Local', redirect_uris: ['http://127.0.0.1/callback'] }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo // it listens on TCP
  const host = `127.0.0.1:${port}`
  const clientId = `http://${host}/client.json`
  return {
    host,
    async statusAt(origin) {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: 'http://127.0.0.1:9/callback',
        resource,
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      })
      const headers = { cookie: personCookie('alice') }
      return (await fetch(`${origin}/authorize?${query}`, { headers, redirect: 'manual' })).status
    },
  }
}

test('law 8: a document on this machine is fetched from a host that was named, and from no other', async (t) => {
  const { host, statusAt } = await localClient(t)
  const named = await startDev(t, '--dangerously-allow-loopback-documents', host)
  const unnamed = await startDev(t)

  const statuses = [await statusAt(named.origin), await statusAt(unnamed.origin)]
  await fetch(`${named.origin}/dev/faults/no_client_documents`, { method: 'PUT' })

  assert.equal(statuses[0], 200)
  assert.ok((statuses[1] ?? 0) >= 400)
  assert.equal(await statusAt(named.origin), 400)
})

test('law 14: a server elsewhere reads the revocation feed, and sees that the grant of anybody has ended', async (t) => {
  const { origin, started } = await startDev(t)
  const { readerSecret: secret = '', revocations: url = '' } = started
  const server = createResourceServer({
    resource,
    authorizationServers: [origin],
    revocations: remoteRevocations({ url, secret }),
    revocationFreshness: 0,
  })
  const { access_token: accessToken = '' } = await token(origin, { subject: 'carol' })
  const call = async () => {
    const headers = { authorization: `Bearer ${accessToken}`, host: '127.0.0.1:3000' }
    const result = await server.authenticate(new Request(resource, { method: 'POST', headers }))
    return result instanceof Response ? result.status : result.subject
  }

  const before = await call()
  await fetch(`${origin}/dev/end-grants`, { method: 'POST' })

  assert.deepEqual([before, await call()], ['carol', 401])
})

test('a server in any language introspects, as a reader or as the client, until the grant ends', async (t) => {
  const secret = 'a secret that somebody wrote down'.replaceAll(' ', '-')
  const { origin, started } = await startDevIn(t, { environment: { PORTCULLIS_DEV_SECRET: secret } })
  const { access_token: accessToken = '' } = await token(origin, { subject: 'carol' })
  const ask = async (authorization: string) => {
    const body = new URLSearchParams({ token: accessToken })
    const answer = await fetch(`${origin}/introspect`, { method: 'POST', headers: { authorization }, body })
    return answer.ok ? (await answer.json()).active : answer.status
  }
  const basic = `Basic ${Buffer.from(`${started.clientId}:${secret}`).toString('base64')}`

  const before = [await ask(`Bearer ${secret}`), await ask(basic), await ask('Bearer nobody')]
  await fetch(`${origin}/dev/end-grants`, { method: 'POST', body: new URLSearchParams({ subject: 'carol' }) })

  assert.deepEqual(before, [true, true, 401])
  assert.equal(await ask(`Bearer ${secret}`), false)
})

test('the client whose secret is printed exchanges a token, and what it got for itself ends with everything', async (t) => {
  const { origin, started } = await startDev(t)
  const { clientId = '', clientSecret = '' } = started
  const { access_token: accessToken = '' } = await token(origin, { subject: 'carol' })
  const ask = async (form: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form })
    return (await fetch(`${origin}/token`, { method: 'POST', body })).json()
  }

  const own = await ask({ grant_type: 'client_credentials' })
  const exchanged = await ask({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: accessToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  })

  assert.equal(own.scope, 'mcp')
  const { sub, act } = JSON.parse(Buffer.from(exchanged.access_token.split('.')[1], 'base64url').toString())
  assert.deepEqual([sub, act.sub], ['carol', clientId])
  // Carol's, the client's own, and the one under which it exchanges
  assert.deepEqual(await (await fetch(`${origin}/dev/end-grants`, { method: 'POST' })).json(), { ended: 3 })
})

test('a device that nobody watches is allowed by one request, and a person signs in at its page', async (t) => {
  const { origin, started } = await startDev(t)
  const { clientId = '', clientSecret = '' } = started
  const machine = { client_id: clientId, client_secret: clientSecret }
  const post = async (path: string, form: Record<string, string>) =>
    (await fetch(`${origin}${path}`, { method: 'POST', body: new URLSearchParams(form) })).json()
  const device = await post('/device_authorization', machine)

  const signIn = `${origin}/dev/sign-in?${new URLSearchParams({ as: 'bob', to: device.verification_uri_complete })}`
  const signedIn = await fetch(signIn, { redirect: 'manual' })
  const answered = await post('/dev/device', { user_code: device.user_code, subject: 'bob' })
  const tokens = await post('/token', {
    ...machine,
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: device.device_code,
  })

  assert.equal(signedIn.headers.get('location'), device.verification_uri_complete)
  assert.deepEqual(answered, { subject: 'bob', decision: 'allow' })
  const { sub } = JSON.parse(Buffer.from(tokens.access_token.split('.')[1], 'base64url').toString())
  assert.equal(sub, 'bob')
})

test('a person is told by OpenID Connect, with claims', async (t) => {
  const { origin } = await startDev(t, '--approve')
  const document = await (await fetch(`${origin}/.well-known/openid-configuration`)).json()

  assert.deepEqual(document.scopes_supported.slice(0, 3), ['openid', 'profile', 'email'])
})

test('--json prints JSON at a terminal too', async (t) => {
  const { started } = await startDevIn(t, { isTTY: true }, '--json')

  assert.equal(started.resource, resource)
  assert.equal(started.clientId, 'test-machine')
})
