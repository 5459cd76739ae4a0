import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthorizationServerKinds, SignedIn, SignInRequest } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import {
  alice,
  attemptOf,
  authorize,
  consent,
  createWorld,
  exchange,
  formOf,
  issuer,
  postForm,
  refresh,
  register,
  resource,
} from './world.ts'

/** Parameters of a redirect to the client, after proving that it goes there. */
function redirectParameters(response: Response, to = 'https://client.example/callback'): Record<string, string> {
  const location = response.headers.get('location') ?? ''
  assert.ok(location.startsWith(`${to}?`), `${response.status} ${location}`)
  return Object.fromEntries(new URL(location).searchParams)
}

test('AS-35 AS-36 AS-41 after consent the code comes by 303 with state and iss, each once, and without a referrer', async () => {
  const world = createWorld()
  const form = await formOf(await authorize(world, attemptOf(await register(world))))
  form.set('decision', 'allow')

  const response = await postForm(world, form)

  assert.equal(response.status, 303)
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
  const parameters = [...new URL(response.headers.get('location') ?? '').searchParams.keys()]
  assert.deepEqual(parameters, ['code', 'state', 'iss'])
  assert.equal(redirectParameters(response).iss, issuer)
})

test('AS-35 a denied request comes back as access_denied with state and iss', async () => {
  const world = createWorld()
  const form = await formOf(await authorize(world, attemptOf(await register(world))))
  form.set('decision', 'deny')

  const response = await postForm(world, form)

  const { error, state, iss } = redirectParameters(response)
  assert.deepEqual({ error, state, iss }, { error: 'access_denied', state: 'st-1', iss: issuer })
})

const shownOnPage: [string, Record<string, string | undefined>][] = [
  ['no client', { client_id: undefined }],
  ['an unknown client', { client_id: 'nobody' }],
  ['a redirect URI that is not registered', { redirect_uri: 'https://evil.example/callback' }],
  ['a redirect URI with a longer path', { redirect_uri: 'https://client.example/callback/more' }],
  ['a redirect URI with a query', { redirect_uri: 'https://client.example/callback?a=b' }],
  ['a redirect URI in other letters', { redirect_uri: 'https://client.example/Callback' }],
  ['a redirect URI with another port', { redirect_uri: 'https://client.example:444/callback' }],
]
for (const [mistake, changes] of shownOnPage)
  test(`AS-17 AS-32 AS-33 P-05 law 4: ${mistake} is shown on a page and never redirected`, async () => {
    const world = createWorld()
    const attempt = attemptOf(await register(world), changes)

    const response = await authorize(world, attempt)

    assert.equal(response.status, 400)
    assert.equal(response.headers.get('location'), null)
    assert.match(response.headers.get('content-type') ?? '', /^text\/html/)
  })

test('an error page shows the id of the request that the host gave, or one of our own, and its event has the same', async () => {
  const world = createWorld()
  const shown = async (info?: { requestId: string }) => {
    const page = await world.as.fetch(new Request(`${issuer}/authorize?client_id=nobody`), info)
    const [, id] = /give this reference: <code>([^<]+)</.exec(await page.text()) ?? []
    const event = world.events.at(-1)
    assert.ok(event?.type === 'authorization_refused')
    assert.equal(event.requestId, id)
    assert.equal(event.reason, 'unknown_client')
    assert.equal(event.detail, 'The application that sent you here is not registered with this server')
    return id
  }

  const given = await shown({ requestId: 'abcdefghjk' })
  const own = [await shown(), await shown()]

  assert.equal(given, 'abcdefghjk')
  assert.match(String(own[0]), /^\w{8}$/)
  assert.notEqual(own[0], own[1])
})

test('AS-32 law 4: a repeated client_id or redirect_uri is shown on a page and never redirected', async () => {
  const world = createWorld()
  const { parameters } = attemptOf(await register(world))

  for (const name of ['client_id', 'redirect_uri']) {
    const response = await world.send(
      `/authorize?${new URLSearchParams([...Object.entries(parameters), [name, parameters[name] ?? '']])}`,
    )

    assert.equal(response.status, 400)
    assert.equal(response.headers.get('location'), null)
  }
})

