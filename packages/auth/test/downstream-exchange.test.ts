import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { type AccessToken, createResourceServer, type ResourceServer } from '@portcullis/auth'
import { createTokenExchange, TokenExchangeError, type TokenExchangeOptions } from '@portcullis/auth/token-exchange'
import { decodeJwt } from 'jose'
import { foreignIssuer } from './foreign-issuer.ts'
import { createMachineWorld, files } from './machine-world.ts'
import { mcpRequest, resource, signedInClient } from './world.ts'

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const toFiles = { tokenExchange: { from: resource, to: [files] } }
const options: TokenExchangeOptions = { client: { clientId: 'notes', clientSecret: 'a:b c' }, audience: 'calendar' }

test('law 7: at an authorization server of ours a caller’s token becomes one for another server, which says who acts for whom', async () => {
  const world = await createMachineWorld(toFiles)
  const { accessToken: subjectToken } = await signedInClient(world)
  const { machine } = world
  const exchange = createTokenExchange(world.rs, {
    client: { clientId: machine.clientId, clientSecret: machine.clientSecret ?? '', method: 'client_secret_post' },
    resource: files,
  })

  const { accessToken, scope } = await exchange.exchange(await letIn(world.rs, subjectToken))

  const { sub, aud, act } = decodeJwt(accessToken)
  assert.deepEqual([sub, aud, act, scope], ['alice', files, { sub: machine.clientId }, ['notes:read']])
  assert.notEqual(accessToken, subjectToken)
})

test('law 14: once its grant has ended nothing is exchanged for a caller, not even from what is at hand, and they are asked to sign in anew', async () => {
  const world = await createMachineWorld(toFiles)
  const { accessToken: subjectToken } = await signedInClient(world)
  const { machine } = world
  const client = {
    clientId: machine.clientId,
    clientSecret: machine.clientSecret ?? '',
    method: 'client_secret_post',
  } as const
  const exchange = createTokenExchange(world.rs, { client, resource: files })
  const caller = await letIn(world.rs, subjectToken)
  await exchange.exchange(caller)

  await world.as.endGrant(caller.grantId ?? '', 'revoked_by_operator')
  await world.rs.refreshRevocations()
  const error = await failed(exchange.exchange(caller))

  assert.equal(error.reason, 'consent_needed')
  const answer = exchange.refusal(error, mcpRequest(subjectToken))
  assert.equal(answer.status, 401)
  assert.match(answer.headers.get('www-authenticate') ?? '', /error="invalid_token".*resource_metadata=/)
})

test('a client that may not exchange is a fault of the operator’s: 500 without a challenge, which a new sign-in would not mend', async () => {
  const world = await createMachineWorld(undefined)
  const { machine } = world
  const client = {
    clientId: machine.clientId,
    clientSecret: machine.clientSecret ?? '',
    method: 'client_secret_post',
  } as const
  const exchange = createTokenExchange(world.rs, { client, resource: files })

  const error = await failed(exchange.exchange(await letIn(world.rs, (await signedInClient(world)).accessToken)))

  assert.equal(error.reason, 'misconfigured')
  assert.match(error.detail, /unsupported_grant_type/)
  const answer = exchange.refusal(error, mcpRequest())
  assert.deepEqual([answer.status, answer.headers.get('www-authenticate')], [500, null])
})

test('the authorization server is shown the caller’s token, this server’s secret, and what the new one is for; it goes nowhere by redirect', async () => {
  const { exchange, letIn, requests, sign } = await exchangeWorld({
    ...options,
    resource: 'https://calendar.example/api',
    scope: ['calendar:read', 'calendar:write'],
  })
  const subjectToken = await sign()

  await exchange.exchange(await letIn(subjectToken))

  const [request] = requests
  assert.deepEqual([request?.url, request?.redirect], ['https://other.example/t/9/token', 'error'])
  assert.equal(request?.authorization, `Basic ${btoa('notes:a%3Ab+c')}`)
  assert.deepEqual(request?.body, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subjectToken,
    subject_token_type: accessTokenType,
    requested_token_type: accessTokenType,
    audience: 'calendar',
    resource: 'https://calendar.example/api',
    scope: 'calendar:read calendar:write',
  })
})

