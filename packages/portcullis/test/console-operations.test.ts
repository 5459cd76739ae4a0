import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '../src/administration/catalogue.ts'
import { hasRight } from '../src/administration/rights.ts'
import { type ConsoleScene, consoleScene } from './console-scene.ts'
import { connect } from './running-program.ts'

/** For each operation what is to be there, where it is asked, and with what. */
const requests: Readonly<
  Record<string, (scene: ConsoleScene) => Promise<{ path: string; json?: unknown; status?: number }>>
> = {
  'users.list': async () => ({ path: '/users' }),
  'users.disable': async (scene) => ({ path: `/users/${await member(scene)}/disable` }),
  'users.enable': async (scene) => ({ path: `/users/${await member(scene)}/enable` }),
  'users.reset': async (scene) => ({ path: `/users/${await member(scene)}/reset-link` }),
  'users.role': async (scene) => ({ path: `/users/${await member(scene)}/role`, json: { role: 'auditor' } }),
  'users.unlink': async (scene) => ({ path: `/users/${await member(scene)}/identities/none`, status: 404 }),
  'users.invitations': async () => ({ path: '/invitations' }),
  'users.invite': async () => ({ path: '/invitations', json: { recipient: 'Ada', lifetime: 3600 } }),
  'users.withdraw': async (scene) => ({
    path: `/invitations/${JSON.parse(await scene.command('users', 'invite', '--json')).id}`,
  }),
  'links.owner': async () => ({ path: '/owner-link', status: 409 }),
  'clients.list': async () => ({ path: '/clients?unused=true' }),
  'clients.create': async () => ({
    path: '/clients',
    json: { redirectUris: ['https://agent.example/cb'], name: 'Agent' },
  }),
  'clients.show': async (scene) => ({ path: `/clients/${await client(scene)}` }),
  'clients.renewSecret': async (scene) => ({ path: `/clients/${await client(scene)}/secret` }),
  'clients.delete': async (scene) => ({ path: `/clients/${await client(scene)}` }),
  'grants.list': async () => ({ path: '/grants?user=ada' }),
  'grants.end': async (scene) => ({ path: `/grants/${await grant(scene)}` }),
  'grants.endOfUser': async (scene) => ({ path: `/users/${await member(scene)}/grants` }),
  'consents.list': async () => ({ path: '/consents' }),
  'consents.revoke': async (scene) => {
    await grant(scene)
    return { path: '/users/ada/consents' }
  },
  'keys.list': async () => ({ path: '/keys' }),
  'keys.rotate': async () => ({ path: '/keys/rotate' }),
  'keys.revoke': async () => ({ path: '/keys/revoke', json: {} }),
  'keys.retire': async () => ({ path: '/keys/none', status: 404 }),
  'attempts.list': async () => ({ path: '/attempts?limit=3' }),
  'attempts.show': async (scene) => ({ path: `/attempts/${await attempt(scene)}` }),
  'attempts.export': async (scene) => ({ path: `/attempts/${await attempt(scene)}/evidence?names=true` }),
  'audit.list': async () => ({ path: '/audit?limit=5' }),
  'audit.verify': async () => ({ path: '/audit/verification' }),
  'audit.export': async () => ({ path: '/audit/export?after=2' }),
  'tokens.list': async () => ({ path: '/tokens' }),
  'tokens.create': async () => ({ path: '/tokens', json: { name: 'another', role: 'auditor' } }),
  'tokens.revoke': async (scene) => ({
    path: `/tokens/${JSON.parse(await scene.command('tokens', 'create', '--name', 'x', '--json')).id}`,
  }),
  'settings.list': async () => ({ path: '/settings' }),
}

const askers = ['owner', 'operator', 'auditor', 'member', 'nobody', 'an MCP client', 'who guesses'] as const