const sentToClient: [string, Record<string, string | undefined>, string][] = [
  ['no response type', { response_type: undefined }, 'invalid_request'],
  ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
  ['no code challenge', { code_challenge: undefined }, 'invalid_request'],
  ['no code challenge method, which means plain', { code_challenge_method: undefined }, 'invalid_request'],
  ['the code challenge method plain', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['a malformed code challenge', { code_challenge: 'abc' }, 'invalid_request'],
  ['another resource', { resource: 'https://other.example/mcp' }, 'invalid_target'],
  ['a resource with a slash more', { resource: `${resource}/` }, 'invalid_target'],
  ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
  ['metadata of the client in the request', { registration: '{}' }, 'registration_not_supported'],
  ['a nonce without end', { scope: 'openid', nonce: 'n'.repeat(513) }, 'invalid_request'],
  ['a nonce with a line end', { scope: 'openid', nonce: 'a\nb' }, 'invalid_request'],
  [
    'a request URI that was not given out here',
    { request_uri: 'https://client.example/request' },
    'request_uri_not_supported',
  ],
  [
    'a pushed request, where none is taken',
    { request_uri: 'urn:ietf:params:oauth:request_uri:x' },
    'request_uri_not_supported',
  ],
  ['prompt=none beside another', { prompt: 'none login' }, 'invalid_request'],
  ['another response mode', { response_mode: 'fragment' }, 'invalid_request'],
  ['a scope with a forbidden character', { scope: 'a"b' }, 'invalid_scope'],
  ['prompt=none where consent is needed', { prompt: 'none' }, 'consent_required'],
]
for (const [mistake, changes, error] of sentToClient)
  test(`AS-30 AS-34 AS-35 ${mistake} is sent to the client as ${error}, with state and iss`, async () => {
    const world = createWorld()
    const attempt = attemptOf(await register(world), changes)

    const response = await authorize(world, attempt)

    const parameters = redirectParameters(response)
    assert.deepEqual(
      [response.status, parameters.error, parameters.state, parameters.iss],
      [302, error, 'st-1', issuer],
    )
    assert.equal(parameters.code, undefined)
  })

test('P-03 a client that brings a decision and a seal of its own decides nothing, and stands in nobody’s way', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world), { decision: 'allow', consent: 'k1.1.x' })

  const answers = []
  for (const decision of ['deny', 'allow']) {
    const form = await formOf(await authorize(world, attempt))
    assert.equal(form.get('decision'), null)
    form.set('decision', decision)
    answers.push(redirectParameters(await postForm(world, form)))
  }

  assert.equal(answers[0]?.error, 'access_denied')
  assert.ok(answers[1]?.code)
})

for (const [mistake, changes, error] of sentToClient)
  test(`AS-33 before somebody is signed in, ${mistake} sends the browser nowhere but to sign-in, whoever registered the client`, async () => {
    const world = createWorld()
    const attempt = attemptOf(await register(world), changes)
    world.person.signedIn = undefined

    const stranger = await authorize(world, attempt)
    world.person.signedIn = alice
    const signedIn = await authorize(world, attempt)

    if (changes.prompt?.includes('none'))
      assert.deepEqual([stranger.status, stranger.headers.get('location')], [400, null])
    else assert.match(stranger.headers.get('location') ?? '', /^\/sign-in\?to=https%3A%2F%2Fauth\.example%2Fauthorize/)
    assert.equal(redirectParameters(signedIn).error, error)
  })

test('AS-33 prompt=none is answered to a client that somebody consented to once, and to no other', async () => {
  const world = createWorld()
  const [known, unknown] = [await register(world), await register(world)]
  await consent(world, attemptOf(known))
  world.person.signedIn = undefined

  const answered = await authorize(world, attemptOf(known, { prompt: 'none' }))
  const shown = await authorize(world, attemptOf(unknown, { prompt: 'none' }))

  assert.equal(redirectParameters(answered).error, 'login_required')
  assert.deepEqual([shown.status, shown.headers.get('location')], [400, null])
})

