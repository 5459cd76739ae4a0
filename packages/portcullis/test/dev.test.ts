import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { request } from 'node:http'
import { type TestContext, test } from 'node:test'
import { createResourceServer } from '@portcullis/auth'
import { type Io, run } from 'portcullis'

const resource = 'http://127.0.0.1:3000/mcp'

/** `portcullis dev`, until the test ends. */
async function startDev(t: TestContext, ...argv: string[]): Promise<{ origin: string; output: () => string }> {
  const signals = new EventEmitter()
  const lines = new EventEmitter()
  let output = ''
  const write = (text: string) => {
    output += text
    lines.emit('text')
  }
  const io: Io = { stdout: { write }, stderr: { write }, environment: {}, folder: '.', signals, exit: () => {} }
  const done = run(['dev', '--port', '0', '--resource', resource, ...argv], io)
  t.after(async () => {
    signals.emit('SIGTERM')
    assert.equal(await done, 0)
  })
  while (!output.includes('\n')) await once(lines, 'text')
  return { origin: JSON.parse(output.split('\n')[0] ?? '').issuer, output: () => output }
}

/** A client registers and makes an authorization request. */
async function authorizationUrl(origin: string): Promise<string> {
  const registered = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'none' }),
  })
  const { client_id: clientId } = await registered.json()
  return `${origin}/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: 'http://127.0.0.1/callback',
    state: 'st',
    resource,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })}`
}

async function statusAtServer(origin: string, token: string): Promise<number> {
  const server = createResourceServer({ resource, authorizationServers: [origin] })
  const headers = { authorization: `Bearer ${token}`, host: '127.0.0.1:3000' }
  const result = await server.authenticate(new Request(resource, { method: 'POST', headers }))
  return result instanceof Response ? result.status : 200
}

async function token(origin: string, form: Record<string, string> = {}): Promise<Record<string, string>> {
  const response = await fetch(`${origin}/dev/token`, { method: 'POST', body: new URLSearchParams(form) })
  return response.json()
}

test('a token is had by one request, and a server elsewhere believes it', async (t) => {
  const { origin } = await startDev(t, '--scopes', 'notes:read,notes:write')

  const {
    access_token: accessToken = '',
    subject,
    scope,
  } = await token(origin, { subject: 'bob', scope: 'notes:write' })

  assert.deepEqual([subject, scope], ['bob', 'notes:write'])
  assert.equal(await statusAtServer(origin, accessToken), 200)
})

test('a person signs in by one click and allows what the client asks', async (t) => {
  const { origin } = await startDev(t)
  const url = await authorizationUrl(origin)

  const who = await (await fetch(url)).text()
  const [, link = ''] = /href="(\/dev\/sign-in\?as=alice[^"]*)"/.exec(who) ?? []
  const signedIn = await fetch(new URL(link.replaceAll('&amp;', '&'), origin), { redirect: 'manual' })
  const [cookie = ''] = (signedIn.headers.get('set-cookie') ?? '').split(';')
  const consent = await fetch(signedIn.headers.get('location') ?? '', { headers: { cookie } })

  assert.equal(consent.status, 200)
  assert.match(await consent.text(), /name="decision" value="allow"/)
  const elsewhere = await fetch(
    `${origin}/dev/sign-in?as=alice&to=${encodeURIComponent('https://evil.example/authorize?')}`,
    { redirect: 'manual' },
  )
  assert.equal(elsewhere.status, 400)
})

test('with --approve a client without a browser is sent on at once', async (t) => {
  const { origin } = await startDev(t, '--approve')

  const answer = await fetch(await authorizationUrl(origin), { redirect: 'manual' })

  const { searchParams, pathname } = new URL(answer.headers.get('location') ?? '')
  assert.equal(pathname, '/callback')
  assert.ok(searchParams.get('code'))
  assert.equal(searchParams.get('iss'), origin)
  assert.equal((await fetch(`${origin}/authorize?client_id=nobody`, { redirect: 'manual' })).status, 400)
})