test('each operation is answered, as its document says, to the roles that have the right, and refused to all others and to who is not known', async (t) => {
  const scene = await consoleScene(t, { settings: 'limits: { tokenRefusalsPerMinute: 1000 }' })
  const credentials = await credentialsOf(scene)

  for (const operation of catalogue)
    for (const asker of askers) {
      const words = `${operation.name} for ${asker}`
      const {
        path,
        json,
        status = operation.status ?? 200,
      } = (await requests[operation.name]?.(scene)) ?? assert.fail(words)
      const response = await scene.ask(path, { method: operation.method, json, ...credentials[asker] })
      const text = await response.text()
      const expected =
        asker === 'nobody' || asker === 'an MCP client' || asker === 'who guesses'
          ? 401
          : hasRight(asker, operation.right)
            ? status
            : 403
      assert.equal(response.status, expected, `${words}: ${text}`)
      assert.equal(response.headers.get('cache-control'), 'no-store')
      assert.equal(response.headers.get('access-control-allow-origin'), null)
      if (expected === 200 || expected === 201) {
        const values = operation.isStream ? text.trimEnd().split('\n') : [text]
        for (const value of values) {
          const parsed = operation.output.safeParse(JSON.parse(value))
          assert.ok(parsed.success, `${words}: ${value} ${parsed.error?.message}`)
        }
        continue
      }
      const problem = JSON.parse(text)
      assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json$/)
      assert.equal(problem.status, expected)
      assert.ok(problem.type.startsWith(`${scene.program.origin}/console/api#`) && problem.detail.length > 0)
      if (expected === 401) assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer realm=/)
    }

  const [last] = JSON.parse(await scene.command('audit', 'list', '--json'))
  assert.equal(last.by.kind === 'token' || last.by.kind === 'command_line', true)
  await scene.command('audit', 'verify')
})

test('what is done by the API is done: the token of a grant that ends is refused at the MCP server, and the audit log says which token did it', async (t) => {
  const scene = await consoleScene(t)
  const { program, owner } = scene
  const token = await scene.token('operator')
  const { accessToken, grantId } = await connect(owner, { resource: `${program.origin}/mcp` })
  assert.equal((await callTool(program.origin, accessToken)).status, 200)

  const ended = await scene.ask(`/grants/${grantId}`, { method: 'DELETE', token })

  assert.deepEqual(await ended.json(), { endedGrants: 1 })
  while ((await callTool(program.origin, accessToken)).status !== 401)
    await new Promise((resolve) => setTimeout(resolve, 100))
  const line = await program.line(/An operator ended a grant/)
  assert.deepEqual([line.from, line.by], ['API', 'a operator'])
})

test('whoever is not known is told of no operation whether there is one', async (t) => {
  const { ask } = await consoleScene(t)

  const answers = await Promise.all(['/users', '/nothing', '/users/nobody/reset-link'].map((path) => ask(path)))

  assert.deepEqual(
    answers.map(({ status }) => status),
    [401, 401, 401],
  )
})

test('an administration token opens nothing at the MCP server', async (t) => {
  const scene = await consoleScene(t)

  const response = await callTool(scene.program.origin, await scene.token('owner'))

  assert.equal(response.status, 401)
  assert.match(response.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
})

async function credentialsOf(
  scene: ConsoleScene,
): Promise<Record<(typeof askers)[number], { token?: string; headers?: Record<string, string> }>> {
  const somebody = await scene.person('mia', 'member')
  const { accessToken } = await connect(scene.owner, { resource: `${scene.program.origin}/mcp` })
  const token = await scene.token('owner')
  return {
    owner: { token },
    operator: { token: await scene.token('operator') },
    auditor: { token: await scene.token('auditor') },
    member: {
      headers: { cookie: somebody.cookies, origin: scene.program.origin, 'sec-fetch-site': 'same-origin' },
    },
    nobody: {},
    'an MCP client': { token: accessToken },
    'who guesses': { token: `${token.slice(0, -2)}AA` },
  }
}

function callTool(origin: string, token: string): Promise<Response> {
  return fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  })
}

const made = new WeakMap<ConsoleScene, number>()

async function member(scene: ConsoleScene): Promise<string> {
  if (!made.has(scene)) await scene.person('max', 'member')
  made.set(scene, 1)
  await scene.command('users', 'role', 'max', 'member')
  return 'max'
}

async function client(scene: ConsoleScene): Promise<string> {
  const words = ['clients', 'create', '--redirect-uri', 'https://agent.example/cb', '--json']
  return JSON.parse(await scene.command(...words)).client.clientId
}

/** What the flight recorder sees is written a moment later. */
async function attempt(scene: ConsoleScene): Promise<string> {
  for (;;) {
    const [latest] = JSON.parse(await scene.command('attempts', 'list', '--json'))
    if (latest !== undefined) return latest.id
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function grant(scene: ConsoleScene): Promise<string> {
  return (await connect(scene.owner, { resource: `${scene.program.origin}/mcp` })).grantId
}