test('AS-33 a posted request that is wrong sends nobody anywhere who is not signed in', async () => {
  const world = createWorld()
  const { parameters } = attemptOf(await register(world), { scope: '"' })
  world.person.signedIn = undefined

  const response = await postForm(world, new URLSearchParams({ ...parameters, decision: 'allow' }))

  assert.deepEqual([response.status, response.headers.get('location')], [400, null])
})

test('a host that cannot say who is signed in is a failure, told to the operator and shown on a page', async () => {
  const cause = new Error('the database of accounts is down')
  const interaction = {
    signedIn: () => Promise.reject(cause),
    signIn: async () => new Response('sign in'),
  }
  const world = createWorld({ as: { interaction } })

  const response = await authorize(world, attemptOf(await register(world)))

  assert.deepEqual([response.status, response.headers.get('location')], [500, null])
  assert.doesNotMatch(await response.text(), /database/)
  assert.ok(world.events.some((event) => event.type === 'failure' && event.cause === cause))
})

test('P-03 an authorization request that is posted, from any site, is made by GET instead, and consents to nothing', async () => {
  const world = createWorld()
  const { parameters } = attemptOf(await register(world), { state: 'a b&c=d' })

  const response = await postForm(world, new URLSearchParams(parameters), {
    origin: 'https://client.example',
    'sec-fetch-site': 'cross-site',
  })
  const location = response.headers.get('location') ?? ''

  assert.equal(response.status, 303)
  assert.ok(location.startsWith(`${issuer}/authorize?`))
  assert.equal((await formOf(await world.send(location))).get('state'), 'a b&c=d')
})

test('AS-41 a repeated parameter beside the proved ones is sent to the client as invalid_request', async () => {
  const world = createWorld()
  const { parameters } = attemptOf(await register(world))

  const response = await world.send(
    `/authorize?${new URLSearchParams([...Object.entries(parameters), ['scope', 'x']])}`,
  )

  assert.equal(redirectParameters(response).error, 'invalid_request')
})

test('law 2: a request without resource is bound to the only one there is; with several it is invalid_target', async () => {
  const one = createWorld()
  const other = { resource: 'https://mcp.example/other/mcp', scopes: { 'other:read': 'Read' } }
  const several = createWorld({ as: { resources: [{ resource, scopes: { 'notes:read': 'Read' } }, other] } })

  const bound = await authorize(one, attemptOf(await register(one), { resource: undefined }))
  const refused = await authorize(several, attemptOf(await register(several), { resource: undefined }))

  assert.equal(bound.status, 200)
  assert.equal(redirectParameters(refused).error, 'invalid_target')
})

test('law 2: two resources in one request are invalid_target', async () => {
  const other = { resource: 'https://mcp.example/other/mcp', scopes: { 'other:read': 'Read' } }
  const world = createWorld({ as: { resources: [{ resource, scopes: { 'notes:read': 'Read' } }, other] } })
  const { parameters } = attemptOf(await register(world))

  const response = await world.send(
    `/authorize?${new URLSearchParams([...Object.entries(parameters), ['resource', other.resource]])}`,
  )

  assert.equal(redirectParameters(response).error, 'invalid_target')
})

test('AS-40 a scope that asks for too much, or for OpenID Connect, is narrowed and never refused', async () => {
  const world = createWorld()
  const client = await register(world)

  const granted = []
  for (const scope of ['openid profile email', 'notes:read nonsense offline_access', undefined]) {
    const attempt = attemptOf(client, { scope })
    const code = (await consent(world, attempt)).get('code') ?? ''
    granted.push((await exchange(world, attempt, code)).body.scope)
  }

  assert.deepEqual(granted, ['notes:read notes:write openid', 'notes:read', 'notes:read notes:write'])
})

