import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Person, type RunningProgram, startProgram, startUpstream } from './running-program.ts'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

test('a device is connected in a browser that is not signed in yet, its code stands in no line of the log, and its tokens reach the server', async (t) => {
  const program = await startWith(t, 'devices: { enabled: true }')
  await new Person(program.origin).becomeOwner(program)
  const post = poster(program)
  const { client_id } = await post('/register', {
    json: {
      grant_types: [deviceGrant, 'refresh_token'],
      token_endpoint_auth_method: 'none',
      client_name: 'Television',
    },
  })
  const codes = await post('/device_authorization', { form: { client_id } })
  const person = new Person(program.origin)

  const sent = await person.open(codes.verification_uri_complete)
  const signIn = await person.open(sent.headers.get('location') ?? '')
  assert.match(await signIn.clone().text(), /to connect a device with/)
  const signedIn = await person.submit(signIn, { user_name: 'ada', password: 'correct horse battery' })
  const goOn = await (await person.open(signedIn.headers.get('location') ?? '')).text()
  const [, back = ''] = /<a class="button" href="([^"]+)"/.exec(goOn) ?? []
  const done = await person.submit(await person.open(back), { decision: 'allow', compared: 'yes' })
  const tokens = await post('/token', { form: { grant_type: deviceGrant, client_id, device_code: codes.device_code } })

  assert.equal(done.status, 200)
  assert.match(await done.text(), /The device is connected/)
  const called = await fetch(`${program.origin}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.access_token}`, 'content-type': 'application/json' },
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  })
  assert.equal(called.status, 200)
  assert.match(await (await person.open('/account')).text(), /Television/)
  assert.ok(!program.output().includes(codes.user_code))
  assert.ok(!program.output().includes(codes.device_code))
  await program.line(/A client on a device asked for access/)
})

test('where devices are not let in there is no such page, and nothing to ask', async (t) => {
  const program = await startWith(t, '')

  const page = await fetch(`${program.origin}/device`, { headers: { accept: 'text/html' } })
  const asked = await fetch(`${program.origin}/device_authorization`, { method: 'POST' })
  const pushed = await fetch(`${program.origin}/par`, { method: 'POST' })

  assert.deepEqual([page.status, asked.status, pushed.status], [404, 404, 404])
})

test('a client pushes its request, the person signs in on the way, and the request is in no line of the log', async (t) => {
  const program = await startWith(t, 'pushedRequests: { enabled: true, required: true }')
  await new Person(program.origin).becomeOwner(program)
  const post = poster(program)
  const redirectUri = 'http://127.0.0.1:3999/callback'
  const { client_id } = await post('/register', {
    json: { redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' },
  })
  const verifier = randomBytes(32).toString('base64url')
  const { request_uri } = await post('/par', {
    form: {
      client_id,
      response_type: 'code',
      redirect_uri: redirectUri,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      login_hint: 'ada',
    },
  })
  const person = new Person(program.origin)

  const arrived = await person.open(`/authorize?${new URLSearchParams({ client_id, request_uri })}`)
  const sent = await person.open(arrived.headers.get('location') ?? '')
  const signIn = await person.open(sent.headers.get('location') ?? '')
  assert.match(await signIn.clone().text(), /name="user_name"[^>]* value="ada"/)
  const signedIn = await person.submit(signIn, { user_name: 'ada', password: 'correct horse battery' })
  const goOn = await (await person.open(signedIn.headers.get('location') ?? '')).text()
  const [, back = ''] = /<a class="button" href="([^"]+)"/.exec(goOn) ?? []
  const consented = await person.submit(await person.open(back.replaceAll('&amp;', '&')), { decision: 'allow' })
  const code = new URL(consented.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const tokens = await post('/token', {
    form: { grant_type: 'authorization_code', client_id, code, redirect_uri: redirectUri, code_verifier: verifier },
  })

  assert.ok(tokens.access_token)
  assert.ok(!program.output().includes(request_uri))
  await program.line(/A client pushed an authorization request/)
})

async function startWith(t: Parameters<typeof startProgram>[0], settings: string): Promise<RunningProgram> {
  const upstream = await startUpstream(t, (_, res) =>
    res.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":1,"result":{}}'),
  )
  return startProgram(t, { argv: ['--upstream', `${upstream}/mcp`], settings })
}

function poster({ origin }: RunningProgram) {
  return async (path: string, { json, form }: { json?: object; form?: Record<string, string> }) => {
    const response = await fetch(origin + path, {
      method: 'POST',
      headers: { 'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded' },
      body: json ? JSON.stringify(json) : new URLSearchParams(form).toString(),
    })
    const body = await response.json()
    assert.ok(response.ok, JSON.stringify(body))
    return body
  }
}
