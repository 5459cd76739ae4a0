import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Decision, DecisionRequest } from '@portcullis/auth/authorization-server'
import {
  attemptOf,
  authorize,
  consent,
  createWorld,
  exchange,
  formOf,
  postForm,
  register,
  resource,
  type World,
} from './world.ts'

test('the host is asked whether a client may have this, and is told who, what, where to, and whether it is remembered', async () => {
  const asked: DecisionRequest[] = []
  const world = deciding((request) => {
    asked.push(request)
    return { kind: 'allow' }
  })
  const client = await register(world, { client_uri: 'https://client.example/about' })

  await consent(world, attemptOf(client))
  await authorize(world, attemptOf(client))
  await authorize(world, attemptOf(client, { scope: 'notes:delete' }))

  const { signedIn, isRemembered, ...first } = asked[0] ?? assert.fail()
  assert.equal(signedIn.subject, 'alice')
  assert.deepEqual(first, {
    client: {
      clientId: client.clientId,
      name: 'Test',
      uri: 'https://client.example/about',
      identity: { by: 'itself' },
    },
    destination: 'client.example',
    destinationProvesIdentity: true,
    resource: { identifier: resource, name: 'Notes' },
    scope: ['notes:read', 'notes:write'],
  })
  // When the page is shown, when its form comes back, when it is remembered, and for another scope.
  assert.deepEqual([isRemembered, ...asked.slice(1).map((each) => each.isRemembered)], [false, false, true, false])
})

test('law 3: a host that says ask has the person asked although it is remembered', async () => {
  const world = deciding(() => ({ kind: 'ask' }))
  const client = await register(world)
  await consent(world, attemptOf(client))

  const again = await authorize(world, attemptOf(client))

  assert.equal(again.status, 200)
})

test('law 3: what a person allowed while the host had them asked each time is not remembered, since the page did not say so', async () => {
  let kind: 'ask' | 'allow' = 'ask'
  const world = deciding(() => ({ kind }))
  const client = await register(world)
  await consent(world, attemptOf(client))
  kind = 'allow'

  const again = await authorize(world, attemptOf(client))

  assert.equal(again.status, 200)
  assert.deepEqual(await world.as.consents.list('alice'), [])
})

test('AS-35 a host that says no has its reason shown to the person, with a reference and a way back that tells the client', async () => {
  const world = deciding(() => ({ kind: 'deny', reason: 'Only people of the <finance> team may connect this' }))
  const client = await register(world)

  const page = await authorize(world, attemptOf(client))
  const text = await page.text()
  const [, back = ''] = /<a class="button" href="([^"]*)"/.exec(text) ?? []
  const told = new URL(back.replaceAll('&amp;', '&'))

  assert.equal(page.status, 403)
  assert.match(text, /Only people of the &lt;finance&gt; team may connect this\./)
  assert.match(text, /What to do now/)
  assert.match(text, /give this reference/)
  assert.ok(told.href.startsWith('https://client.example/callback?'))
  assert.deepEqual(
    ['error', 'error_description', 'state', 'iss'].map((name) => told.searchParams.get(name)),
    ['access_denied', 'Only people of the <finance> team may connect this', 'st-1', 'https://auth.example'],
  )
  const event = world.events.at(-1)
  assert.ok(event?.type === 'authorization_refused' && event.reason === 'denied_by_host' && event.shown === 'page')
  assert.equal(event.clientId, client.clientId)
})

test('AS-35 with prompt=none a host that says no is told to the client at once', async () => {
  const world = deciding(() => ({ kind: 'deny', reason: 'Not here' }))

  const answer = await authorize(world, attemptOf(await register(world), { prompt: 'none' }))

  const { searchParams } = new URL(answer.headers.get('location') ?? '')
  assert.deepEqual(
    [answer.status, searchParams.get('error'), searchParams.get('error_description')],
    [302, 'access_denied', 'Not here'],
  )
})

test('law 3: a host that says no while the person reads gives no code for the form', async () => {
  let decision: Decision = { kind: 'allow' }
  const world = deciding(() => decision)
  const form = await formOf(await authorize(world, attemptOf(await register(world))))
  form.set('decision', 'allow')
  decision = { kind: 'deny', reason: 'Not any more' }

  const answer = await postForm(world, form)

  assert.equal(answer.status, 403)
  assert.equal((await world.store.list('grant', 'subject', 'alice')).length, 0)
})

