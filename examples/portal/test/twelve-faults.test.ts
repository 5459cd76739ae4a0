import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ask } from './ask.ts'
import { Browser } from './browser.ts'
import { callTool, hostedCallback, register, registerClient, type Tokens, tokensFor } from './client.ts'
import { startPortal } from './scene.ts'

/** What was wrong with the portal that this one is built after; each is a way in, or a client that does not get in. */

test('fault 1: nobody gets in by a token that they wrote into the address of a callback', async (t) => {
  const google = { id: 'google', preset: 'google', clientId: 'folio', clientSecret: 'of-no-worth' } as const
  const { origin, ada } = await startPortal(t, () => ({ identityProviders: [google] }))
  const browser = new Browser(origin)
  const forged = unsigned({ sub: ada.id, iss: origin, exp: 4_000_000_000 })

  for (const path of [
    `/auth/callback?token=${forged}`,
    `/account/callback/google?token=${forged}`,
    `/account/callback/google?code=stolen&state=guessed`,
    `/account/callback/google?id_token=${forged}&state=guessed`,
  ]) {
    const answer = await browser.get(path)

    assert.ok([403, 404].includes(answer.status), path)
    assert.ok(!browser.cookie.includes('folio='), path)
  }
})

test('fault 2: no client gets a code because somebody is signed in; they are asked, each time where the answer stays on their machine', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const client = await registerClient(origin, { redirect_uris: ['http://127.0.0.1/callback'] })
  const request = client.authorizationUrl({ redirect_uri: 'http://127.0.0.1:5555/callback' })

  const unknown = await browser.get(client.authorizationUrl({ client_id: 'never-registered' }))
  const first = await browser.get(request)
  const landed = await browser.allow(request)
  const again = await browser.get(request)

  assert.deepEqual([unknown.status, unknown.headers.get('location')], [400, null])
  assert.deepEqual([first.status, first.headers.get('location')], [200, null])
  assert.ok(landed.searchParams.has('code'))
  assert.deepEqual([again.status, again.headers.get('location')], [200, null])
})

test('fault 3: no document says what a Host or X-Forwarded header says', async (t) => {
  const { origin } = await startPortal(t)
  const { host } = new URL(origin)
  const documents = ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-authorization-server']

  for (const path of [...documents, '/mcp', '/sign-in']) {
    const asAnother = await ask(`${origin}${path}`, { host: 'evil.example' })
    const forwarded = await ask(`${origin}${path}`, {
      host,
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    })

    assert.ok(asAnother.status >= 400, path)
    for (const { text, headers } of [asAnother, forwarded])
      assert.ok(!`${text}${JSON.stringify(headers)}`.includes('evil.example'), path)
  }
})

test('fault 4: nobody is sent to an address before it is known to be the client’s', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const client = await registerClient(origin)

  for (const more of [
    { redirect_uri: 'https://evil.example/' },
    { redirect_uri: 'https://evil.example/', response_type: 'token' },
    { redirect_uri: `${hostedCallback}/../elsewhere` },
    { redirect_uri: 'https://evil.example/', client_id: 'nobody' },
  ]) {
    const answer = await browser.get(client.authorizationUrl(more))

    assert.deepEqual([answer.status, answer.headers.get('location')], [400, null], JSON.stringify(more))
  }
})

test('fault 5: a token counts for this server alone, of its issuer, signed as it must be, for the scopes it has; a session is none', async (t) => {
  const [{ origin, ada }, elsewhere] = [await startPortal(t), await startPortal(t)]
  const [browser, there] = [new Browser(origin), new Browser(elsewhere.origin)]
  await Promise.all([browser.signIn('ada'), there.signIn('ada')])
  const client = await registerClient(origin)
  const { access_token: token } = await tokensFor(browser, client)
  const [, claims = ''] = token.split('.')
  const { access_token: ofAnother } = await tokensFor(there, await registerClient(elsewhere.origin))
  const bad: Record<string, string> = {
    'the secret of a session': browser.cookie.replace('folio=', ''),
    'no signature': unsigned(JSON.parse(Buffer.from(claims, 'base64url').toString())),
    'a made-up one': unsigned({ sub: ada.id, iss: origin, aud: `${origin}/mcp`, exp: 4_000_000_000 }),
    'of another portal': ofAnother,
  }

  assert.equal(JSON.parse(Buffer.from(claims, 'base64url').toString()).aud, `${origin}/mcp`)
  for (const [what, bearer] of Object.entries(bad)) {
    const answer = await callTool(`${origin}/mcp`, { name: 'whoami', headers: { authorization: `Bearer ${bearer}` } })

    assert.equal(answer.status, 401, what)
    assert.match(answer.headers.get('www-authenticate') ?? '', /error="invalid_token"/, what)
  }
  const change = {
    name: 'set_holding',
    arguments: { symbol: 'A', units: 1 },
    headers: { authorization: `Bearer ${token}` },
  }
  assert.equal((await callTool(`${origin}/mcp`, change)).status, 403)
})

