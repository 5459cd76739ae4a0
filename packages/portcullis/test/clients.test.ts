import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Person, type RunningProgram, startProgram, startUpstream } from './running-program.ts'

const redirectUri = 'https://agent.example/callback'
const secret = 'a-secret-of-more-than-32-characters'

async function running(
  t: Parameters<typeof startProgram>[0],
  settings = '',
  environment = {},
): Promise<RunningProgram> {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  return startProgram(t, { argv: ['--upstream', `${upstream}/mcp`], settings, environment })
}

/** Has a new owner allow the client something, and redeems the code. */
async function redeem(program: RunningProgram, person: Person, fields: { client_id: string; client_secret?: string }) {
  const resource = `${program.origin}/mcp`
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: fields.client_id,
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    resource,
    prompt: 'consent', // asked again, though it was allowed before
  })
  const consented = await person.submit(await person.open(`/authorize?${query}`), { decision: 'allow' })
  const code = new URL(consented.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...fields,
  })
  const response = await fetch(`${program.origin}/token`, { method: 'POST', body: form })
  return { status: response.status, body: await response.json() }
}

function register(program: RunningProgram, body: object, token?: string): Promise<Response> {
  return fetch(`${program.origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ token_endpoint_auth_method: 'none', ...body }),
  })
}

test('AS-28 a client of the configuration connects with its secret, and is never told of in a log', async (t) => {
  const settings = `clients: { agent: { name: Agent, redirectUris: ["${redirectUri}"], secretVariable: AGENT_SECRET } }`
  const program = await running(t, settings, { AGENT_SECRET: secret })
  const person = new Person(program.origin)
  await person.becomeOwner(program)

  const wrong = await redeem(program, person, { client_id: 'agent', client_secret: `${secret}x` })
  const right = await redeem(program, person, { client_id: 'agent', client_secret: secret })

  assert.deepEqual([wrong.status, wrong.body.error, right.status], [401, 'invalid_client', 200])
  assert.ok(!program.output().includes(secret))
  assert.match((await program.command('grants', 'list')).stdout, /ada +Agent /)
  assert.match(await (await person.open('/account')).text(), />Agent</)
})

test('AS-28 law 14: a client that is made beside the running server connects, and deleted it is signed out', async (t) => {
  const program = await running(t)
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const made = await program.command('clients', 'create', '--redirect-uri', redirectUri, '--json')
  const { client, clientSecret } = JSON.parse(made.stdout)

  const { body } = await redeem(program, person, { client_id: client.clientId, client_secret: clientSecret })
  const deleted = await program.command('clients', 'delete', client.clientId)
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: body.refresh_token,
    client_id: client.clientId,
    client_secret: clientSecret,
  })
  const refreshed = await fetch(`${program.origin}/token`, { method: 'POST', body: form })

  assert.match(deleted.stdout, /Grants ended: 1/)
  assert.deepEqual([refreshed.status, (await refreshed.json()).error], [401, 'invalid_client'])
  await program.line(new RegExp(`deleted the client ${client.clientId}`))
})

test('a client that only exchanges tokens or brings assertions is made beside the running server, with a secret and never without', async (t) => {
  const program = await running(t)

  for (const name of ['token-exchange', 'jwt-bearer']) {
    const type = `urn:ietf:params:oauth:grant-type:${name}`
    const made = await program.command('clients', 'create', '--grant-type', type, '--json')
    const open = await program.command('clients', 'create', '--grant-type', type, '--method', 'none')

    assert.match(JSON.parse(made.stdout).clientSecret, /^[\w-]{43}$/)
    assert.match(open.stderr, /must prove who it is/)
    assert.equal(open.stdout, '')
  }
})

test('AS-10 with an initial access token in the environment nobody registers without it', async (t) => {
  const program = await running(t, '', { PORTCULLIS_INITIAL_ACCESS_TOKEN: secret })

  const without = await register(program, { redirect_uris: [redirectUri] })
  const withToken = await register(program, { redirect_uris: [redirectUri] }, secret)

  assert.deepEqual([without.status, without.headers.get('www-authenticate')], [401, 'Bearer'])
  assert.equal(withToken.status, 201)
  assert.ok(!program.output().includes(secret))
})

test('AS-10 Perplexity gets the secret that it cannot go on without, where knownClients is not switched off', async (t) => {
  const redirect_uris = ['https://www.perplexity.ai/rest/connections/oauth_callback']
  const [on, off] = [await running(t), await running(t, 'knownClients: false')]

  const [helped, left] = await Promise.all(
    [on, off].map(async (program) => (await register(program, { redirect_uris })).json()),
  )

  assert.match(helped.client_secret, /^[\w-]{43}$/)
  assert.equal(helped.token_endpoint_auth_method, 'none')
  assert.equal(left.client_secret, undefined)
})