test('AS-39 offline_access is accepted and never granted as a scope: who registered for refresh tokens has one, asked or not, and nobody else', async () => {
  const world = createWorld()
  const answers = []
  for (const grant_types of [['authorization_code', 'refresh_token'], ['authorization_code']])
    for (const scope of ['notes:read offline_access', 'offline_access', 'notes:read']) {
      const attempt = attemptOf(await register(world, { grant_types }), { scope })
      const { body } = await exchange(world, attempt, (await consent(world, attempt)).get('code') ?? '')
      answers.push([body.scope, body.refresh_token !== undefined])
    }

  assert.deepEqual(answers, [
    ['notes:read', true],
    ['notes:read notes:write', true],
    ['notes:read', true],
    ['notes:read', false],
    ['notes:read notes:write', false],
    ['notes:read', false],
  ])
})

test('RS-18 step-up: a client that asks for more gets a grant of what it asks and the person read, and the one it has goes on as it was', async () => {
  const world = createWorld()
  const client = await register(world)
  const grantOf = async (scope: string) => {
    const attempt = attemptOf(client, { scope })
    return (await exchange(world, attempt, (await consent(world, attempt)).get('code') ?? '')).body
  }
  const first = await grantOf('notes:read')
  const second = await grantOf('notes:delete')
  const union = await grantOf('notes:read notes:delete')
  const refreshed = await refresh(world, client, first.refresh_token ?? '')

  assert.deepEqual(
    [first.scope, second.scope, union.scope, refreshed.body.scope],
    ['notes:read', 'notes:delete', 'notes:read notes:delete', 'notes:read'],
  )
})

test('law 3: nobody signed in means sign-in first, and back to the same request', async () => {
  const world = createWorld()
  world.person.signedIn = undefined
  const attempt = attemptOf(await register(world))

  const response = await authorize(world, attempt)

  assert.equal(response.status, 303)
  const to = new URL(response.headers.get('location') ?? '', issuer).searchParams.get('to') ?? ''
  assert.deepEqual(Object.fromEntries(new URL(to).searchParams), attempt.parameters)
})

/** Where the browser comes back to after signing in. */
function returnAddressOf(response: Response): string {
  assert.equal(response.status, 303)
  return new URL(response.headers.get('location') ?? '', issuer).searchParams.get('to') ?? ''
}

test('prompt=none with nobody signed in is login_required', async () => {
  const world = createWorld()
  const client = await register(world)
  await consent(world, attemptOf(client))
  world.person.signedIn = undefined

  const none = await authorize(world, attemptOf(client, { prompt: 'none' }))

  assert.equal(redirectParameters(none).error, 'login_required')
})

for (const asked of [{ prompt: 'login' }, { prompt: 'consent login' }, { max_age: '0' }, { max_age: '29' }])
  test(`law 3: ${JSON.stringify(asked)} asks who is signed in to sign in again, however they come back, and is fulfilled then`, async () => {
    const world = createWorld()
    const attempt = attemptOf(await register(world), asked)

    const first = returnAddressOf(await authorize(world, attempt))
    world.clock.now += 60
    const unsigned = returnAddressOf(await world.send(first))
    world.person.signedIn = { ...alice, authTime: world.clock.now }
    world.clock.now += 60
    const fulfilled = await world.send(unsigned)

    assert.equal(unsigned, first)
    assert.equal(fulfilled.status, 200)
    const form = await formOf(fulfilled)
    form.set('decision', 'allow')
    assert.ok(redirectParameters(await postForm(world, form)).code)
  })

test('law 3: the time from which a sign-in counts as fresh cannot be moved, left out, or brought from another request', async () => {
  const world = createWorld()
  const client = await register(world)
  const ask = async (attempt = attemptOf(client, { prompt: 'login' })) =>
    returnAddressOf(await authorize(world, attempt))
  const other = new URL(await ask()).searchParams.get('began') ?? ''
  world.clock.now += 60
  world.person.signedIn = { ...alice, authTime: world.clock.now - 30 }
  const address = await ask()
  const [keyId, time, mac] = (new URL(address).searchParams.get('began') ?? '').split('.')

  for (const began of [
    undefined,
    '',
    other,
    `${keyId}.${Number(time) - 60}.${mac}`,
    `k9.${time}.${mac}`,
    `${keyId}.${time}.x`,
  ]) {
    const changed = new URL(address)
    changed.searchParams.delete('began')
    if (began !== undefined) changed.searchParams.set('began', began)
    assert.equal((await world.send(changed.pathname + changed.search)).status, 303, began)
  }
})

