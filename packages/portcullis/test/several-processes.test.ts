import assert from 'node:assert/strict'
import process from 'node:process'
import { type TestContext, test } from 'node:test'
import { createResourceServer, type ResourceServer } from '@portcullis/auth'
import type { AuthorizationServerKinds, Store } from '@portcullis/auth/authorization-server'
import { postgresStore } from '@portcullis/auth/stores/postgres'
import { Pool } from 'pg'
import { run } from 'portcullis'
import { startPostgres, whyNoPostgres } from '../../../scripts/postgres-cluster.ts'
import { type Fleet, type Member, startFleet } from './fleet.ts'
import { type ClientTokens, connect, Person } from './running-program.ts'

/** `npm run processes -- ROUNDS` runs more of them. */
const rounds = Number(process.env.PORTCULLIS_PROCESS_ROUNDS ?? 1)
const skip = whyNoPostgres()
const [oldSecret, newSecret] = ['an-old-secret-of-many-characters-1', 'a-new-secret-of-many-characters-22']

test(`law 14: four processes over one Postgres, killed and given another secret one by one: a client that signs in, refreshes and revokes sees lost connections and nothing else, and what it revokes is refused by all within 5 s (${rounds} rounds)`, {
  skip,
}, async (t) => {
  const { fleet, person } = await startWithOwner(t)
  const halves = [fleet.members.slice(0, 2), fleet.members.slice(2)] as const
  let isOver = false
  const lives = Promise.all([1, 2, 3].map(() => liveAsClient(fleet, person, () => isOver)))
  lives.catch(() => {}) // told of below

  for (let round = 0; round < rounds; round += 1) {
    const [first, second] = round % 2 === 0 ? [oldSecret, newSecret] : [newSecret, oldSecret]
    await Promise.all(halves[0].map((member) => member.kill()))
    await Promise.all(halves[0].map((member) => member.start()))
    // First every process learns the new secret, then every process uses it.
    for (const secrets of [`${first} ${second}`, `${second} ${first}`]) {
      fleet.environment.PORTCULLIS_SECRET = secrets
      for (const half of halves) {
        await Promise.all(half.map((member) => member.stop()))
        await Promise.all(half.map((member) => member.start()))
      }
    }
  }
  isOver = true

  const counts = await lives
  t.diagnostic(`sign-ins, refreshes, revocations, lost connections: ${JSON.stringify(counts)}`)
  for (const { signIns, refreshes, revocations } of counts) assert.ok(signIns > 0 && refreshes > 0 && revocations > 0)
})

test('law 9: four processes over one Postgres whose keys are rotated by command, by schedule and at once: a client that signs in, calls here and at a resource server elsewhere, and refreshes, sees nothing of it; keys that are taken back are refused within 5 s', {
  skip,
}, async (t) => {
  const { fleet, person, database } = await startWithOwner(t, { signingKeys: { publishedBefore: '3s' } })
  const elsewhere = createResourceServer({
    resource: `${fleet.origin}/mcp`,
    authorizationServers: [{ issuer: fleet.origin, jwksUri: `${fleet.origin}/jwks` }],
  })
  await elsewhere.ready()
  let isOver = false
  const lives = Promise.all([1, 2, 3].map(() => liveAsClient(fleet, person, () => isOver, elsewhere)))
  const isBroken = lives.then(
    () => false,
    () => true,
  )
  const keys = async (...words: string[]) => {
    let output = ''
    const write = (text: string) => {
      output += text
    }
    const io = { environment: fleet.environment, folder: process.cwd(), signals: process, exit: () => {} }
    const line = ['keys', ...words, '--config', fleet.config, '--json']
    await run(line, { ...io, stdout: { write }, stderr: { write } })
    return JSON.parse(output) as { kid: string; state: string }[]
  }
  const signing = async () => (await keys('list')).find(({ state }) => state === 'signing')?.kid
  /** Until every process signs with another key. */
  const rotated = async (before: string | undefined) => {
    while ((await signing()) === before) if (await Promise.race([isBroken, soon(100)])) break
    await soon(1500)
  }

  const first = await signing()
  await keys('rotate')
  await rotated(first)
  const second = await signing()
  const pool = new Pool({ connectionString: database })
  pool.on('error', () => {}) // the cluster goes first
  t.after(() => pool.end())
  const store = await postgresStore<AuthorizationServerKinds>({ pool })
  await ageSigningKey(store)
  await rotated(second)
  const third = await signing()
  const stolen = await connect(person, { resource: `${fleet.origin}/mcp` })
  assert.equal((await call(fleet.origin, stolen.accessToken)).status, 200)
  await keys('rotate', '--now')
  await requireRefusedByAll(fleet, stolen.accessToken)
  await rotated(third)
  isOver = true

  const counts = await lives
  t.diagnostic(`sign-ins, refreshes, lost connections, tokens taken back: ${JSON.stringify(counts)}`)
  for (const { signIns, refreshes, lost, takenBack } of counts)
    assert.ok(signIns > 0 && refreshes > 0 && lost === 0 && takenBack <= 1)
  assert.equal(new Set([first, second, third, await signing()]).size, 4)
})