test('Entra ID is asked on behalf of the caller, and the secret is posted where that is wanted', async () => {
  const client = { clientId: 'notes', clientSecret: 'hush', method: 'client_secret_post' } as const
  const { exchange, letIn, requests, sign } = await exchangeWorld({
    client,
    grant: 'on_behalf_of',
    scope: ['https://graph.microsoft.com/.default'],
  })
  const subjectToken = await sign()

  await exchange.exchange(await letIn(subjectToken))

  assert.equal(requests[0]?.authorization, null)
  assert.deepEqual(requests[0]?.body, {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: subjectToken,
    requested_token_use: 'on_behalf_of',
    scope: 'https://graph.microsoft.com/.default',
    client_id: 'notes',
    client_secret: 'hush',
  })
})

test('fifty calls at once ask once; what was given is used until shortly before its end', async () => {
  const { exchange, letIn, requests, sign, now } = await exchangeWorld(options, { expires_in: 200 })
  const caller = await letIn(await sign())

  const all = await Promise.all(Array.from({ length: 50 }, () => exchange.exchange(caller)))
  assert.deepEqual(new Set(all.map(({ accessToken }) => accessToken)), new Set(['given-1']))
  now.at += 179
  assert.equal((await exchange.exchange(caller)).accessToken, 'given-1')
  now.at += 1
  assert.equal((await exchange.exchange(caller)).accessToken, 'given-2')
  assert.equal(requests.length, 2)
})

test('nobody gets what was given for somebody else, nor for another sign-in of theirs', async () => {
  const { exchange, letIn, sign } = await exchangeWorld()
  const callers = [
    await letIn(await sign()),
    await letIn(await sign({ sub: 'u-8' })),
    await letIn(await sign({ jti: '2' })),
  ]

  const given = await Promise.all(callers.map((caller) => exchange.exchange(caller)))
  const again = await Promise.all(callers.map((caller) => exchange.exchange(caller)))

  assert.equal(new Set(given.map(({ accessToken }) => accessToken)).size, 3)
  assert.deepEqual(again, given)
})

test('a token whose life is not told is used once, and none outlives the caller’s own', async () => {
  const untold = await exchangeWorld(options, { expires_in: undefined })
  const caller = await untold.letIn(await untold.sign())
  await untold.exchange.exchange(caller)
  assert.equal((await untold.exchange.exchange(caller)).accessToken, 'given-2')

  const long = await exchangeWorld(options, { expires_in: 86_400 })
  const lasting = await long.letIn(await long.sign())
  assert.equal((await long.exchange.exchange(lasting)).expiresAt, lasting.expiresAt + 5)
  long.now.at += 305
  assert.equal((await failed(long.exchange.exchange(lasting))).reason, 'consent_needed')
})

test('law 11: whoever handles a call cannot come to the caller’s token, whatever they look into', async () => {
  const { exchange, letIn, sign, rs } = await exchangeWorld()
  const subjectToken = await sign()
  const caller = await letIn(subjectToken)
  await exchange.exchange(caller)

  for (const value of [caller, exchange, rs])
    assert.doesNotMatch(
      inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
      new RegExp(subjectToken.slice(-40)),
    )
  assert.doesNotMatch(JSON.stringify(caller), new RegExp(subjectToken.slice(-40)))
})

test('without an exchange no token is kept', async () => {
  const { rs, sign } = await foreignIssuer()
  const caller = await letIn(rs, await sign())

  const error = await failed(createTokenExchange(rs, options).exchange(caller))

  assert.match(error.detail, /not as this server gave it/)
})

test('a copy of what the server said of the caller is as good as that; what was made of its text, or by somebody else, is not', async () => {
  const { exchange, letIn, sign } = await exchangeWorld()
  const other = await exchangeWorld()
  const caller = await letIn(await sign())

  assert.equal((await exchange.exchange({ ...caller })).accessToken, 'given-1')
  for (const foreign of [{ ...caller, claims: { ...caller.claims } }, await other.letIn(await other.sign())])
    assert.equal((await failed(exchange.exchange(foreign))).reason, 'misconfigured')
})

