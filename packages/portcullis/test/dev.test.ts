import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { type Io, run } from 'portcullis'
import { resource, startDev, statusAtServer, token } from './running-dev.ts'

/** A client registers and makes an authorization request. */
async function authorizationUrl(origin: string, redirectUri = 'http://127.0.0.1/callback'): Promise<string> {
  const registered = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
  })
  const { client_id: clientId } = await registered.json()
  return `${origin}/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state: 'st',
    resource,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })}`
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
  assert.equal((await (await fetch(`${origin}/dev/end-grants`, { method: 'POST' })).json()).ended, 0)
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

test('law 1: with --approve no code leaves this machine without a question', async (t) => {
  const { origin } = await startDev(t, '--approve')
  const url = await authorizationUrl(origin, 'https://evil.example/callback')

  const answer = await fetch(url, { redirect: 'manual' })

  assert.deepEqual([answer.status, answer.headers.has('location')], [200, false])
})

test('law 10: what came through a proxy or a tunnel lets nobody in', async (t) => {
  const { origin } = await startDev(t, '--approve')
  const url = await authorizationUrl(origin)
  const statuses = (header: string) =>
    Promise.all(
      [url, origin, `${origin}/dev/faults`, `${origin}/device`].map(
        async (each) => (await fetch(each, { headers: { [header]: 'proxy' }, redirect: 'manual' })).status,
      ),
    )

  for (const header of ['x-forwarded-for', 'forwarded', 'via', 'cf-ray', 'ngrok-trace'])
    assert.deepEqual(await statuses(header), [403, 403, 403, 403], header)
  assert.equal((await fetch(`${origin}/jwks`, { headers: { via: 'proxy' } })).status, 200)
  assert.equal(await statusOfOldVersion(url), 403)
})

test('law 1: a page at another port of this machine is another page', async (t) => {
  const { origin } = await startDev(t)
  const headers = { 'sec-fetch-site': 'same-site' }
  const url = `${origin}/dev/sign-in?${new URLSearchParams({ as: 'bob', to: await authorizationUrl(origin) })}`

  const signedIn = await fetch(url, { headers, redirect: 'manual' })
  const pressed = await fetch(`${origin}/dev/rotate-keys`, {
    method: 'POST',
    headers: { origin: 'http://127.0.0.1:5173' },
  })

  assert.deepEqual([signedIn.status, signedIn.headers.has('set-cookie'), pressed.status], [403, false, 403])
})

test('law 1: a page of another site signs nobody in', async (t) => {
  const { origin } = await startDev(t)
  const url = `${origin}/dev/sign-in?${new URLSearchParams({ as: 'bob', to: await authorizationUrl(origin) })}`

  const answer = await fetch(url, { headers: { 'sec-fetch-site': 'cross-site' }, redirect: 'manual' })

  assert.deepEqual([answer.status, answer.headers.has('set-cookie')], [403, false])
})

/** The status of a request of HTTP/1.0, which is what nginx speaks behind it by itself. */
async function statusOfOldVersion(url: string): Promise<number> {
  const { hostname, port, host, pathname, search } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.end(`GET ${pathname}${search} HTTP/1.0\r\nHost: ${host}\r\n\r\n`)
  let answer = ''
  for await (const part of socket.setEncoding('latin1')) answer += part
  return Number(answer.split(' ')[1])
}

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

test('the root leads to the page, at this machine alone', async (t) => {
  const { origin } = await startDev(t)

  const page = await fetch(origin)

  assert.equal(page.url, `${origin}/dev`)
  assert.match(await page.text(), /What shall fail\?/)
  assert.equal(await statusAt(origin, 'evil.example', 'GET'), 403)
  assert.equal((await fetch(`${origin}/dev`, { method: 'HEAD' })).status, 200)
})

