import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthorizationServerOptions, ConsentRequest } from '@portcullis/auth/authorization-server'
import {
  type Attempt,
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

const day = 24 * 3600

test('P-03 what a person unticks is not granted: the token answer says so, and the event names what was left out', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world))

  const { body } = await exchange(world, attempt, await allowing(world, attempt, ['notes:read']))

  assert.equal(body.scope, 'notes:read')
  const told = world.events.find(({ type }) => type === 'consented')
  assert.deepEqual(told?.type === 'consented' && [told.scope, told.unticked], [['notes:read'], ['notes:write']])
})

test('P-03 with all boxes as they were, all that was asked is granted', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world))

  const { body } = await exchange(world, attempt, await allowing(world, attempt, ['notes:read', 'notes:write']))

  assert.equal(body.scope, 'notes:read notes:write')
  const told = world.events.find(({ type }) => type === 'consented')
  assert.ok(told !== undefined && !('unticked' in told))
})

test('P-03 with nothing ticked nothing is granted: the page comes again, says why, and can be answered', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world))
  const form = ticking(await formOf(await authorize(world, attempt)), [])

  const page = await postForm(world, form)
  const shown = await page.clone().text()

  assert.equal(page.status, 422)
  assert.match(shown, /role="alert">Nothing is left of what it could do/)
  assert.doesNotMatch(shown, /name="scope_allowed_\d" value="[^"]*" checked/)
  assert.deepEqual(await world.store.list('grant', 'subject', 'alice'), [])
  const again = new URLSearchParams(hiddenOf(shown))
  again.set('scope_allowed_1', 'notes:write')
  again.set('decision', 'allow')
  const { body } = await exchange(world, attempt, codeOf(await postForm(world, again)))
  assert.equal(body.scope, 'notes:write')
})

const tooMuch: [string, (form: URLSearchParams) => void][] = [
  ['a scope that was not asked for, in a field of its own', (form) => form.set('scope_allowed_7', 'notes:delete')],
  ['a scope that was not asked for, in the field of another', (form) => form.set('scope_allowed_0', 'notes:delete')],
  ['two fields changed for one another', (form) => form.set('scope_allowed_0', 'notes:write')],
  ['what is ticked, without saying that it is all', (form) => form.delete('scope_choice')],
  ['another word for that', (form) => form.set('scope_choice', 'all')],
]
for (const [what, change] of tooMuch)
  test(`law 3: a form that allows ${what} gives nothing`, async () => {
    const world = createWorld()
    const form = await formOf(await authorize(world, attemptOf(await register(world))))
    form.set('decision', 'allow')
    change(form)

    const answer = await postForm(world, form)

    assert.deepEqual([answer.status, answer.headers.get('location')], [403, null])
    assert.deepEqual(await world.store.list('grant', 'subject', 'alice'), [])
  })

test('law 3: a client cannot tick for the person: what it sends of the form’s fields is not carried', async () => {
  const world = createWorld()
  const client = await register(world)
  const answers = { scope_choice: 'ticked', scope_allowed_0: 'notes:read', scope_allowed_1: 'notes:write' }
  const attempt = attemptOf(client, answers)

  const { body } = await exchange(world, attempt, await allowing(world, attempt, ['notes:read']))

  assert.equal(body.scope, 'notes:read')
})

test('law 3: a page of the host’s own that lets people choose nothing grants what it showed, as before', async () => {
  const asked: ConsentRequest[] = []
  const world = createWorld({ as: withPage(asked) })
  const attempt = attemptOf(await register(world))
  await authorize(world, attempt)
  const form = new URLSearchParams(asked[0]?.form.fields.map(([name, value]) => [name, value]))
  form.set('decision', 'allow')

  const { body } = await exchange(world, attempt, codeOf(await postForm(world, form)))

  assert.equal(body.scope, 'notes:read notes:write')
})

test('P-03 a page of the host’s own can let people choose: it is told the field of each scope, and what says that they chose', async () => {
  const asked: ConsentRequest[] = []
  const world = createWorld({ as: withPage(asked) })
  const attempt = attemptOf(await register(world))
  await authorize(world, attempt)
  const { form, scopes } = asked[0] ?? assert.fail()
  const fields = new URLSearchParams(
    [...form.fields, form.choice ?? assert.fail()].map(([name, value]) => [name, value]),
  )
  const [, write] = scopes
  fields.set(write?.field ?? '', write?.token ?? '')
  fields.set('decision', 'allow')

  const { body } = await exchange(world, attempt, codeOf(await postForm(world, fields)))

  assert.equal(body.scope, 'notes:write')
})

test('P-02 law 3: what is unticked is not remembered: for the rest nobody is asked again, for that they are', async () => {
  const world = createWorld({ as: { consentLifetime: 90 * day } })
  const client = await register(world)
  await allowing(world, attemptOf(client), ['notes:read'])

  const less = await authorize(world, attemptOf(client, { scope: 'notes:read' }))
  const all = await authorize(world, attemptOf(client))

  assert.deepEqual([less.status, all.status], [302, 200])
})

