import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createResourceServer, remoteRevocations } from '@portcullis/auth'
import { callWith, claimsOf, postForm } from './machine-caller.ts'
import { connect, Person, startProgram, startUpstream } from './running-program.ts'

const desk = 'https://desk.example/mcp'
const files = 'https://files.example/api'
const secretOf = (name: string) => name.padEnd(40, '0')
const accessToken = 'urn:ietf:params:oauth:token-type:access_token'

const settings = `
publicUrl: http://localhost:PORT/mcp
name: Notes
resources:
  ${desk}:
    name: Desk
    scopes: { mcp: Use the desk, desk:admin: Run the desk }
    secretVariable: DESK_READER
  ${files}:
    scopes: { mcp: Read your files, files:list: List files }
    accessTokenFormat: opaque
    secretVariable: FILES_READER
clients:
  desk-server: { secretVariable: DESK_SECRET, grantTypes: ["urn:ietf:params:oauth:grant-type:token-exchange"] }
  nightly: { secretVariable: NIGHTLY_SECRET, grantTypes: [client_credentials] }
  metrics: { secretVariable: METRICS_SECRET, grantTypes: [client_credentials] }
privileges:
  desk-server: { tokenExchange: { from: "${desk}", to: ["http://localhost:PORT/mcp", "${files}"] } }
  nightly: { clientCredentials: [mcp], clientCredentialsFor: { "${files}": [files:list] } }
  metrics: { introspection: true, introspectionFor: ["${desk}"] }
`
const environment = {
  DESK_READER: secretOf('desk reader').replaceAll(' ', '-'),
  FILES_READER: secretOf('files-reader'),
  DESK_SECRET: secretOf('desk-secret'),
  NIGHTLY_SECRET: secretOf('nightly-secret'),
  METRICS_SECRET: secretOf('metrics-secret'),
}

test('RFC 8693: a server of `resources` exchanges what it was shown for a token of the MCP server, for the same person, and its end is the end of both', async (t) => {
  const { program, mcp, exchange, seen } = await withFurtherServers(t)
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const shown = await connect(person, { resource: desk, origin: program.origin, scope: 'mcp' })

  const { status, body } = await exchange(shown.accessToken, mcp)
  const called = await callWith(body.access_token, mcp)
  const page = await (await person.open('/account/connections')).text()

  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(called, 200)
  const { aud, sub, act, scope } = claimsOf(body.access_token)
  assert.deepEqual([aud, act, scope], [mcp, { sub: 'desk-server' }, 'mcp'])
  assert.equal(sub, claimsOf(shown.accessToken).sub)
  assert.deepEqual(seen.at(-1), sub)
  assert.match(page, /for https:\/\/desk\.example\/mcp/)
  assert.equal(await callWith(shown.accessToken, mcp), 401) // it is for the desk alone
  assert.equal((await program.command('grants', 'revoke', shown.grantId)).stderr, '')
  assert.equal((await exchange(shown.accessToken, mcp)).body.error, 'invalid_request')
})

test('RFC 8693: exchange leads nowhere but to the servers that the configuration names, and is nobody else’s', async (t) => {
  const { program, mcp, exchange } = await withFurtherServers(t)
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const ofDesk = await connect(person, { resource: desk, origin: program.origin })
  const ofMcp = await connect(person, { resource: mcp, origin: program.origin })

  const elsewhere = await exchange(ofDesk.accessToken, desk)
  const notItsOwn = await exchange(ofMcp.accessToken, files)
  const notAllowed = await exchange(ofDesk.accessToken, mcp, { client: 'nightly', secret: environment.NIGHTLY_SECRET })

  assert.equal(elsewhere.body.error, 'invalid_target')
  assert.equal(notItsOwn.body.error, 'invalid_request')
  assert.equal(notAllowed.body.error, 'unauthorized_client')
})

test('RFC 7662: an opaque token says nothing to who holds it, and an API behind asks with its secret what it is', async (t) => {
  const { program, mcp } = await withFurtherServers(t)
  const token = (await machineToken(program.origin, files)).body.access_token
  const introspect = (bearer: string) => postForm(`${program.origin}/introspect`, { token: String(token) }, { bearer })
  const api = createResourceServer({
    resource: files,
    authorizationServers: [
      { issuer: program.origin, introspection: { credentials: { secret: environment.FILES_READER } } },
    ],
    scopes: ['files:list'],
    revocations: remoteRevocations({ url: `${program.origin}/revocations`, secret: environment.FILES_READER }),
  })

  const asked = await introspect(environment.FILES_READER)
  const byAnother = await introspect(environment.DESK_READER)
  const byNobody = await introspect(secretOf('nobody'))
  const admitted = await api.authenticate(new Request(files, { headers: { authorization: `Bearer ${token}` } }))

  assert.equal(String(token).split('.').length === 3 && String(token).startsWith('eyJ'), false)
  assert.deepEqual([asked.body.active, asked.body.aud, asked.body.scope], [true, files, 'files:list'])
  assert.deepEqual(byAnother.body, { active: false })
  assert.equal(byNobody.status, 401)
  assert.ok(!(admitted instanceof Response), 'the API lets its own token in')
  assert.equal(admitted.subject, 'nightly')
  assert.equal(await callWith(token, mcp), 401)
  assert.ok(!program.output().includes(environment.FILES_READER))
})