test('max_age lets a sign-in pass that is young enough, and with prompt=none says when it is not', async () => {
  const world = createWorld()
  const client = await register(world)
  await consent(world, attemptOf(client))

  const young = await authorize(world, attemptOf(client, { max_age: '30' }))
  const old = await authorize(world, attemptOf(client, { max_age: '29', prompt: 'none' }))
  const wrong = await authorize(world, attemptOf(client, { max_age: 'soon' }))

  assert.equal(young.status, 200)
  assert.equal(redirectParameters(old).error, 'login_required')
  assert.equal(redirectParameters(wrong).error, 'invalid_request')
})

test('a host is told to ask again, too, where nobody is signed in here but may be there', async () => {
  const asked: boolean[] = []
  const interaction = {
    signedIn: async () => undefined,
    async signIn(_: Request, { again }: { again: boolean }) {
      asked.push(again)
      return new Response('sign in')
    },
  }
  const world = createWorld({ as: { interaction } })
  const client = await register(world)

  for (const parameters of [{}, { prompt: 'login' }, { max_age: '600' }])
    await authorize(world, attemptOf(client, parameters))

  assert.deepEqual(asked, [false, true, true])
})

const jsonType = (name: string) => (name === 'content-type' ? 'application/json' : undefined)

/** A host that remembers how it was told to sign people in. */
function signingIn(world: { signedIn: SignedIn | undefined }) {
  const asked: SignInRequest[] = []
  const interaction = {
    signedIn: async () => world.signedIn,
    async signIn(_: Request, options: SignInRequest) {
      asked.push(options)
      return new Response('sign in')
    },
  }
  return { asked, interaction }
}

test('login_hint reaches the sign-in as text, where it is one: short, and without what shows nothing', async () => {
  const { asked, interaction } = signingIn({ signedIn: undefined })
  const world = createWorld({ as: { interaction } })
  const client = await register(world)
  const hints = ['alice@home.example', ' Ålice <b> ', '', 'a\u0000b', 'a\u202eb', 'a\nb', 'x'.repeat(257)]

  for (const hint of hints) await authorize(world, attemptOf(client, { login_hint: hint }))

  assert.deepEqual(
    asked.map(({ loginHint }) => loginHint),
    ['alice@home.example', 'Ålice <b>', undefined, undefined, undefined, undefined, undefined],
  )
})

test('prompt=select_account has whoever is signed in choose, once, and is no proof of who they are', async () => {
  const { asked, interaction } = signingIn({ signedIn: alice })
  const world = createWorld({ as: { interaction } })
  const attempt = attemptOf(await register(world), { prompt: 'select_account' })

  await authorize(world, attempt)
  const [{ returnTo, again, selectAccount } = { returnTo: '', again: true }] = asked
  const chosen = await world.send(returnTo)
  const stripped = new URL(returnTo)
  stripped.searchParams.delete('began')
  await world.send(stripped.href)

  assert.deepEqual([again, selectAccount], [false, true])
  assert.equal(chosen.status, 200)
  assert.equal(asked.length, 2)
})

test('prompt=select_account login asks to choose and to prove it: who comes back without a sign-in proves it still', async () => {
  const { asked, interaction } = signingIn({ signedIn: alice })
  const world = createWorld({ as: { interaction } })
  const attempt = attemptOf(await register(world), { prompt: 'select_account login' })

  await authorize(world, attempt)
  await world.send(asked[0]?.returnTo ?? '')

  assert.deepEqual(
    asked.map(({ again, selectAccount }) => [again, selectAccount]),
    [
      [true, true],
      [true, undefined],
    ],
  )
})

test('a prompt that nobody knows asks for nothing, and prompt=consent for what is shown anyway', async () => {
  const world = createWorld()
  const client = await register(world)

  for (const prompt of ['create', 'consent', 'consent frobnicate'])
    assert.equal((await authorize(world, attemptOf(client, { prompt }))).status, 200, prompt)
})