const refusals: [string, number, unknown, TokenExchangeError['reason']][] = [
  ['the grant has ended', 400, { error: 'invalid_grant' }, 'consent_needed'],
  [
    'Entra ID wants the person',
    400,
    { error: 'interaction_required', error_description: 'AADSTS50076' },
    'consent_needed',
  ],
  [
    'Keycloak knows the session no more',
    400,
    { error: 'invalid_request', error_description: 'Invalid token' },
    'consent_needed',
  ],
  [
    'the subject token has ended',
    400,
    { error: 'invalid_request', error_description: 'The subject token has ended meanwhile' },
    'consent_needed',
  ],
  ['the client is unknown', 401, { error: 'invalid_client' }, 'misconfigured'],
  ['the client may not', 400, { error: 'unauthorized_client' }, 'misconfigured'],
  [
    'Keycloak does not know the audience',
    400,
    { error: 'invalid_client', error_description: 'Audience not found' },
    'misconfigured',
  ],
  [
    'Keycloak gives no token for the audience',
    400,
    { error: 'invalid_request', error_description: 'Requested audience not available: calendar' },
    'misconfigured',
  ],
  [
    'Keycloak’s client is not in the audience',
    403,
    { error: 'access_denied', error_description: 'Client is not within the token audience' },
    'misconfigured',
  ],
  ['the target is none', 400, { error: 'invalid_target' }, 'misconfigured'],
  ['the scope is none', 400, { error: 'invalid_scope' }, 'misconfigured'],
  ['the endpoint is none', 404, '<html>', 'misconfigured'],
  ['it is down', 503, '<html>', 'unavailable'],
  ['it is busy', 429, { error: 'slow_down' }, 'unavailable'],
  ['it is busy with an error of its own', 400, { error: 'temporarily_unavailable' }, 'unavailable'],
  ['it answers no JSON', 200, '<html>', 'unavailable'],
  ['it answers no token', 200, { token_type: 'Bearer' }, 'unavailable'],
  ['it answers without end', 200, `{"x":"${'x'.repeat(70_000)}"}`, 'unavailable'],
  [
    'it gives another kind of token',
    200,
    { access_token: 'x', token_type: 'N_A', issued_token_type: 'urn:ietf:params:oauth:token-type:id_token' },
    'misconfigured',
  ],
  [
    'it gives a refresh token',
    200,
    { access_token: 'x', token_type: 'Bearer', issued_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
    'misconfigured',
  ],
]

for (const [what, status, body, reason] of refusals)
  test(`${what}: ${reason}, told in the event, and the next call within four seconds does not ask again`, async () => {
    const { exchange, letIn, sign, state, requests, events, now } = await exchangeWorld()
    const answer = typeof body === 'string' ? body : JSON.stringify(body)
    state.answer = () => new Response(answer, { status })
    const caller = await letIn(await sign())

    const error = await failed(exchange.exchange(caller))
    assert.equal(error.reason, reason)
    assert.equal((await failed(exchange.exchange(caller))).reason, reason)
    assert.equal(requests.length, 1)
    assert.deepEqual(events.findLast(({ type }) => type === 'exchange_failed')?.reason, reason)
    const refused = exchange.refusal(error, mcpRequest())
    assert.equal(refused.status, { consent_needed: 401, misconfigured: 500, unavailable: 503 }[reason])
    assert.equal(refused.headers.has('www-authenticate'), reason === 'consent_needed')
    assert.equal(refused.headers.has('retry-after'), reason === 'unavailable')
    state.answer = undefined
    now.at += 4
    await exchange.exchange(caller)
  })

test('an authorization server that cannot be reached is an outage, told as one, and found again once it is there', async () => {
  const { exchange, letIn, sign, state, now } = await exchangeWorld()
  const caller = await letIn(await sign())
  state.answer = () => {
    throw new TypeError('fetch failed')
  }

  assert.equal((await failed(exchange.exchange(caller))).reason, 'unavailable')
  state.answer = undefined
  now.at += 4
  assert.equal((await exchange.exchange(caller)).accessToken, 'given-2')
})

test('law 11: neither the caller’s token nor the secret stands in an error or an event, also where the authorization server repeats them', async () => {
  const { exchange, letIn, sign, state, events, now } = await exchangeWorld()
  const subjectToken = await sign()
  const caller = await letIn(subjectToken)
  const told: unknown[] = []
  for (const answer of [
    () => Response.json({ error: subjectToken, error_description: `bad ${subjectToken}` }, { status: 400 }),
    () => {
      throw new Error(`cannot send ${subjectToken}`)
    },
  ]) {
    state.answer = answer
    now.at += 4 // what went wrong is remembered until then
    const error = await failed(exchange.exchange(caller))
    told.push(error, error.detail, error.stack, await exchange.refusal(error, mcpRequest()).text())
  }

  const text = inspect([told, events], { depth: 10 })
  for (const at of [0, 60, 120, -40])
    assert.ok(!text.includes(subjectToken.slice(at).slice(0, 40)), `its characters from ${at} on`)
  assert.doesNotMatch(text, /a:b c/)
})

test('law 7: an authorization server that gives the caller’s own token back gives nothing that goes on', async () => {
  const { exchange, letIn, sign, state } = await exchangeWorld()
  const subjectToken = await sign()
  state.answer = () => Response.json({ access_token: subjectToken, token_type: 'Bearer', expires_in: 300 })

  const error = await failed(exchange.exchange(await letIn(subjectToken)))

  assert.equal(error.reason, 'misconfigured')
})

test('tokens of another issuer than the one whose tokens are exchanged are shown to nobody', async () => {
  const { rs, sign, name } = await foreignIssuer({
    authorizationServers: ['https://first.example', 'https://other.example/t/9'],
  })
  const exchange = createTokenExchange(rs, { ...options, issuer: 'https://first.example' })

  const error = await failed(exchange.exchange(await letIn(rs, await sign())))

  assert.equal(error.reason, 'misconfigured')
  assert.match(error.detail, new RegExp(name))
  assert.throws(() => createTokenExchange(rs, options), /"issuer" must say whose tokens/)
  assert.throws(
    () => createTokenExchange(rs, { ...options, issuer: 'https://third.example' }),
    /one that the resource server trusts/,
  )
})

const wrong: [string, object, RegExp][] = [
  ['no client', { audience: 'x' }, /"client" is missing/],
  ['no secret', { ...options, client: { clientId: 'a', clientSecret: '' } }, /id and a secret/],
  ['an unknown method', { ...options, client: { ...options.client, method: 'none' } }, /client\.method/],
  ['nothing that it is for', { client: options.client }, /must say what the token is for/],
  ['this very server', { client: options.client, resource }, /another server than this one/],
  ['a resource that is no URL', { client: options.client, resource: 'calendar' }, /"resource" must be an absolute URL/],
  ['an endpoint in clear', { ...options, tokenEndpoint: 'http://sso.example/token' }, /https/],
  ['on_behalf_of without a scope', { ...options, grant: 'on_behalf_of' }, /"scope" must say/],
  ['a name that is none', { ...options, audiences: 'x' }, /did you mean "audience"/],
  ['a time that is none', { ...options, timeout: 0 }, /"timeout"/],
]

for (const [what, given, told] of wrong)
  test(`an exchange with ${what} is a TypeError`, async () => {
    const { rs } = await foreignIssuer()

    assert.throws(
      () => createTokenExchange(rs, given as TokenExchangeOptions),
      (error) => error instanceof TypeError && told.test(error.message),
    )
  })

test('a copy of a server exchanges nothing', () => {
  const rs = createResourceServer({ resource, authorizationServers: ['https://other.example'] })

  assert.throws(() => createTokenExchange({ ...rs }, options), /no copy of it/)
})

interface Sent {
  url: string
  redirect: string
  authorization: string | null
  body: Record<string, string>
}

/** A resource server of an issuer whose token endpoint gives `given-1`, `given-2` … */
async function exchangeWorld(given: TokenExchangeOptions = options, answer: Record<string, unknown> = {}) {
  const requests: Sent[] = []
  const state: { answer?: (() => Response) | undefined } = {}
  const world = await foreignIssuer({
    async fetch(request) {
      const { url } = request
      if (url.includes('/.well-known/'))
        return Response.json({
          issuer: world.name,
          jwks_uri: `${world.name}/jwks`,
          token_endpoint: `${world.name}/token`,
        })
      if (url.endsWith('/jwks')) return Response.json({ keys: world.state.keys })
      const body = Object.fromEntries(new URLSearchParams(await request.text()))
      requests.push({ url, redirect: request.redirect, authorization: request.headers.get('authorization'), body })
      if (state.answer !== undefined) return state.answer()
      return Response.json({
        access_token: `given-${requests.length}`,
        token_type: 'Bearer',
        issued_token_type: accessTokenType,
        expires_in: 300,
        ...answer,
      })
    },
  })
  const exchange = createTokenExchange(world.rs, given)
  const events = world.events as Record<string, unknown>[] // each event is an object
  return { ...world, events, exchange, requests, state, letIn: (token: string) => letIn(world.rs, token) }
}

async function letIn(rs: ResourceServer, token: string): Promise<AccessToken> {
  const caller = await rs.authenticate(mcpRequest(token))
  assert.ok(!(caller instanceof Response), 'refused')
  return caller
}

async function failed(exchange: Promise<unknown>): Promise<TokenExchangeError> {
  const error = await exchange.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(error instanceof TokenExchangeError, inspect(error))
  return error
}
