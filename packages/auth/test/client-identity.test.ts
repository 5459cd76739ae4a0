import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsentRequest, KnownClient } from '@portcullis/auth/authorization-server'
import { createClient } from '@portcullis/auth/authorization-server'
import { attemptOf, authorize, createWorld, register, type TestClient, type World } from './world.ts'

const knownClients: readonly KnownClient[] = [
  {
    vendor: 'Anthropic',
    redirectHosts: ['claude.example'],
    documentHosts: ['docs.claude.example'],
    names: ['Claude'],
    needsSecret: false,
  },
  { vendor: 'Nowhere', redirectHosts: [], names: ['Homeless'], needsSecret: false },
]

test('P-03 a client that registered itself is said to be its own claim', async () => {
  const page = await pageOf({ client_name: 'Notes helper' })

  assert.match(page, /<bdi>Notes helper<\/bdi> <small>Its own claim; nobody has verified it\.<\/small>/)
  assert.doesNotMatch(page, /It calls itself/)
})

test('P-03 where the answer goes to a known vendor the page says so, and does not warn of its name', async () => {
  const page = await pageOf({ client_name: 'Claude', redirect_uris: ['https://claude.example/callback'] })

  assert.match(page, /Its own claim; but the answer goes to Anthropic\./)
  assert.doesNotMatch(page, /It calls itself/)
})

for (const name of ['Claude', 'Сlaude', 'CIaude Desktop'])
  test(`P-03 a client that calls itself ${name}, and has the answer sent elsewhere, is warned of in words`, async () => {
    const page = await pageOf({ client_name: name, redirect_uris: ['https://evil.example/callback'] })

    assert.ok(page.includes(`It calls itself <bdi>${name}</bdi>, but the answer goes to <code>evil.example</code>.`))
    assert.match(page, /Claude is Anthropic’s, and this address is not known to be theirs/)
  })

test('P-03 letters of several alphabets in one word of a name are warned of, whosever name it is', async () => {
  assert.match(await pageOf({ client_name: 'Nоtes' }), /Letters of several alphabets that look alike/)
})

test('P-03 where the answer goes to a program on the device, a name like a known one is the warning’s that stands there already', async () => {
  const page = await pageOf({ client_name: 'Claude', redirect_uris: ['http://localhost/callback'] })

  assert.match(page, /any program there could have asked under this name/)
  assert.doesNotMatch(page, /It calls itself/)
})

test('P-03 of a vendor without a known host nobody says that a place is not theirs', async () => {
  assert.doesNotMatch(await pageOf({ client_name: 'Homeless' }), /It calls itself/)
})

const documents: [string, string, RegExp, RegExp][] = [
  ['a vendor’s', 'docs.claude.example', /As <b>docs\.claude\.example<\/b> describes it, which is Anthropic’s\./, /$^/],
  [
    'somebody else’s',
    'evil.example',
    /As <b>evil\.example<\/b> describes it\./,
    /but it is described by <code>evil\.example<\/code>/,
  ],
]
for (const [whose, host, source, warning] of documents)
  test(`P-03 AS-22 a client that a document at ${whose} host describes is said to be that host’s, wherever its answers go`, async () => {
    const clientId = `https://${host}/client.json`
    const redirectUri = 'http://localhost/callback'
    const document = { client_id: clientId, client_name: 'Claude', redirect_uris: [redirectUri] }
    const world = createWorld({
      as: {
        knownClients,
        clientDocuments: {
          dangerouslyUnguardedFetch: async () => ({
            kind: 'answer',
            status: 200,
            header: (name) => (name === 'content-type' ? 'application/json' : undefined),
            text: JSON.stringify(document),
          }),
        },
      },
    })

    const page = await textOf(world, { clientId, redirectUri })

    assert.match(page, source)
    if (host === 'evil.example') assert.match(page, warning)
    else assert.doesNotMatch(page, /It calls itself/)
  })

test('P-03 what an operator set up is said to be theirs, and its name is not warned of', async () => {
  const redirectUri = 'https://intranet.example/callback'
  const described = { clientName: 'Claude for us', redirectUris: [redirectUri] }
  const world = createWorld({ as: { knownClients, clients: [{ clientId: 'ours', ...described }] } })
  const { client: created } = await createClient(described, { store: world.store, now: () => world.clock.now })

  for (const client of ['ours', created.clientId]) {
    const page = await textOf(world, { clientId: client, redirectUri })
    assert.match(page, /Set up by whoever runs this server\./)
    assert.doesNotMatch(page, /It calls itself/)
  }
})

test('P-03 the host is told whose a client is, and of what name it is warned, on its own page and where it decides', async () => {
  const told: ConsentRequest['client']['identity'][] = []
  const world = createWorld({
    as: {
      knownClients,
      interaction: {
        signedIn: async () => ({ subject: 'alice', authTime: 0, sessionId: 's' }),
        signIn: async () => new Response(),
        decide({ client }) {
          told.push(client.identity)
          return client.identity.imitates === undefined
            ? { kind: 'allow' }
            : { kind: 'deny', reason: `This is not ${client.identity.imitates.vendor}` }
        },
      },
    },
  })
  const client = await register(world, { client_name: 'Claude' })

  const page = await authorize(world, attemptOf(client))

  assert.equal(page.status, 403)
  assert.match(await page.text(), /This is not Anthropic\./)
  assert.deepEqual(told, [{ by: 'itself', imitates: { name: 'Claude', vendor: 'Anthropic', place: 'client.example' } }])
})

test('nothing that a client supplies is markup, a link or the source of an image, its logo included', async () => {
  const page = await pageOf({
    client_name: '"><img src=x>Claude',
    client_uri: 'https://evil.example/about',
    logo_uri: 'https://evil.example/logo.png',
    policy_uri: 'https://evil.example/policy',
    tos_uri: 'https://evil.example/tos',
  })

  assert.doesNotMatch(page, /<img|<a |<link|url\(|evil\.example/)
})

async function pageOf(metadata: Record<string, unknown>): Promise<string> {
  const world = createWorld({ as: { knownClients } })
  return textOf(world, await register(world, metadata))
}

async function textOf(world: World, client: TestClient): Promise<string> {
  const page = await authorize(world, attemptOf(client))
  assert.equal(page.status, 200, await page.clone().text())
  return page.text()
}