test('switches are thrown by HTTP, and by the page', async (t) => {
  const { origin } = await startDev(t, '--fault', 'keys_down')
  assert.equal((await fetch(`${origin}/jwks`)).status, 503)

  await fetch(`${origin}/dev/faults/keys_down`, { method: 'DELETE' })
  const put = await fetch(`${origin}/dev/faults/wrong_audience`, { method: 'PUT' })
  assert.equal((await put.json()).wrong_audience.on, true)
  assert.equal(await statusAtServer(origin, (await token(origin)).access_token ?? ''), 401)

  const form = { method: 'POST', body: new URLSearchParams({ off: 'wrong_audience' }), headers: { origin } }
  const page = await fetch(`${origin}/dev/switch`, form)
  assert.match(await page.text(), /What shall fail\?/)
  assert.equal(await statusAtServer(origin, (await token(origin)).access_token ?? ''), 200)

  await fetch(`${origin}/dev/faults/token_down`, { method: 'PUT' })
  const all = await fetch(`${origin}/dev/faults`, { method: 'DELETE' })
  assert.ok(Object.values<{ on: boolean }>(await all.json()).every(({ on }) => !on))
  const unknown = await fetch(`${origin}/dev/faults/nonsense`, { method: 'PUT' })
  assert.equal(unknown.status, 404)
  assert.ok((await unknown.json()).faults.includes('slow'))
})

test('everything that was allowed ends by one request, and keys change by another', async (t) => {
  const { origin } = await startDev(t)
  const {
    access_token: accessToken = '',
    refresh_token: refreshToken = '',
    client_id: clientId = '',
  } = await token(origin)
  const keysBefore = await (await fetch(`${origin}/jwks`)).json()

  const rotated = await fetch(`${origin}/dev/rotate-keys`, { method: 'POST' })
  const keysAfter = await (await fetch(`${origin}/jwks`)).json()
  const ended = await fetch(`${origin}/dev/end-grants`, { method: 'POST' })

  assert.equal(rotated.status, 200)
  assert.ok(keysAfter.keys.length > keysBefore.keys.length)
  assert.equal(await statusAtServer(origin, accessToken), 200, 'without the feed a server elsewhere cannot know')
  assert.deepEqual(await ended.json(), { ended: 1 })
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId })
  assert.equal((await (await fetch(`${origin}/token`, { method: 'POST', body })).json()).error, 'invalid_grant')
})

test('law 1: pages of other sites and names that lead here throw no switch', async (t) => {
  const { origin } = await startDev(t)

  const foreign = await fetch(`${origin}/dev/faults/slow`, {
    method: 'PUT',
    headers: { origin: 'https://evil.example' },
  })
  const rebound = await statusAt(`${origin}/dev/token`, 'evil.example')
  const crossSite = await fetch(`${origin}/dev/switch`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({ on: 'slow' }),
  })

  assert.deepEqual([foreign.status, crossSite.status], [403, 403])
  assert.equal(rebound, 403)
  const state = await (await fetch(`${origin}/dev/faults`)).json()
  assert.equal(state.slow.on, false)
})

test('law 1: with --approve a page of another site, or of a name that leads here, gets no code', async (t) => {
  const { origin } = await startDev(t, '--approve')
  const url = await authorizationUrl(origin)
  const openedFrom = async (site: string) => {
    const answer = await fetch(url, { headers: { 'sec-fetch-site': site }, redirect: 'manual' })
    return [answer.status, answer.headers.has('location')]
  }

  const rebound = await statusAt(url, 'evil.example', 'GET')

  assert.deepEqual(await openedFrom('cross-site'), [200, false])
  assert.deepEqual(await openedFrom('same-site'), [200, false])
  assert.deepEqual(await openedFrom('none'), [303, true])
  assert.equal(rebound, 403)
})

test('law 1: a page of another site signs nobody in', async (t) => {
  const { origin } = await startDev(t)
  const url = `${origin}/dev/sign-in?${new URLSearchParams({ as: 'bob', to: await authorizationUrl(origin) })}`

  const answer = await fetch(url, { headers: { 'sec-fetch-site': 'cross-site' }, redirect: 'manual' })

  assert.deepEqual([answer.status, answer.headers.has('set-cookie')], [403, false])
})

/** A request that names another host, which `fetch` never does. */
function statusAt(url: string, host: string, method = 'POST'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject).end()
  })
}

test('a fault that is none is named with those that are', async () => {
  let said = ''
  const out = {
    write: (text: string) => {
      said += text
    },
  }
  const io: Io = { stdout: out, stderr: out, environment: {}, folder: '.', signals: new EventEmitter(), exit: () => {} }

  assert.equal(await run(['dev', '--fault', 'nonsense'], io), 2)

  assert.match(said, /no fault "nonsense"; there are expired_tokens, /)
})