test('P-02 law 3: unticking takes back what was allowed before', async () => {
  const world = createWorld({ as: { consentLifetime: 90 * day } })
  const client = await register(world)
  await consent(world, attemptOf(client))
  await allowing(world, attemptOf(client, { prompt: 'consent' }), ['notes:read'])

  const write = await authorize(world, attemptOf(client, { scope: 'notes:write' }))

  assert.equal(write.status, 200)
  assert.deepEqual(
    (await world.as.consents.list('alice')).map(({ scope }) => scope),
    [['notes:read']],
  )
})

test('P-02 law 3: unticking takes back what was allowed before, where the host has people asked each time now', async () => {
  let kind: 'allow' | 'ask' = 'allow'
  const plain = createWorld()
  const interaction = { ...interactionOf(plain), decide: () => ({ kind }) }
  const world = createWorld({ as: { consentLifetime: 90 * day, interaction } })
  const client = await register(world)
  await consent(world, attemptOf(client))
  kind = 'ask'
  await allowing(world, attemptOf(client), ['notes:read'])

  assert.deepEqual(
    (await world.as.consents.list('alice')).map(({ scope }) => scope),
    [['notes:read']],
  )
})

test('P-03 a scope that another brings stays with it, on the page and in the grant', async () => {
  const resources = [
    {
      resource,
      scopes: { 'notes:read': 'Read', 'notes:write': 'Write', 'notes:delete': 'Delete' },
      hierarchy: { 'notes:write': ['notes:read', 'notes:delete'] },
    },
  ]
  const world = createWorld({ as: { resources } })
  const attempt = attemptOf(await register(world))

  const shown = await (await authorize(world, attempt)).text()
  const { body } = await exchange(world, attempt, await allowing(world, attempt, ['notes:write']))

  assert.match(shown, /<code>notes:write<\/code>, with which notes:read comes/)
  assert.equal(body.scope, 'notes:read notes:write')
})

test('P-03 the only scope of the resource has no box, since to leave it out is to deny', async () => {
  const world = createWorld()
  const attempt = attemptOf(await register(world), { scope: 'notes:read' })

  const page = await authorize(world, attempt)

  assert.doesNotMatch(await page.clone().text(), /type="checkbox"|scope_choice/)
  const form = await formOf(page)
  form.set('decision', 'allow')
  assert.equal((await exchange(world, attempt, codeOf(await postForm(world, form)))).body.scope, 'notes:read')
})

test('P-03 of OpenID Connect the claims can be unticked, openid cannot, and it alone is no access to the resource', async () => {
  const plain = createWorld()
  const interaction = { ...interactionOf(plain), userClaims: { email: async () => ({ email: 'a@example.org' }) } }
  const world = createWorld({ as: { interaction } })
  const client = await register(world)
  const attempt = attemptOf(client, { scope: 'notes:read notes:write openid email' })

  const shown = await (await authorize(world, attempt)).text()
  const { body } = await exchange(world, attempt, await allowing(world, attempt, ['notes:read']))
  const nothing = await postForm(world, ticking(await formOf(await authorize(world, attempt)), ['email']))

  const boxes = [...shown.matchAll(/type="checkbox" name="[^"]*" value="([^"]*)"/g)].map(([, token]) => token)
  assert.deepEqual(boxes, ['notes:read', 'notes:write', 'email'])
  assert.equal(body.scope, 'notes:read openid')
  assert.equal(nothing.status, 422)
})

test('P-03 of a pushed request scopes are unticked like of others', async () => {
  const world = createWorld({ as: { pushedRequests: {} } })
  const client = await register(world)
  const attempt = attemptOf(client)
  const pushed = await world.send('/par', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(attempt.parameters).toString(),
  })
  const { request_uri: requestUri } = await pushed.json()
  const opened = await world.send(
    `/authorize?${new URLSearchParams({ client_id: client.clientId, request_uri: requestUri })}`,
  )
  const page = await world.send(opened.headers.get('location') ?? '')

  const code = codeOf(await postForm(world, ticking(await formOf(page), ['notes:write'])))

  assert.equal((await exchange(world, attempt, code)).body.scope, 'notes:write')
})

/** Opens the page, leaves the boxes of `tokens` ticked, allows, and resolves to the code. */
async function allowing(world: World, attempt: Attempt, tokens: readonly string[]): Promise<string> {
  return codeOf(await postForm(world, ticking(await formOf(await authorize(world, attempt)), tokens)))
}

/** A form with the boxes of `tokens` alone, and Allow. */
function ticking(form: URLSearchParams, tokens: readonly string[]): URLSearchParams {
  const kept = [...form].filter(([name, value]) => !name.startsWith('scope_allowed_') || tokens.includes(value))
  return new URLSearchParams([...kept, ['decision', 'allow']])
}

function hiddenOf(page: string): [string, string][] {
  const inputs = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  return inputs.map(([, name = '', value = '']) => [name, value])
}

function codeOf(answer: Response): string {
  assert.equal(answer.status, 303)
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
}

function interactionOf(world: World): AuthorizationServerOptions['interaction'] {
  return {
    signedIn: async () => world.person.signedIn,
    signIn: async () => new Response(undefined, { status: 303, headers: { location: '/sign-in' } }),
  }
}

function withPage(asked: ConsentRequest[]): Partial<AuthorizationServerOptions> {
  return {
    interaction: {
      ...interactionOf(createWorld()),
      consent(request) {
        asked.push(request)
        return new Response('mine')
      },
    },
  }
}