test('RFC 7662: a client may ask about the servers that it is named for, and about no other', async (t) => {
  const { program, mcp } = await withFurtherServers(t)
  const metrics = { client: 'metrics', secret: environment.METRICS_SECRET }
  const ask = async (resource: string) => {
    const { access_token: token } = (await machineToken(program.origin, resource)).body
    return (await postForm(`${program.origin}/introspect`, { token: String(token) }, metrics)).body.active
  }

  assert.equal(await ask(mcp), true)
  assert.equal(await ask(files), false)
})

test('law 11: two servers of `resources` with one secret stop the start: each would be told what the tokens of the other are', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const shared = { ...environment, DESK_READER: environment.FILES_READER }
  const starting = startProgram(t, { argv: ['--upstream', `${upstream}/mcp`], settings, environment: shared })

  await assert.rejects(starting, /files\.example\/api" is also that of the server "https:\/\/desk\.example/)
})

test('law 14: with a secret of `resources` the feed of ended grants is read, and without one there is none', async (t) => {
  const { program } = await withFurtherServers(t)
  const feed = (secret: string) =>
    fetch(`${program.origin}/revocations`, { headers: { authorization: `Bearer ${secret}` } })

  assert.equal((await feed(environment.DESK_READER)).status, 200)
  assert.equal((await feed(secretOf('nobody'))).status, 401)
})

test('law 2: with further servers a request must say which one it is for', async (t) => {
  const { program } = await withFurtherServers(t)
  const nightly = { client: 'nightly', secret: environment.NIGHTLY_SECRET }

  const { body } = await postForm(`${program.origin}/token`, { grant_type: 'client_credentials' }, nightly)

  assert.equal(body.error, 'invalid_target')
})

test('`accessTokenFormat: opaque` hides who the person is from who holds a token of the MCP server, and it works as before', async (t) => {
  const seen: unknown[] = []
  const upstream = await startUpstream(t, (req, res) => {
    seen.push(req.headers['x-portcullis-user'] ?? req.headers['x-portcullis-subject'])
    res.setHeader('content-type', 'application/json')
    res.end('{"jsonrpc":"2.0","id":1,"result":{}}')
  })
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    settings: 'accessTokenFormat: opaque',
  })
  const person = new Person(program.origin)
  await person.becomeOwner(program)
  const mcp = `${program.origin}/mcp`
  const { accessToken: token, grantId } = await connect(person, { resource: mcp })

  const before = await callWith(token, mcp)
  const wrong = await callWith(`${token.slice(0, -2)}AA`, mcp)
  const reached = seen.length
  await program.command('grants', 'revoke', grantId)
  let after = 200
  for (const until = Date.now() + 5000; after === 200 && Date.now() < until; ) after = await callWith(token, mcp)

  assert.ok(!token.startsWith('eyJ'))
  assert.deepEqual([before, wrong, after], [200, 401, 401])
  assert.equal(reached, 1)
})

async function withFurtherServers(t: TestContext) {
  const seen: unknown[] = []
  const upstream = await startUpstream(t, (req, res) => {
    seen.push(req.headers['x-portcullis-subject'])
    res.setHeader('content-type', 'application/json')
    res.end('{"jsonrpc":"2.0","id":1,"result":{}}')
  })
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`], settings, environment })
  const mcp = `${program.origin}/mcp`
  const exchange = (
    token: string,
    resource: string,
    client: { client: string; secret: string } = { client: 'desk-server', secret: environment.DESK_SECRET },
  ) =>
    postForm(
      `${program.origin}/token`,
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: token,
        subject_token_type: accessToken,
        resource,
      },
      client,
    )
  return { program, mcp, exchange, seen }
}

function machineToken(origin: string, resource: string) {
  const nightly = { client: 'nightly', secret: environment.NIGHTLY_SECRET }
  return postForm(`${origin}/token`, { grant_type: 'client_credentials', resource }, nightly)
}
