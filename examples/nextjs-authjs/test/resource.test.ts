import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Application, startApplication } from './application.ts'
import { type Account, addAccount, onDatabase } from './people.ts'
import { allow, ask, askForAccess, call, letIn, refresh, register, signedIn } from './walk.ts'

/** What a token is good for is stored with its grant, and looked at, on either database. */
const { TEST_POSTGRES: postgres = '' } = process.env
const skip = postgres === '' && 'there is no empty database in TEST_POSTGRES'
const applications: Partial<Record<'SQLite' | 'Postgres', Application>> = {}
before(async () => {
  applications.SQLite = await startApplication()
  if (!skip) applications.Postgres = await startApplication({ databaseUrl: postgres })
})
after(async () => {
  for (const application of Object.values(applications)) await application.stop()
})

onEach(
  'a client is let in, calls, refreshes, and is kept out within five seconds once it has signed out',
  async ({ origin, account }) => {
    const tokens = await letIn(origin, account)
    const called = await call(`${origin}/mcp/mcp`, tokens.access_token)
    const renewed = await refresh(origin, tokens)
    const again = await call(`${origin}/mcp/mcp`, renewed.access_token)
    await ask(origin, '/api/oauth/revoke', { token: renewed.refresh_token, client_id: tokens.clientId })
    const out = await untilRefused(() => call(`${origin}/mcp/mcp`, renewed.access_token))

    assert.match(await called.text(), new RegExp(`You are ${account.id}`))
    assert.equal(again.status, 200)
    assert.match(out.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
  },
)

onEach(
  'the resource is stored with each grant, the default where a client names none, and no other is taken',
  async ({ origin, account, application }) => {
    await letIn(origin, account, { resource: `${origin}/mcp/sse` })
    await letIn(origin, account, { resource: undefined })
    const browser = await signedIn(origin, account)
    const { answer } = await askForAccess(browser, { clientId: await register(origin), resource: origin })

    const rows = await onDatabase(application, (database) =>
      database.portcullisEntry.findMany({ where: { kind: 'grant' } }),
    )
    const stored = rows.map(({ value }) => JSON.parse(value)).filter(({ subject }) => subject === account.id)
    assert.deepEqual(stored.map(({ resource }) => resource).toSorted(), [`${origin}/mcp/mcp`, `${origin}/mcp/sse`])
    assert.match(answer.headers.get('location') ?? '', /error=invalid_target/)
  },
)

onEach('a token is good at both addresses, since one server is at both', async ({ origin, account }) => {
  const { access_token } = await letIn(origin, account, { resource: `${origin}/mcp/sse` })

  assert.equal((await call(`${origin}/mcp/mcp`, access_token)).status, 200)
})

onEach(
  'a grant that is stored without a resource gives no token: the check fails closed',
  async ({ origin, account, application }) => {
    const { refresh_token, clientId } = await letIn(origin, account)
    await onDatabase(application, async (database) => {
      for (const { id, value } of await database.portcullisEntry.findMany({ where: { kind: 'grant' } })) {
        const { resource: _gone, ...rest } = JSON.parse(value)
        if (rest.subject !== account.id) continue
        const data = { value: JSON.stringify(rest) }
        await database.portcullisEntry.update({ where: { kind_id: { kind: 'grant', id } }, data })
      }
    })
    const grant = { grant_type: 'refresh_token', refresh_token, client_id: clientId }
    const answer = await ask(origin, '/api/oauth/token', grant)

    assert.equal(answer.ok, false)
    assert.equal('access_token' in (await answer.json()), false)
  },
)

onEach('the challenge method that the document advertised beside S256 is refused', async ({ origin, account }) => {
  const browser = await signedIn(origin, account)
  const { answer } = await askForAccess(browser, { clientId: await register(origin), challengeMethod: 'plain' })

  assert.match(answer.headers.get('location') ?? '', /error=invalid_request/)
})

onEach('who is disabled is signed out, and their clients with them', async ({ origin, account, application }) => {
  const tokens = await letIn(origin, account)
  const browser = await signedIn(origin, account)
  await onDatabase(application, (database) =>
    database.user.update({ where: { id: account.id }, data: { disabledAt: new Date() } }),
  )

  assert.equal((await browser.get('/')).headers.get('location'), '/sign-in?to=%2F')
  await assert.rejects(refresh(origin, tokens), /invalid_grant/)
})

onEach(
  'nobody decides for a person but themselves: a form of one browser is worth nothing in another',
  async ({ origin, account }) => {
    const [mine, theirs] = [await signedIn(origin, account), await signedIn(origin, account)]
    const { answer: page } = await askForAccess(mine, { clientId: await register(origin) })
    const answer = await allow(theirs, page)

    assert.equal(answer.headers.get('location'), null)
    assert.equal(answer.status, 403)
  },
)

interface Scene {
  origin: string
  application: Application
  /** Somebody who is there for this test alone. */
  account: Account
}

function onEach(title: string, prove: (scene: Scene) => Promise<void>): void {
  for (const database of ['SQLite', 'Postgres'] as const)
    test(`on ${database}, ${title}`, { skip: database === 'Postgres' && skip }, async () => {
      const application = applications[database]
      if (application === undefined) throw new Error('The application did not start')
      await prove({ origin: application.origin, application, account: await addAccount(application) })
    })
}

async function untilRefused(act: () => Promise<Response>): Promise<Response> {
  const tooLate = AbortSignal.timeout(5000)
  for (;;) {
    const answer = await act()
    if (answer.status === 401) return answer
    tooLate.throwIfAborted()
    await answer.body?.cancel()
  }
}