test('AS-26 a client whose document is not at hand and that wants a fresh sign-in is signed in to once', async () => {
  const person = { signedIn: undefined as SignedIn | undefined }
  const { asked, interaction } = signingIn(person)
  const clientId = 'https://client.example/mcp.json'
  const redirectUri = 'https://client.example/callback'
  const text = JSON.stringify({ client_id: clientId, client_name: 'A client', redirect_uris: [redirectUri] })
  for (const wanted of [{ prompt: 'login' }, { max_age: '0' }, { prompt: 'select_account' }]) {
    person.signedIn = undefined
    asked.length = 0
    const world = createWorld({
      as: {
        interaction,
        clientDocuments: {
          dangerouslyUnguardedFetch: async () => ({ kind: 'answer', status: 200, text, header: jsonType }),
        },
      },
    })

    await authorize(world, attemptOf({ clientId, redirectUri }, { ...wanted, login_hint: 'alice' }))
    world.clock.now += 60
    person.signedIn = { ...alice, authTime: world.clock.now }
    const back = await world.send(asked[0]?.returnTo ?? '')

    assert.equal(back.status, 200, JSON.stringify(wanted))
    assert.equal(asked[0]?.loginHint, 'alice')
    assert.equal(asked.length, 1)
  }
})

test('AS-19 AS-20 AS-22 P-03 the consent page names client, destination, resource and scopes, warns of loopback, and cannot be framed', async () => {
  const world = createWorld()
  const client = await register(world, {
    client_name: 'Desk <b>Agent</b>',
    redirect_uris: ['http://127.0.0.1/callback'],
  })

  const response = await authorize(world, attemptOf(client, { redirect_uri: 'http://127.0.0.1:53211/callback' }))

  const text = await response.text()
  assert.ok(text.includes('Desk &lt;b&gt;Agent&lt;/b&gt;') && !text.includes('<b>Agent'))
  assert.ok(text.includes('127.0.0.1:53211'))
  assert.ok(text.includes('Read your notes') && text.includes('Write notes') && !text.includes('Delete notes'))
  assert.match(text, /program on your device/)
  assert.equal(response.headers.get('x-frame-options'), 'DENY')
  const policy = response.headers.get('content-security-policy') ?? ''
  assert.match(policy, /frame-ancestors 'none'/)
  assert.match(policy, /form-action 'self' [^;]*http:\/\/127\.0\.0\.1:\*/)
})

test('P-01 where people are signed in elsewhere without being asked, no client gets a code before its person was asked for that very client', async () => {
  const asked: string[] = []
  const world = createWorld({
    as: {
      consentLifetime: 3600,
      interaction: {
        signedIn: async () => world.person.signedIn,
        // A third party that knows one static client and remembers that the person let it in: it sends everybody straight back.
        signIn: async (_, { returnTo }) => {
          asked.push(returnTo)
          world.person.signedIn = alice
          return new Response(undefined, { status: 303, headers: { location: returnTo } })
        },
      },
    },
  })

  for (const redirectUri of ['https://client.example/callback', 'https://evil.example/callback', 'http://127.0.0.1/']) {
    world.person.signedIn = undefined
    const client = await register(world, { redirect_uris: [redirectUri] })
    const sentOn = await authorize(world, attemptOf(client))
    const page = await world.send(sentOn.headers.get('location') ?? '')

    assert.deepEqual([page.status, page.headers.get('location')], [200, null])
    assert.ok((await page.clone().text()).includes(new URL(redirectUri).host))
    const form = await formOf(page)
    form.set('decision', 'allow')
    const answer = await postForm(world, form)
    assert.ok(new URL(answer.headers.get('location') ?? '').searchParams.has('code'))
  }
  assert.equal(asked.length, 3)
})

test('P-04 consent is in no cookie: none is set on the way to a code, and one that is remembered counts without any', async () => {
  const world = createWorld({ as: { consentLifetime: 3600 } })
  const client = await register(world)

  const page = await authorize(world, attemptOf(client))
  const form = await formOf(page.clone())
  form.set('decision', 'allow')
  const answer = await postForm(world, form)
  const remembered = await authorize(world, attemptOf(client))

  assert.ok(new URL(remembered.headers.get('location') ?? '').searchParams.has('code'))
  for (const response of [page, answer, remembered]) assert.deepEqual(response.headers.getSetCookie(), [])
})

