import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthorizationRefusal } from '@portcullis/auth'
import { attemptOf, authorize, createWorld, exchange, formOf, issuer, postForm, register, type World } from './world.ts'

/** Each way in which the authorization endpoint refuses, as a browser meets it. The type demands that none is missing. */
const refusals: Record<
  AuthorizationRefusal,
  { shown: 'page' | 'redirect'; meet: (world: World) => Promise<Response> }
> = {
  malformed_request: { shown: 'page', meet: (world) => world.send('/authorize') },
  unknown_client: { shown: 'page', meet: (world) => world.send('/authorize?client_id=nobody') },
  client_unavailable: {
    shown: 'page',
    meet: (world) => world.send(`/authorize?client_id=${encodeURIComponent('https://down.example/client.json')}`),
  },
  unregistered_redirect_uri: {
    shown: 'page',
    meet: (world) => asking(world, { redirect_uri: 'https://evil.example/callback' }),
  },
  unsupported_response_type: { shown: 'redirect', meet: (world) => asking(world, { response_type: 'token' }) },
  wrong_code_challenge: { shown: 'redirect', meet: (world) => asking(world, { code_challenge_method: 'plain' }) },
  wrong_resource: { shown: 'redirect', meet: (world) => asking(world, { resource: 'https://other.example/mcp' }) },
  wrong_scope: { shown: 'redirect', meet: (world) => asking(world, { scope: 'a"b' }) },
  wrong_id_token_hint: { shown: 'redirect', meet: (world) => asking(world, { id_token_hint: 'e30.e30.x' }) },
  consent_required: { shown: 'redirect', meet: (world) => asking(world, { prompt: 'none' }) },
  login_required: {
    shown: 'page',
    meet(world) {
      world.person.signedIn = undefined
      return asking(world, { prompt: 'none' })
    },
  },
  foreign_form: {
    shown: 'page',
    meet: async (world) => postForm(world, await allowing(world), { origin: 'https://evil.example' }),
  },
  wrong_form: {
    shown: 'page',
    async meet(world) {
      const form = await allowing(world)
      world.clock.now += 600
      return postForm(world, form)
    },
  },
  used_form: {
    shown: 'page',
    async meet(world) {
      const attempt = attemptOf(await register(world))
      const form = await formOf(await authorize(world, attempt))
      form.set('decision', 'allow')
      const { searchParams } = new URL((await postForm(world, form)).headers.get('location') ?? '')
      await exchange(world, attempt, searchParams.get('code') ?? '')
      return postForm(world, form)
    },
  },
  not_compared: {
    shown: 'page',
    async meet(world) {
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      const grantType = 'urn:ietf:params:oauth:grant-type:device_code'
      const { clientId } = await register(world, { grant_types: [grantType], redirect_uris: [] })
      const body = new URLSearchParams({ client_id: clientId, scope: 'notes:read' }).toString()
      const asked = await world.send('/device_authorization', { method: 'POST', headers: form, body })
      const page = await world.send(`/device?user_code=${(await asked.json()).user_code}`)
      const fields = await formOf(page)
      fields.set('decision', 'allow')
      return world.send('/device', { method: 'POST', headers: { ...form, origin: issuer }, body: fields.toString() })
    },
  },
  signed_out: {
    shown: 'page',
    async meet(world) {
      const form = await allowing(world)
      world.person.signedIn = undefined
      return postForm(world, form)
    },
  },
  denied_by_host: { shown: 'page', meet: (world) => asking(world, { scope: 'notes:delete' }) },
  unauthorized_client: {
    shown: 'redirect',
    async meet(world) {
      const { clientId, redirectUri } = await register(world)
      const form = await formOf(await authorize(world, attemptOf({ clientId, redirectUri })))
      form.set('decision', 'allow')
      const { store } = world
      const { commit } = store
      store.commit = async (changes) => {
        store.commit = commit
        const client = await store.get('client', clientId)
        await commit([{ kind: 'client', id: clientId, version: client?.version ?? 0, value: undefined }])
        return commit(changes)
      }
      return postForm(world, form)
    },
  },
  failure: {
    shown: 'page',
    async meet(world) {
      const client = await register(world)
      world.person.signedIn = undefined
      world.store.get = () => Promise.reject(new Error('the disk is full'))
      return authorize(world, attemptOf(client))
    },
  },
}