test('AS-40 a host narrows the scope, on the page, in the grant and in the token; what it adds is left out, and nothing left is a no', async () => {
  let scope = ['notes:read', 'notes:delete', 'admin']
  const world = deciding(() => ({ kind: 'allow', scope }))
  const client = await register(world)
  const attempt = attemptOf(client)

  const page = await (await authorize(world, attempt)).clone().text()
  const { body } = await exchange(world, attempt, (await consent(world, attempt)).get('code') ?? '')
  scope = ['notes:delete']
  const nothing = await authorize(world, attemptOf(client))

  assert.match(page, /notes:read/)
  assert.doesNotMatch(page, /Write notes|Delete notes|admin/)
  assert.equal(body.scope, 'notes:read')
  assert.equal(nothing.status, 403)
})

test('law 3: a form of a narrower scope gives nothing more when the host widens it meanwhile', async () => {
  let scope = ['notes:read']
  const world = deciding(() => ({ kind: 'allow', scope }))
  const form = await formOf(await authorize(world, attemptOf(await register(world))))
  form.set('decision', 'allow')
  scope = ['notes:read', 'notes:write']

  assert.equal((await postForm(world, form)).status, 403)
})

test('law 3: a host can answer for its people by an alarming name alone, at https redirects alone, and never with prompt=consent', async () => {
  const world = deciding(() => ({ kind: 'allow', dangerouslyWithoutConsent: true }))
  const own = await register(world)
  const local = await register(world, { redirect_uris: ['http://127.0.0.1/callback'], application_type: 'native' })

  const answers = [
    await authorize(world, attemptOf(own)),
    await authorize(world, attemptOf(own, { prompt: 'consent' })),
    await authorize(world, attemptOf(local)),
  ]

  assert.deepEqual(
    answers.map(({ status }) => status),
    [302, 200, 200],
  )
  assert.ok(world.events.some((event) => event.type === 'consent_skipped' && event.by === 'host'))
  assert.deepEqual(await world.as.consents.list('alice'), [])
})

test('a host whose decision fails is our failure, told to the operator and to the client, and gives nothing', async () => {
  const world = deciding(() => {
    throw new Error('the directory is down')
  })

  const answer = await authorize(world, attemptOf(await register(world)))

  assert.equal(new URL(answer.headers.get('location') ?? '').searchParams.get('error'), 'server_error')
  assert.ok(!(answer.headers.get('location') ?? '').includes('directory'))
  assert.ok(world.events.some((event) => event.type === 'failure'))
})

const noDecisions: [string, unknown][] = [
  ['no', false],
  ['nothing', undefined],
  ['a kind that there is not', { kind: 'denied' }],
  ['a scope as text, of which tokens would be parts', { kind: 'allow', scope: 'notes:read-nothing' }],
]
for (const [what, said] of noDecisions)
  test(`law 3: a host without types that says ${what} has not said yes: nothing is given, and the person is not asked`, async () => {
    const world = deciding(() => said as Decision)

    const answer = await authorize(world, attemptOf(await register(world)))

    assert.equal(answer.status, 302)
    assert.equal(new URL(answer.headers.get('location') ?? '').searchParams.get('error'), 'server_error')
    assert.ok(world.events.some((event) => event.type === 'failure'))
  })

test('P-03 a page of the host’s own cannot be framed or kept, whatever headers it forgot', async () => {
  const page = async () =>
    new Response('<h1>Mine</h1>', { headers: { 'content-security-policy': 'frame-ancestors *' } })
  const world = createWorld({
    as: {
      interaction: {
        signedIn: async () => world.person.signedIn,
        signIn: async () => new Response(),
        consent: page,
        error: page,
      },
    },
  })

  for (const shown of [
    await authorize(world, attemptOf(await register(world))),
    await world.send('/authorize?client_id=nobody'),
  ]) {
    assert.equal(
      shown.headers.get('content-security-policy'),
      `frame-ancestors *, frame-ancestors 'none'; base-uri 'none'; object-src 'none'`,
    )
    assert.deepEqual(
      ['x-frame-options', 'x-content-type-options', 'cache-control', 'referrer-policy'].map((name) =>
        shown.headers.get(name),
      ),
      ['DENY', 'nosniff', 'no-store', 'same-origin'],
    )
    assert.equal(await shown.text(), '<h1>Mine</h1>')
  }
})

function deciding(decide: (request: DecisionRequest) => Decision): World {
  const world = createWorld({
    as: {
      consentLifetime: 3600,
      interaction: {
        signedIn: async () => world.person.signedIn,
        signIn: async () => new Response(undefined, { status: 303, headers: { location: '/sign-in' } }),
        decide,
      },
    },
  })
  return world
}