const forgeries: [string, (form: URLSearchParams) => void, Record<string, string>][] = [
  ['no seal', (form) => form.delete('consent'), {}],
  ['a seal of another scope', (form) => form.set('scope', 'notes:read notes:write notes:delete'), {}],
  ['a seal of another challenge', (form) => form.set('code_challenge', 'A'.repeat(43)), {}],
  ['a seal of another state', (form) => form.set('state', 'other'), {}],
  ['another site’s origin', () => {}, { origin: 'https://evil.example' }],
  ['an opaque origin', () => {}, { origin: 'null' }],
  ['a cross-site fetch', () => {}, { 'sec-fetch-site': 'cross-site' }],
]
for (const [forgery, change, headers] of forgeries)
  test(`P-03 P-04 law 3: a consent form with ${forgery} is refused on a page, and no code is made`, async () => {
    const world = createWorld()
    const form = await formOf(await authorize(world, attemptOf(await register(world))))
    form.set('decision', 'allow')
    change(form)

    const response = await postForm(world, form, headers)

    assert.equal(response.status, 403)
    assert.equal(response.headers.get('location'), null)
    assert.ok(!world.events.some(({ type }) => type === 'code_issued'))
  })

test('P-04 law 3: a consent form is worth nothing in another person’s session, in another session of the same person, or after ten minutes', async () => {
  const world = createWorld()
  const form = await formOf(await authorize(world, attemptOf(await register(world))))
  form.set('decision', 'allow')

  const statuses = []
  for (const signedIn of [{ ...alice, subject: 'mallory' }, { ...alice, sessionId: 'other' }, undefined]) {
    world.person.signedIn = signedIn
    statuses.push((await postForm(world, form)).status)
  }
  world.person.signedIn = alice
  world.clock.now += 600
  statuses.push((await postForm(world, form)).status)

  assert.deepEqual(statuses, [403, 403, 403, 403])
})

test('law 3: a consent form gives one code: the same when it is sent twice, and none once that was redeemed or is over', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world))
  const codeOf = (response: Response) => new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const allowed = async () => {
    const form = await formOf(await authorize(world, attempt))
    form.set('decision', 'allow')
    return form
  }
  const form = await allowed()

  const answers = await Promise.all([1, 2, 3].map(() => postForm(world, form)))
  const [code = ''] = answers.map(codeOf)
  const redeemed = await exchange(world, attempt, code)
  const afterwards = await postForm(world, form)
  const unused = await allowed()
  await postForm(world, unused)
  world.clock.now += 60
  const late = await postForm(world, unused)

  assert.deepEqual(new Set(answers.map(codeOf)), new Set([code]))
  assert.equal(redeemed.status, 200)
  for (const response of [afterwards, late])
    assert.deepEqual([response.status, response.headers.get('location')], [403, null])
  assert.equal((await world.store.list('grant', 'subject', 'alice')).length, 1)
})

test('law 3: somebody who is disabled while their consent is written gets no code, and the grant ends', async () => {
  const store = memoryStore<AuthorizationServerKinds>({ now: () => 1_800_000_000 })
  const world = createWorld({
    store: {
      ...store,
      async commit(changes) {
        if (changes.some(({ kind, version }) => kind === 'grant' && version === 'absent'))
          world.person.signedIn = undefined
        return store.commit(changes)
      },
    },
  })
  const form = await formOf(await authorize(world, attemptOf(await register(world))))
  form.set('decision', 'allow')

  const response = await postForm(world, form)

  assert.deepEqual([response.status, response.headers.get('location')], [403, null])
  assert.deepEqual(await store.list('grant', 'subject', 'alice'), [])
  assert.ok(world.events.some((event) => event.type === 'grant_ended' && event.reason === 'subject_disabled'))
  assert.ok(!world.events.some(({ type }) => type === 'code_issued'))
})