test('whoever is named signs in by the page, and all that they allowed ends with the rest, or by their name', async (t) => {
  const { origin } = await startDev(t)
  const url = await authorizationUrl(origin)

  assert.match(await (await fetch(url)).text(), /<input id="as" name="as"/)
  const signedIn = await fetch(`${origin}/dev/sign-in?${new URLSearchParams({ as: 'Zoë', to: url })}`, {
    redirect: 'manual',
  })
  assert.equal(signedIn.status, 303)

  const end = async (form: Record<string, string>) =>
    (await fetch(`${origin}/dev/end-grants`, { method: 'POST', body: new URLSearchParams(form) })).json()
  for (const subject of ['carol', 'dave', 'erin']) await token(origin, { subject })
  assert.deepEqual(await end({ subject: 'carol' }), { ended: 1 })
  assert.deepEqual(await end({ subject: 'carol' }), { ended: 0 })
  const { access_token: ofDave = '' } = await token(origin, { subject: 'dave' })
  const { grant_id: grantId } = JSON.parse(Buffer.from(ofDave.split('.')[1] ?? '', 'base64url').toString())
  assert.deepEqual(await end({ grant_id: grantId }), { ended: 1 })
  assert.match((await end({ grant_id: grantId })).next_step, /claim of its access tokens/)
  assert.deepEqual(await end({}), { ended: 2 })
})

test('the shortcut to a token is past what fails, and a token has what is asked to be wrong with it', async (t) => {
  const away = ['token_down', 'metadata_down', 'keys_down', 'no_registration', 'refused_refresh', 'slow']
  const { origin } = await startDev(t, ...away.flatMap((fault) => ['--fault', fault]))

  const { access_token: accessToken } = await token(origin)
  await fetch(`${origin}/dev/faults`, { method: 'DELETE' })
  const { access_token: wrong = '' } = await token(origin, { fault: 'wrong_audience' })
  await fetch(`${origin}/dev/faults/wrong_audience`, { method: 'PUT' })
  const { access_token: sound = '' } = await token(origin, { fault: 'none' })

  assert.ok(accessToken)
  assert.deepEqual([await statusAtServer(origin, wrong), await statusAtServer(origin, sound)], [401, 200])
})

test('what cannot be done says what to do', async (t) => {
  const { origin } = await startDev(t)
  const ask = async (path: string, init: RequestInit = { method: 'POST' }) => {
    const answer = await fetch(`${origin}/dev/${path}`, { redirect: 'manual', ...init })
    return [answer.status, typeof (await answer.json()).next_step]
  }
  const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) })

  assert.deepEqual(await ask('faults/nonsense', { method: 'PUT' }), [404, 'string'])
  assert.deepEqual(await ask('faults', { method: 'PUT' }), [400, 'string'])
  assert.deepEqual(await ask('switch', form({ on: 'nonsense' })), [404, 'string'])
  assert.deepEqual(await ask('nothing'), [404, 'string'])
  assert.deepEqual(await ask('token', form({ fault: 'slow' })), [400, 'string'])
  assert.deepEqual(await ask('token', form({ subject: '' })), [400, 'string'])
  assert.deepEqual(await ask('token?subject=bob'), [400, 'string'])
  assert.deepEqual(await ask('token', form({ subject: 'x'.repeat(20_000) })), [413, 'string'])
  assert.deepEqual(await ask('token', { method: 'POST', body: '{"subject":"bob"}' }), [415, 'string'])
  assert.deepEqual(await ask('device', form({ user_code: 'BBBB-BBBB' })), [404, 'string'])
  assert.deepEqual(await ask('sign-in?as=alice&to=https://evil.example/authorize?', {}), [400, 'string'])
})

test('a port that is taken, a secret that is short and a host that is elsewhere are refused, each with its exit code', async (t) => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  t.after(() => taken.close())
  const { port } = taken.address() as AddressInfo // it listens on TCP
  const refused = async (argv: string[], environment = {}) => {
    let said = ''
    const out = {
      write: (text: string) => {
        said += text
      },
    }
    const io: Io = { stdout: out, stderr: out, environment, folder: '.', signals: new EventEmitter(), exit: () => {} }
    return [await run(['dev', ...argv], io), said] as const
  }

  const [busy, why] = await refused(['--port', String(port)])
  const [short, whyShort] = await refused(['--port', '0'], { PORTCULLIS_DEV_SECRET: 'too short' })
  const [elsewhere] = await refused(['--dangerously-allow-loopback-documents', 'evil.example:80'])
  const [help, text] = await refused(['--help'])

  assert.deepEqual([busy, short, elsewhere, help], [1, 1, 2, 0])
  assert.match(why, /--port/)
  assert.match(whyShort, /openssl rand/)
  assert.doesNotMatch(whyShort, /too short/)
  assert.match(text, /Exit codes: 0 told to stop/)
})

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