for (const [reason, { shown, meet }] of Object.entries(refusals))
  test(`AS-34 AS-35 a person who meets ${reason} sees it on a ${shown === 'page' ? 'page with its cause, what to do and a reference' : 'page of the client, which is told with state and iss'}, and the event has the same`, async () => {
    const world = refusing()

    const answer = await meet(world)
    const text = await answer.text()
    const event = world.events.findLast(({ type }) => type === 'authorization_refused')

    assert.ok(event?.type === 'authorization_refused')
    assert.deepEqual([event.reason, event.shown], [reason, shown])
    assert.ok(!`${text}${answer.headers.get('location')}`.includes('the disk is full'))
    if (shown === 'redirect') {
      const { searchParams } = new URL(answer.headers.get('location') ?? '')
      assert.ok(searchParams.get('error') && searchParams.get('error_description'))
      assert.deepEqual([searchParams.get('state'), searchParams.get('iss')], ['st-1', issuer])
      return
    }
    assert.equal(answer.headers.get('location'), null)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
    assert.ok(answer.status >= 400 && answer.status !== 401, String(answer.status))
    assert.match(text, /<h1>[^<]+<\/h1>\n<p>[^<]+[.!?]<\/p>/)
    assert.match(text, /What to do now<\/b><\/p><p>[^<]{20,}</)
    assert.match(text, new RegExp(`give this reference: <code>${event.requestId}<`))
    assert.match(answer.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
  })

const elsewhere: [string, string, RequestInit & { headers?: Record<string, string> }, number, string][] = [
  ['an address that leads nowhere', '/nothing', {}, 404, 'request_refused'],
  ['an endpoint for programs', '/token', {}, 405, 'request_refused'],
  ['another host', '/authorize', { headers: { host: 'evil.example' } }, 403, 'host_rejected'],
  ['a key set that cannot be read', '/jwks', {}, 500, 'failure'],
]
for (const [what, path, { headers }, status, type] of elsewhere)
  test(`a person who opens ${what} sees a page with what to do and a reference, and a program gets JSON`, async () => {
    const world = refusing()
    if (status === 500) world.store.get = () => Promise.reject(new Error('the disk is full'))

    const page = await world.send(path, { headers: { accept: 'text/html,*/*;q=0.8', ...headers } })
    const json = await world.send(path, { headers: { accept: '*/*', ...headers } })
    const text = await page.text()
    const event = world.events.find((event) => event.type === type)

    assert.deepEqual([page.status, json.status], [status, status])
    assert.match(text, /What to do now/)
    assert.ok(event && 'requestId' in event && text.includes(`give this reference: <code>${event.requestId}<`))
    assert.equal(page.headers.get('allow'), json.headers.get('allow'))
    assert.ok((await json.json()).error)
    assert.ok(!text.includes('the disk is full'))
  })

test('where the host’s own error page fails, ours stands in, and the operator is told', async () => {
  const world = createWorld({
    as: {
      interaction: {
        signedIn: async () => undefined,
        signIn: async () => new Response(),
        error() {
          throw new Error('no template')
        },
      },
    },
  })

  const page = await world.send('/authorize?client_id=nobody')

  assert.equal(page.status, 400)
  assert.match(await page.text(), /What to do now/)
  assert.ok(world.events.some((event) => event.type === 'failure' && event.operation === 'error page'))
})

function refusing(): World {
  const world = createWorld({
    as: {
      deviceAuthorization: {},
      clientDocuments: {
        dangerouslyUnguardedFetch: async () => ({ kind: 'failure', reason: 'unreachable', detail: 'no route' }),
      },
      interaction: {
        signedIn: async () => world.person.signedIn,
        signIn: async () => new Response(undefined, { status: 303, headers: { location: '/sign-in' } }),
        decide: ({ scope }) =>
          scope.includes('notes:delete') ? { kind: 'deny', reason: 'Nobody may delete' } : { kind: 'allow' },
      },
    },
  })
  return world
}

async function asking(world: World, changes: Record<string, string>): Promise<Response> {
  return authorize(world, attemptOf(await register(world), changes))
}

async function allowing(world: World): Promise<URLSearchParams> {
  const form = await formOf(await authorize(world, attemptOf(await register(world))))
  form.set('decision', 'allow')
  return form
}