test('AS-32 law 4: the port alone is free, for http on loopback alone, and localhost is not 127.0.0.1', async () => {
  const world = createWorld()
  const loopback = await register(world, { redirect_uris: ['http://localhost/callback'] })

  const free = await authorize(world, attemptOf(loopback, { redirect_uri: 'http://localhost:61234/callback' }))
  const otherHost = await authorize(world, attemptOf(loopback, { redirect_uri: 'http://127.0.0.1:61234/callback' }))
  const otherPath = await authorize(world, attemptOf(loopback, { redirect_uri: 'http://localhost:61234/other' }))

  assert.deepEqual([free.status, otherHost.status, otherPath.status], [200, 400, 400])
})

test('law 4: a private-use scheme is accepted, shown whole on the consent page, and the code is sent there byte for byte', async () => {
  const world = createWorld()
  const uri = 'cursor://anysphere.cursor-mcp/oauth/callback'
  const client = await register(world, { redirect_uris: [uri] })
  const page = await authorize(world, attemptOf(client))
  const form = await formOf(page.clone())
  form.set('decision', 'allow')

  const response = await postForm(world, form)

  assert.ok((await page.text()).includes(uri))
  assert.ok(response.headers.get('location')?.startsWith(`${uri}?code=`))
})

test('a redirect URI that has a query keeps it', async () => {
  const world = createWorld()
  const client = await register(world, { redirect_uris: ['https://client.example/cb?tenant=7'] })

  const form = await formOf(await authorize(world, attemptOf(client)))
  form.set('decision', 'allow')
  const response = await postForm(world, form)

  assert.match(response.headers.get('location') ?? '', /^https:\/\/client\.example\/cb\?tenant=7&code=/)
})

for (const control of ['\r\n', '\n', '\r', '\0', '\x7f'])
  test(`AS-35 a state with ${JSON.stringify(control)}, which no form brings back as it was, is refused at once, and comes back whole`, async () => {
    const world = createWorld()
    const state = `a${control}b`

    const response = await authorize(world, attemptOf(await register(world), { state }))

    const parameters = redirectParameters(response)
    assert.deepEqual([parameters.error, parameters.state], ['invalid_request', state])
  })

test('a state in any language comes back as it was', async () => {
  const world = createWorld()
  const state = 'é 漢字 🎉 "<&>\''

  const answer = await consent(world, attemptOf(await register(world), { state }))

  assert.equal(answer.get('state'), state)
})

test('a request without state is accepted, since PKCE is there, and the answer has none', async () => {
  const world = createWorld()

  const answer = await consent(world, attemptOf(await register(world), { state: undefined }))

  assert.equal(answer.get('state'), null)
  assert.ok(answer.get('code'))
})

test('law 15: at another host of ours the browser is sent to the issuer, request and all, before anything is looked at', async () => {
  const world = createWorld({ as: { allowedHosts: ['MCP.example'] } })
  const { parameters } = attemptOf(await register(world))
  const valid = `/authorize?${new URLSearchParams(parameters)}`

  for (const request of [valid, '/authorize?client_id=zz', '/authorize']) {
    const answer = await world.send(`https://mcp.example${request}`)
    assert.deepEqual([answer.status, answer.headers.get('location')], [302, `${issuer}${request}`])
  }
  const posted = await world.send('https://mcp.example/authorize', { method: 'POST', body: '' })
  assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET'])
  assert.deepEqual(
    world.events.map(({ type }) => type),
    ['client_registered'],
  )
  for (const host of ['auth.example', 'AUTH.example', 'auth.example:443'])
    assert.equal((await world.send(valid, { headers: { host } })).status, 200, host)
})

test('a page of refusal names the server, unless there are several', async () => {
  const one = createWorld()
  const several = createWorld({
    as: {
      resources: [resource, 'https://other.example/mcp'].map((each) => ({ resource: each, scopes: { mcp: 'Use it' } })),
    },
  })

  assert.match(await (await one.send('/authorize?client_id=zz')).text(), /<bdi>Notes<\/bdi>/)
  assert.doesNotMatch(await (await several.send('/authorize?client_id=zz')).text(), /<bdi>/)
})
