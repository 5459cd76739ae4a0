import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AccessToken, createResourceServer, type ResourceServerOptions } from '@portcullis/auth'
import { notesResource } from './machine-world.ts'
import { createWorld, issuer, mcpRequest, refresh, resource, signedInClient, type World } from './world.ts'

const secret = 'r'.repeat(40)
const endpoint = `${issuer}/introspect`
const introspection = { credentials: { secret } }
const outages: [string, () => Response | Promise<Response>][] = [
  ['is down', () => Promise.reject(new TypeError('fetch failed'))],
  ['answers 500', () => new Response('', { status: 500 })],
  ['answers 401, because our credentials are wrong', () => Response.json({ error: 'invalid_client' }, { status: 401 })],
  ['answers 500 and that it is inactive', () => Response.json({ active: false }, { status: 500 })],
  ['answers 429', () => new Response('', { status: 429 })],
  ['answers no JSON', () => new Response('<html>')],
  ['answers something else', () => Response.json({ hello: 'there' })],
  ['says neither yes nor no', () => Response.json({ active: 'true' })],
  ['answers without end', () => new Response(`{"active":true,"x":"${'x'.repeat(2_000_000)}"}`)],
]

test('RS-11 an opaque token is introspected and let in, with what its issuer says of it; a JWT beside it is verified as ever', async () => {
  const { world, rs, asked } = opaqueWorld()
  const { client, accessToken } = await signedInClient(world)
  const jwtWorld = createWorld()

  const token = allowed(await rs.authenticate(mcpRequest(accessToken), { scope: ['notes:read'] }))

  assert.deepEqual(
    [token.subject, token.clientId, token.resource, token.issuer, [...token.scope], token.expiresAt],
    ['alice', client.clientId, resource, issuer, ['notes:read', 'notes:write'], 1_800_000_600],
  )
  assert.equal(asked.length, 1)
  const forJwt = createResourceServer({
    resource,
    authorizationServers: [{ issuer, introspection }],
    fetch: (request) => jwtWorld.as.fetch(request),
    now: () => jwtWorld.clock.now,
  })
  allowed(await forJwt.authenticate(mcpRequest((await signedInClient(jwtWorld)).accessToken)))
})

test('RS-17 scopes are required of an opaque token too', async () => {
  const { world, rs } = opaqueWorld()
  const { accessToken } = await signedInClient(world)

  const refused = await rs.authenticate(mcpRequest(accessToken), { scope: ['notes:delete'] })

  assert.ok(refused instanceof Response && refused.status === 403)
})

test('50 requests at once with a token ask once, and those within four seconds not at all', async () => {
  const { world, rs, asked } = opaqueWorld()
  const { accessToken } = await signedInClient(world)

  for (const answer of await Promise.all(Array.from({ length: 50 }, () => rs.authenticate(mcpRequest(accessToken)))))
    allowed(answer)
  world.clock.now += 3
  allowed(await rs.authenticate(mcpRequest(accessToken)))

  assert.equal(asked.length, 1)
})