test('fault 6: fifty refreshes at once are one, and a token that was used up long before ends the grant', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const client = await registerClient(origin)
  const first = await tokensFor(browser, client)

  const answers = await Promise.all(Array.from({ length: 50 }, () => client.refresh(first.refresh_token)))
  const tokens = await Promise.all(answers.map(async (answer) => (await answer.json()) as Tokens))
  const [second] = new Set(tokens.map(({ refresh_token }) => refresh_token))
  const third = (await (await client.refresh(second ?? '')).json()) as Tokens
  const reused = await client.refresh(first.refresh_token)
  const afterwards = await client.refresh(third.refresh_token)

  assert.equal(new Set(tokens.map(({ refresh_token }) => refresh_token)).size, 1)
  assert.equal(reused.status, 400)
  assert.equal(afterwards.status, 400)
})

test('fault 7: the resource is the address that people type', async (t) => {
  const { origin } = await startPortal(t)

  for (const path of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource']) {
    const { resource } = (await (await fetch(`${origin}${path}`)).json()) as { resource: string }

    assert.equal(resource, `${origin}/mcp`, path)
  }
})

test('fault 8: a public client gets no secret', async (t) => {
  const { origin } = await startPortal(t)

  const answer = await register(origin, { redirect_uris: [hostedCallback], token_endpoint_auth_method: 'none' })
  const client = (await answer.json()) as Record<string, unknown>

  assert.equal(answer.status, 201)
  assert.deepEqual(
    Object.keys(client).filter((name) => name.includes('secret')),
    [],
  )
  assert.equal(client.token_endpoint_auth_method, 'none')
})

test('fault 9: nobody registers without end', async (t) => {
  const { origin } = await startPortal(t)
  let refused: Response | undefined

  for (let number = 0; refused === undefined && number < 500; number++) {
    const answer = await register(origin, { redirect_uris: [`https://client.example/${number}`] })
    if (answer.status !== 201) refused = answer
    await answer.body?.cancel()
  }

  assert.equal(refused?.status, 429)
  assert.ok(refused?.headers.has('retry-after'))
})

test('fault 10: what is stored of OAuth is served to nobody', async (t) => {
  const { origin } = await startPortal(t)

  for (const path of ['sessions', 'clients', 'codes', 'tokens'])
    assert.equal((await fetch(`${origin}/api/internal/oauth/${path}`)).status, 404)
})

test('fault 11: nobody goes on with the request of another, whose client they name', async (t) => {
  const { origin } = await startPortal(t)
  const [adas, bobs] = [new Browser(origin), new Browser(origin)]
  await Promise.all([adas.signIn('ada'), bobs.signIn('bob')])
  const client = await registerClient(origin)
  await adas.get(client.authorizationUrl())

  for (const path of [`/authorize?client_id=${client.clientId}`, '/authorize/resume?s=1']) {
    const answer = await bobs.get(path)

    assert.ok([302, 400, 404].includes(answer.status), path)
    assert.ok(!(answer.headers.get('location') ?? '').includes('code='), path)
    assert.ok(!(await answer.text()).includes('name="decision"'), path)
  }
})

test('fault 12: no header, no empty secret and no wrong setting lets anybody in', async (t) => {
  const { origin, ada } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const session = browser.cookie.replace('folio=', '')

  for (const headers of [
    { 'x-test-session': session },
    { 'x-vire-user-id': ada.id },
    { 'x-portcullis-subject': ada.id },
  ])
    assert.equal((await callTool(`${origin}/mcp`, { name: 'whoami', headers })).status, 401)
  for (const path of ['/api/auth/test-login', `/mcp/${Buffer.from(ada.id).toString('hex')}`, '/mcp/dev/x'])
    assert.ok([401, 404].includes((await fetch(`${origin}${path}`, { method: 'POST' })).status), path)
  await assert.rejects(
    startPortal(t, () => ({ secrets: [{ id: 'k1', secret: new Uint8Array() }] })),
    TypeError,
  )
  const data = mkdtempSync(join(tmpdir(), 'folio-'))
  t.after(() => rmSync(data, { recursive: true }))
  const start = join(import.meta.dirname, '..', 'src', 'start.ts')
  const env = { ...process.env, DATA: data, PUBLIC_URL: 'https://folio.example', DEV_LINKS: '1' }
  const { status, stderr } = spawnSync(process.execPath, ['--conditions=source', start], {
    env,
    encoding: 'utf8',
    timeout: 30_000,
  })
  assert.equal(status, 1)
  assert.match(stderr, /dev links .* are for this machine alone/)
})

/** A JWT that says `alg: none`. */
function unsigned(claims: object): string {
  const parts = [{ alg: 'none', typ: 'at+jwt' }, claims]
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`
}
