import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type {
  AuthorizationServerKinds,
  AuthorizationServerOptions,
  ClaimsHook,
  Store,
} from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import {
  attemptOf,
  claimsOf,
  consent,
  createWorld,
  exchange,
  refresh,
  register,
  signedInClient,
  type World,
} from './world.ts'

test('law 5: a hook for claims that hangs is given up after its time with 503 and Retry-After, and neither code nor refresh token is used up', async (t) => {
  const host: { claims: ClaimsHook } = { claims: () => ({}) }
  const world = createWorld({
    as: { claims: (request) => host.claims(request), claimsTimeout: 3, refreshReplayWindow: 0, refusalLimit: 1 },
  })
  const { client, refreshToken } = await signedInClient(world)
  const attempt = attemptOf(client)
  const code = (await consent(world, attempt)).get('code') ?? ''
  const grants = async () => JSON.stringify(await world.store.list('grant', 'client', client.clientId))
  const before = await grants()
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())

  for (const ask of [() => exchange(world, attempt, code), () => refresh(world, client, refreshToken)]) {
    const asked = new Promise<(error: Error) => void>((resolve) => {
      host.claims = () => new Promise((_, reject) => resolve(reject))
    })
    const answer = ask()
    const answerLate = await asked
    mock.timers.tick(3000)
    const { status, body, headers } = await answer
    answerLate(new Error('what comes later is nobody’s, and breaks nothing'))
    assert.deepEqual([status, body.error, headers.get('retry-after')], [503, 'temporarily_unavailable', '30'])
  }
  assert.equal(await grants(), before)

  host.claims = () => ({})
  for (const { status } of [await exchange(world, attempt, code), await refresh(world, client, refreshToken)])
    assert.equal(status, 200)
  const failures = world.events.flatMap((event) => (event.type === 'claims_failed' ? [event] : []))
  assert.deepEqual(
    failures.map(({ reason, detail, clientId }) => [reason, detail, clientId]),
    failures.map(() => ['hook_late', 'The hook has not answered within 3 seconds', client.clientId]),
  )
  assert.equal(failures.length, 2)
})

test('a time for the hook that is none is refused at construction', () => {
  for (const claimsTimeout of [0, -1, 1.5, 61, Number.NaN])
    assert.throws(() => createWorld({ as: { claims: () => ({}), claimsTimeout } }), /"claimsTimeout" must be/)
})

test('law 14: a code whose grant ends while the host is asked for claims gets no token', async () => {
  const { world, meanwhile } = slowWorld()
  const attempt = attemptOf(await register(world))
  const code = (await consent(world, attempt)).get('code') ?? ''
  meanwhile(() => endAll(world))

  const { status, body } = await exchange(world, attempt, code)

  assert.deepEqual([status, body.error, 'access_token' in body], [400, 'invalid_grant', false])
})

test('law 14: a refresh whose grant ends while the host is asked for claims gets no token, nor does one whose answer was lost', async () => {
  for (const isLost of [false, true]) {
    const { world, meanwhile } = slowWorld()
    const { client, refreshToken } = await signedInClient(world)
    if (isLost) assert.equal((await refresh(world, client, refreshToken)).status, 200)
    meanwhile(() => endAll(world))

    const { status, body } = await refresh(world, client, refreshToken)

    assert.deepEqual([status, body.error, 'access_token' in body], [400, 'invalid_grant', false])
    const reasons = world.events.flatMap((event) => (event.type === 'token_refused' ? [event.reason] : []))
    assert.deepEqual(reasons, ['unknown_or_expired_grant'])
  }
})

test('law 14: the same for an account that is slow to be looked up', async () => {
  let meanwhile = async (): Promise<unknown> => undefined
  const world = createWorld({
    as: {
      interaction: {
        signedIn: async () => ({ subject: 'alice', authTime: 1_799_999_970, sessionId: 's-alice' }),
        signIn: async () => new Response(),
        isActive: async () => (await meanwhile()) !== false,
      },
    },
  })
  const { client, refreshToken } = await signedInClient(world)
  await refresh(world, client, refreshToken)
  meanwhile = () => endAll(world)

  const { status, body } = await refresh(world, client, refreshToken)

  assert.deepEqual([status, body.error], [400, 'invalid_grant'])
})

test('law 14: a token lives no longer than its grant is kept for, however long the host was asked', async () => {
  for (const metadata of [{}, { grant_types: ['authorization_code'] }]) {
    const { world, meanwhile } = slowWorld({ refreshReplayWindow: 0 })
    const attempt = attemptOf(await register(world, metadata))
    const code = (await consent(world, attempt)).get('code') ?? ''
    meanwhile(async () => {
      world.clock.now += 8
    })

    const { status, body } = await exchange(world, attempt, code)

    const { exp, grant_id: grantId } = claimsOf(body.access_token)
    const grant = await world.store.get('grant', String(grantId))
    assert.deepEqual([status, body.expires_in, exp], [200, 592, grant?.value.accessTokensUntil])
  }
})

test('law 6: a refresh token whose successor is used while the host is asked for claims is judged anew: its time is over', async () => {
  const { world, meanwhile } = slowWorld()
  const { client, refreshToken } = await signedInClient(world)
  const successor = (await refresh(world, client, refreshToken)).body.refresh_token ?? ''
  meanwhile(() => refresh(world, client, successor))

  const { status, body } = await refresh(world, client, refreshToken)

  assert.deepEqual([status, body.error], [400, 'invalid_grant'])
  assert.ok(world.events.some((event) => event.type === 'grant_ended' && event.reason === 'refresh_token_reused'))
})

test('where the host is asked for nothing, a token costs no read of its grant more', async () => {
  const reads: number[] = []
  for (const claims of [undefined, () => ({})]) {
    const store = memoryStore<AuthorizationServerKinds>({ now: () => 1_800_000_000 })
    let count = 0
    const counting: Store<AuthorizationServerKinds> = {
      get(kind, id) {
        if (kind === 'grant') count += 1
        return store.get(kind, id)
      },
      list: (...args) => store.list(...args),
      count: (...args) => store.count(...args),
      commit: (changes) => store.commit(changes),
    }
    const world = createWorld({ store: counting, as: claims === undefined ? {} : { claims } })
    const { client, refreshToken } = await signedInClient(world)
    for (const _ of ['rotated', 'replayed']) {
      count = 0
      assert.equal((await refresh(world, client, refreshToken)).status, 200)
      reads.push(count)
    }
  }

  assert.deepEqual(reads, [1, 1, 1, 2])
})

/** A host whose hook for claims does something meanwhile, once it is told what. */
function slowWorld(options: Partial<AuthorizationServerOptions> = {}): {
  world: World
  meanwhile(act: () => Promise<unknown>): void
} {
  let once: (() => Promise<unknown>) | undefined
  const world = createWorld({
    as: {
      ...options,
      claims: async () => {
        const act = once
        once = undefined
        await act?.()
        return {}
      },
    },
  })
  return {
    world,
    meanwhile(act) {
      once = act
    },
  }
}

async function endAll(world: World): Promise<void> {
  for (const { id } of await world.store.list('grant', 'subject', 'alice'))
    await world.as.endGrant(id, 'revoked_by_operator')
}