test('law 14: without a feed, the end of a grant is seen within five seconds', async () => {
  const { world, rs, asked } = opaqueWorld()
  const { accessToken } = await signedInClient(world)
  const token = allowed(await rs.authenticate(mcpRequest(accessToken)))

  await world.as.endGrant(token.grantId ?? '', 'revoked_by_operator')
  world.clock.now += 4
  const answer = await rs.authenticate(mcpRequest(accessToken))

  assert.ok(answer instanceof Response && answer.status === 401)
  assert.match(answer.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
  assert.equal(asked.length, 2)
})

test('law 14: with the feed of the issuer a token is remembered like a JWT, and its end is seen by the feed', async () => {
  const { world, rs, asked } = opaqueWorld({ feed: true })
  const { accessToken } = await signedInClient(world)
  const token = allowed(await rs.authenticate(mcpRequest(accessToken)))
  world.clock.now += 300
  allowed(await rs.authenticate(mcpRequest(accessToken)))
  assert.equal(asked.length, 1)

  await world.as.endGrant(token.grantId ?? '', 'revoked_by_operator')
  world.clock.now += 2
  const answer = await rs.authenticate(mcpRequest(accessToken))

  assert.ok(answer instanceof Response && answer.status === 401)
})

test('law 14: where there are several issuers the feed vouches for no opaque token', async () => {
  const { world, rs, asked } = opaqueWorld({ feed: true, others: ['https://other.example'] })
  const { accessToken } = await signedInClient(world)
  allowed(await rs.authenticate(mcpRequest(accessToken)))

  world.clock.now += 4
  allowed(await rs.authenticate(mcpRequest(accessToken)))

  assert.equal(asked.length, 2)
})

test('law 14: an open answer ends once ends are read, by a copy of the access token as well', async () => {
  const { world, rs } = opaqueWorld()
  const { accessToken } = await signedInClient(world)
  const token = allowed(await rs.authenticate(mcpRequest(accessToken)))
  const copy = { ...token, expiresAt: Number.POSITIVE_INFINITY }
  assert.equal(rs.isOver(copy), false)
  await rs.refreshRevocations()
  assert.equal(rs.isOver(copy), false)

  await world.as.endGrant(token.grantId ?? '', 'revoked_by_operator')
  world.clock.now += 2
  assert.equal(rs.isOver(copy), false)
  await rs.refreshRevocations()

  assert.equal(rs.isOver(copy), true)
  assert.equal(rs.isOver(token), true)
})

for (const [rememberFor, seconds] of [
  [undefined, 2],
  [1, 1],
] as const)
  test(`however many answers of a token are open, its issuer is asked once in ${seconds} s, where an answer counts for ${rememberFor ?? 4} s`, async () => {
    const { world, rs, asked } = opaqueWorld({ rememberFor })
    const { accessToken } = await signedInClient(world)
    const open: AccessToken[] = []
    for (let nth = 0; nth < 30; nth++) {
      open.push(allowed(await rs.authenticate(mcpRequest(accessToken))))
      world.clock.now += 4 // what was known of it is forgotten, and it is introspected as another
    }
    const before = asked.length

    for (let second = 0; second < 6; second++) {
      for (const token of open) rs.isOver(token)
      await rs.refreshRevocations()
      world.clock.now += 1
    }

    assert.equal(asked.length - before, 6 / seconds)
  })

test('law 14: when a token ends, all answers of it do, whenever each was let in', async () => {
  const { world, rs } = opaqueWorld()
  const { accessToken } = await signedInClient(world)
  const first = allowed(await rs.authenticate(mcpRequest(accessToken)))
  world.clock.now += 4
  const second = allowed(await rs.authenticate(mcpRequest(accessToken)))

  await world.as.endGrant(first.grantId ?? '', 'revoked_by_operator')
  const before = [first, second].map((token) => rs.isOver(token))
  await rs.refreshRevocations()

  assert.deepEqual(before, [false, false])
  assert.deepEqual(
    [first, second].map((token) => rs.isOver(token)),
    [true, true],
  )
})

test('an outage is told to whoever reads ends for open answers, and ends none of them at once', async () => {
  const { world, rs, fail } = opaqueWorld()
  const { accessToken } = await signedInClient(world)
  const token = allowed(await rs.authenticate(mcpRequest(accessToken)))
  rs.isOver(token)
  fail(() => new Response('', { status: 500 }))
  world.clock.now += 10

  await assert.rejects(rs.refreshRevocations())

  assert.equal(rs.isOver(token), false)
})

test('law 14: one token that cannot be asked about hides the end of no other, however many are open', async () => {
  const { world, rs, fail } = opaqueWorld()
  const open: AccessToken[] = []
  for (let nth = 0; nth < 25; nth++) {
    const { accessToken } = await signedInClient(world)
    open.push(allowed(await rs.authenticate(mcpRequest(accessToken))))
  }
  const last = open.at(-1) ?? assert.fail()
  await world.as.endGrant(last.grantId ?? '', 'revoked_by_operator')
  world.clock.now += 4
  for (const token of open) rs.isOver(token)
  let failures = 1
  fail(() => (failures-- > 0 ? new Response('', { status: 500 }) : undefined))

  await assert.rejects(rs.refreshRevocations())

  assert.equal(rs.isOver(last), true)
})

for (const [what, answer] of outages)
  test(`an issuer that ${what} makes 503 of a token that is new, and never says that it is bad`, async () => {
    const { world, rs, fail } = opaqueWorld()
    const { accessToken } = await signedInClient(world)
    fail(answer)

    const refused = await rs.authenticate(mcpRequest(accessToken))

    assert.ok(refused instanceof Response && refused.status === 503)
    assert.equal(refused.headers.get('www-authenticate'), null)
    assert.notEqual(refused.headers.get('retry-after'), null)
    fail(undefined)
    allowed(await rs.authenticate(mcpRequest(accessToken)))
  })

test('in an outage a token that was let in before is served for a minute, then nobody is', async () => {
  const { world, rs, fail } = opaqueWorld()
  const { accessToken } = await signedInClient(world)
  allowed(await rs.authenticate(mcpRequest(accessToken)))
  fail(() => new Response('', { status: 503 }))

  for (const _ of [1, 2, 3]) {
    world.clock.now += 20
    allowed(await rs.authenticate(mcpRequest(accessToken)))
  }
  world.clock.now += 1
  const refused = await rs.authenticate(mcpRequest(accessToken))

  assert.ok(refused instanceof Response && refused.status === 503)
})

test('in an outage no token is served that is known to have ended', async () => {
  const { world, rs, fail } = opaqueWorld()
  const { accessToken } = await signedInClient(world)
  const token = allowed(await rs.authenticate(mcpRequest(accessToken)))
  await world.as.endGrant(token.grantId ?? '', 'revoked_by_operator')
  world.clock.now += 4
  const ended = await rs.authenticate(mcpRequest(accessToken))
  fail(() => new Response('', { status: 500 }))
  world.clock.now += 10

  const after = await rs.authenticate(mcpRequest(accessToken))

  assert.ok(ended instanceof Response && ended.status === 401)
  assert.ok(after instanceof Response && after.status === 503)
})

test('whoever comes again and again with a token that is none has the issuer asked once', async () => {
  const { rs, asked } = opaqueWorld()

  for (let nth = 0; nth < 20; nth += 1) {
    const answer = await rs.authenticate(mcpRequest('made-up'))
    assert.ok(answer instanceof Response && answer.status === 401)
  }

  assert.equal(asked.length, 1)
})

test('what was said of one bad token says nothing of another, however many there are', async () => {
  const { world, rs } = opaqueWorld()
  const { accessToken } = await signedInClient(world)
  for (let nth = 0; nth < 3000; nth += 1) await rs.authenticate(mcpRequest(`made-up-${nth}`))

  allowed(await rs.authenticate(mcpRequest(accessToken)))
})

test('a refresh token is no access token, though it is active', async () => {
  const { world, rs } = opaqueWorld()
  const { refreshToken } = await signedInClient(world)

  const answer = await rs.authenticate(mcpRequest(refreshToken))

  assert.ok(answer instanceof Response && answer.status === 401)
})

const good = { active: true, iss: issuer, sub: 'alice', aud: resource, exp: 1_800_000_600, token_type: 'Bearer' }
const said: [string, object, number][] = [
  ['everything', good, 200],
  ['several audiences, ours among them', { ...good, aud: ['https://x.example', resource] }, 200],
  ['no issuer and no type', { ...good, iss: undefined, token_type: undefined }, 200],
  ['another type of letters', { ...good, token_type: 'bearer' }, 200],
  ['no audience', { ...good, aud: undefined }, 401],
  ['another audience', { ...good, aud: 'https://mcp.example/files/mcp' }, 401],
  ['another issuer', { ...good, iss: 'https://other.example' }, 401],
  ['another type', { ...good, token_type: 'refresh_token' }, 401],
  ['no end', { ...good, exp: undefined }, 401],
  ['an end that is text', { ...good, exp: '1800000600' }, 401],
  ['an end that is past', { ...good, exp: 1_799_999_990 }, 401],
  ['a beginning that is to come', { ...good, nbf: 1_800_000_100 }, 401],
  ['nobody', { ...good, sub: undefined }, 401],
  ['nobody, and no client', { ...good, sub: '', client_id: undefined }, 401],
  ['that it is inactive, and all the rest', { ...good, active: false }, 401],
]
for (const [what, answer, status] of said)
  test(`RS-11 of a token of which its issuer says ${what} it makes ${status}`, async () => {
    const { rs, fail } = opaqueWorld()
    fail(() => Response.json(answer))

    const got = await rs.authenticate(mcpRequest('some-token'))

    assert.equal(got instanceof Response ? got.status : 200, status)
  })

test('the secret goes to the endpoint that metadata names, in the header alone; a configured one is asked without metadata', async () => {
  const seen: Request[] = []
  const configured = createResourceServer({
    resource,
    authorizationServers: [
      {
        issuer,
        introspection: {
          endpoint: 'https://auth.example/ask',
          credentials: { clientId: 'rs 1', clientSecret: 'a:b c' },
        },
      },
    ],
    fetch: async (request) => {
      seen.push(request.clone())
      return Response.json(good)
    },
    now: () => 1_800_000_000,
  })

  allowed(await configured.authenticate(mcpRequest('some-token')))

  const [request] = seen
  assert.deepEqual([seen.length, request?.url, request?.method], [1, 'https://auth.example/ask', 'POST'])
  assert.equal(request?.headers.get('authorization'), `Basic ${btoa('rs+1:a%3Ab+c')}`)
  assert.equal(await request?.text(), 'token=some-token&token_type_hint=access_token')
})

test('without introspection an opaque token is malformed, and nobody is asked', async () => {
  const { world, asked } = opaqueWorld()
  const { accessToken } = await signedInClient(world)

  const answer = await world.rs.authenticate(mcpRequest(accessToken))

  assert.ok(answer instanceof Response && answer.status === 401)
  assert.deepEqual(asked, [])
})

test('no token stands in an event, nor the secret', async () => {
  const { world, rs, fail, events } = opaqueWorld()
  const { client, accessToken, refreshToken } = await signedInClient(world)
  await rs.authenticate(mcpRequest(accessToken))
  await refresh(world, client, refreshToken)
  fail(() => Promise.reject(new Error('no connection')))
  await rs.authenticate(mcpRequest('another-token'))

  const told = JSON.stringify(events)

  assert.match(told, /introspection/)
  for (const hidden of [accessToken, refreshToken, 'another-token', secret]) assert.ok(!told.includes(hidden))
})

test('ready waits until it is known where to ask', async () => {
  const { rs, fail } = opaqueWorld()

  await rs.ready()
  fail(() => new Response('', { status: 500 }))
  await assert.rejects(opaqueWorld({ hasEndpoint: false }).rs.ready(), /introspection_endpoint/)
})

test('introspection that cannot stand is no option', () => {
  const make = (...authorizationServers: ResourceServerOptions['authorizationServers']) =>
    createResourceServer({ resource, authorizationServers })

  assert.throws(() => make({ issuer, introspection: { ...introspection, rememberFor: 5 } }), TypeError)
  assert.throws(
    () => make({ issuer, introspection: { ...introspection, endpoint: 'http://auth.example/x' } }),
    TypeError,
  )
  assert.throws(() => make({ issuer, introspection: { credentials: { secret: 'a\nb' } } }), TypeError)
  assert.throws(
    () => make({ issuer, introspection: { credentials: { clientId: 'rs', clientSecret: '' } } }),
    /"credentials" of an introspection must have a client id and a secret/,
  )
  assert.throws(
    () => make({ issuer, introspection }, { issuer: 'https://other.example', introspection }),
    /one of "authorizationServers"/,
  )
  assert.doesNotThrow(() => make({ issuer, introspection: { ...introspection, rememberFor: 0 } }))
})

/** An authorization server whose tokens are opaque, and a resource server that asks it; `fail` answers in its place. */
function opaqueWorld({
  feed = false,
  hasEndpoint = true,
  others = [] as string[],
  rememberFor = undefined as number | undefined,
} = {}) {
  const asked: string[] = []
  let instead: (() => Response | Promise<Response> | undefined) | undefined
  const world: World = createWorld({
    as: {
      resources: [{ ...notesResource, accessTokenFormat: 'opaque' }],
      ...(hasEndpoint && { introspectionReaders: [{ resource, secret }] }),
    },
  })
  const rs = createResourceServer({
    resource,
    authorizationServers: [
      { issuer, introspection: { ...introspection, ...(rememberFor !== undefined && { rememberFor }) } },
      ...others,
    ],
    ...(feed && { revocations: world.as.revocations }),
    async fetch(request) {
      if (request.url !== endpoint) return world.as.fetch(request)
      asked.push(request.url)
      return instead?.() ?? world.as.fetch(request)
    },
    onEvent: (event) => world.events.push(event),
    now: () => world.clock.now,
  })
  return {
    world,
    rs,
    asked,
    events: world.events,
    fail(answer: typeof instead) {
      instead = answer
    },
  }
}

function allowed(answer: AccessToken | Response): AccessToken {
  assert.ok(!(answer instanceof Response), answer instanceof Response ? String(answer.status) : '')
  return answer
}