/** As if the key that signs had signed for its 90 days. */
async function ageSigningKey(store: Store<AuthorizationServerKinds>): Promise<void> {
  for (;;) {
    const { value, version } = (await store.get('keyRing', 'ring')) ?? assert.fail('no key ring')
    const keys = value.keys.map((key) => ({ ...key, signsFrom: Math.floor(Date.now() / 1000) - 90 * 86_400 }))
    if (await store.commit([{ kind: 'keyRing', id: 'ring', version, value: { ...value, keys } }])) return
  }
}

function soon(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, false as const))
}

test(`50 refreshes of one token at once at four processes, with answers dropped, all get the same successor; a thief's reuse afterwards ends the grant everywhere (${2 * rounds} rounds)`, {
  skip,
}, async (t) => {
  const { fleet, person } = await startWithOwner(t)

  for (let round = 0; round < 2 * rounds; round += 1) {
    const tokens = await connect(person, { resource: `${fleet.origin}/mcp` })

    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, nth) => {
        if (nth % 3 === 0) await refreshWithoutAnswer(memberAt(fleet, nth), tokens, nth)
        return refreshAt(memberAt(fleet, nth + 1), tokens)
      }),
    )

    assert.deepEqual(
      answers.map(({ status }) => status),
      Array(50).fill(200),
    )
    const successors = new Set(answers.map(({ body }) => JSON.parse(body).refresh_token))
    assert.equal(successors.size, 1)
    const [refreshToken = ''] = successors
    const next = await refreshAt(memberAt(fleet, round), { ...tokens, refreshToken })
    assert.equal(next.status, 200, next.body)
    const current = JSON.parse(next.body)

    const stolen = await refreshAt(memberAt(fleet, round + 1), tokens)

    assert.deepEqual([stolen.status, JSON.parse(stolen.body).error], [400, 'invalid_grant'])
    const afterwards = await refreshAt(memberAt(fleet, round + 2), { ...tokens, refreshToken: current.refresh_token })
    assert.deepEqual([afterwards.status, JSON.parse(afterwards.body).error], [400, 'invalid_grant'])
    await requireRefusedByAll(fleet, current.access_token)
  }
})

interface Life {
  signIns: number
  refreshes: number
  revocations: number
  lost: number
  /** Access tokens that were refused since their key was taken back; a refresh helped. */
  takenBack: number
}

/** Signs in, calls, refreshes and revokes, again and again. A connection that is lost is the only thing it forgives, by asking again. */
async function liveAsClient(
  fleet: Fleet,
  person: Person,
  isOver: () => boolean,
  elsewhere?: ResourceServer,
): Promise<Life> {
  const life: Life = { signIns: 0, refreshes: 0, revocations: 0, lost: 0, takenBack: 0 }
  const persistently = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    for (;;) {
      try {
        return await ask()
      } catch (cause) {
        if (!(cause instanceof TypeError && cause.message === 'fetch failed')) throw cause
        life.lost += 1
      }
    }
  }
  const refreshed = async (tokens: ClientTokens): Promise<ClientTokens> => {
    const answer = await persistently(() => postForm(`${fleet.origin}/token`, refreshFields(tokens)))
    assert.equal(answer.status, 200, answer.body)
    const { access_token: accessToken, refresh_token: refreshToken } = JSON.parse(answer.body)
    life.refreshes += 1
    return { ...tokens, accessToken, refreshToken }
  }
  while (!isOver() || life.revocations === 0) {
    // Whole: a code whose exchange was not answered may be used up, and nobody can be told so.
    let tokens = await persistently(() => connect(person, { resource: `${fleet.origin}/mcp` }))
    life.signIns += 1
    for (let nth = 0; nth < 3; nth += 1) {
      const { status } = await persistently(() => call(fleet.origin, tokens.accessToken))
      if (status === 401 && elsewhere !== undefined) {
        life.takenBack += 1
        tokens = await refreshed(tokens)
        assert.equal((await call(fleet.origin, tokens.accessToken)).status, 200)
      } else assert.equal(status, 200)
      if (elsewhere !== undefined) await requireAcceptedAt(elsewhere, tokens.accessToken)
      tokens = await refreshed(tokens)
    }
    const revoking = { token: tokens.refreshToken, client_id: tokens.clientId }
    assert.equal((await persistently(() => postForm(`${fleet.origin}/revoke`, revoking))).status, 200)
    await requireRefusedByAll(fleet, tokens.accessToken)
    life.revocations += 1
  }
  return life
}

async function requireAcceptedAt(resourceServer: ResourceServer, accessToken: string): Promise<void> {
  const request = new Request(resourceServer.resource, { headers: { authorization: `Bearer ${accessToken}` } })
  const answer = await resourceServer.authenticate(request)
  assert.ok(!(answer instanceof Response), answer instanceof Response ? await answer.text() : '')
}

/** By every process that is there, within the time that law 14 gives. */
async function requireRefusedByAll(fleet: Fleet, accessToken: string): Promise<void> {
  const latest = performance.now() + 5000
  await Promise.all(
    fleet.members.map(async (member) => {
      for (;;) {
        const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
        const askedAt = performance.now()
        const answer = await member.send('/mcp', { method: 'POST', headers, body: ping }).catch(() => undefined)
        // One that is not there reads all that has ended before it listens again.
        if (answer === undefined || answer.status === 401 || answer.status === 403) return
        // One that cannot read what has ended, on a machine that has no time for it, says so and lets nobody in: it is asked again.
        if (answer.status === 503 && askedAt < latest + 55_000) continue
        assert.equal(answer.status, 200, answer.body)
        assert.ok(askedAt < latest, 'a token was accepted more than 5 s after its grant had ended')
      }
    }),
  )
}

const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

async function call(origin: string, accessToken: string): Promise<{ status: number }> {
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
  const response = await fetch(`${origin}/mcp`, { method: 'POST', headers, body: ping })
  await response.text()
  return response
}

async function postForm(url: string, fields: Record<string, string>): Promise<{ status: number; body: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: formHeaders,
    body: new URLSearchParams(fields).toString(),
  })
  return { status: response.status, body: await response.text() }
}

const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' }

function refreshFields({ refreshToken, clientId }: ClientTokens): Record<string, string> {
  return { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId }
}

function refreshAt(
  member: Member,
  tokens: ClientTokens,
  signal?: AbortSignal,
): Promise<{ status: number; body: string }> {
  const body = new URLSearchParams(refreshFields(tokens)).toString()
  return member.send('/token', { method: 'POST', headers: formHeaders, body, ...(signal && { signal }) })
}

/** Its answer is lost on the way, at another moment each time. */
async function refreshWithoutAnswer(member: Member, tokens: ClientTokens, nth: number): Promise<void> {
  await refreshAt(member, tokens, AbortSignal.timeout(nth)).catch(() => {})
}

function memberAt({ members }: Fleet, nth: number): Member {
  const member = members[nth % members.length]
  if (member === undefined) throw new Error('a fleet without members')
  return member
}

async function startWithOwner(
  t: TestContext,
  settings: { signingKeys?: object } = {},
): Promise<{ fleet: Fleet; person: Person; database: string }> {
  const cluster = await startPostgres({ isDurable: false })
  t.after(() => cluster.close())
  const database = cluster.createDatabase()
  const fleet = await startFleet(t, { size: 4, database, secret: oldSecret, ...settings })
  let link = ''
  const write = (text: string) => {
    link += text
  }
  const io = { environment: {}, folder: process.cwd(), signals: process, exit: () => {} }
  await run(['owner-link', '--config', fleet.config], { ...io, stdout: { write }, stderr: { write: () => {} } })
  const { pathname, search } = new URL(link.trim())
  const person = new Person(fleet.origin)
  const fields = { user_name: 'ada', password: 'correct horse battery', again: 'correct horse battery' }
  assert.equal((await person.submit(await person.open(pathname + search), fields)).status, 303)
  return { fleet, person, database }
}
