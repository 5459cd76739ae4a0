import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResourceServer, type ResourceServerOptions } from '@portcullis/auth'
import { keycloak } from '@portcullis/auth/issuers'
import { foreignIssuer } from '../foreign-issuer.ts'
import { mcpRequest, resource } from '../world.ts'

const endpoint = 'https://other.example/introspect'
const active = { active: true, sub: 'u-7', aud: resource, scope: 'a', client_id: 'c', exp: 1_800_000_300 }

test('law 2: a JWT without an audience passes where its issuer is asked about all tokens and names this server', async () => {
  const { ask, asked, sign } = await askingWorld(active)
  const token = await sign({ aud: undefined })

  const answer = await ask(token)

  assert.ok(!(answer instanceof Response))
  assert.deepEqual([answer.subject, answer.resource, asked], ['u-7', resource, [token]])
})

for (const [what, answer] of [
  ['names no audience', { ...active, aud: undefined }],
  ['names another server', { ...active, aud: 'https://other.example/mcp' }],
  ['says that it has ended', { active: false }],
] as const)
  test(`law 2: of a JWT of which its issuer ${what}, nothing counts that stands in it`, async () => {
    const { ask, sign } = await askingWorld(answer)

    const refused = await ask(await sign())

    assert.ok(refused instanceof Response && refused.status === 401)
  })

test('a JWT that says to be of another issuer is shown to nobody', async () => {
  const { ask, asked, sign } = await askingWorld(active)

  const refused = await ask(await sign({ iss: 'https://third.example' }))

  assert.ok(refused instanceof Response && refused.status === 401)
  assert.deepEqual(asked, [])
})

test('without that, a JWT is verified here, and its issuer is not asked', async () => {
  const { ask, asked, sign } = await askingWorld(active, 'opaque')

  assert.ok(!((await ask(await sign())) instanceof Response))
  assert.deepEqual(asked, [])
})

test('a preset takes introspection as the resource server does, and roles are found in what the issuer answers', async () => {
  const issuer = 'https://sso.example/realms/staff'
  const introspection = { endpoint, credentials: { clientId: 'notes', clientSecret: 'hush' } }
  const rs = createResourceServer({
    resource,
    authorizationServers: [keycloak({ issuer, introspection })],
    now: () => 1_800_000_000,
    fetch: async () => Response.json({ ...active, realm_access: { roles: ['notes-keeper'] } }),
  })

  const answer = await rs.authenticate(mcpRequest('opaque-token'))

  assert.ok(!(answer instanceof Response))
  assert.deepEqual([...answer.roles], ['notes-keeper'])
})

test('which tokens an issuer is asked about must be one of two words', () => {
  const introspection = { credentials: { secret: 'r'.repeat(40) }, tokens: 'jwt' }
  const authorizationServers = [
    { issuer: 'https://other.example', introspection },
  ] as unknown as ResourceServerOptions['authorizationServers'] // as JavaScript may have it

  assert.throws(() => createResourceServer({ resource, authorizationServers }), /"tokens" of an introspection/)
})

async function askingWorld(answer: object, tokens: 'opaque' | 'all' = 'all') {
  const asked: (string | undefined)[] = []
  const world = await foreignIssuer({
    authorizationServers: [
      {
        issuer: 'https://other.example/t/9',
        introspection: { endpoint, credentials: { secret: 'r'.repeat(40) }, tokens },
      },
    ],
    async fetch(request) {
      if (request.url !== endpoint)
        return Response.json(
          request.url.endsWith('/jwks')
            ? { keys: world.state.keys }
            : { issuer: world.name, jwks_uri: `${world.name}/jwks` },
        )
      asked.push(new URLSearchParams(await request.text()).get('token') ?? undefined)
      return Response.json(answer)
    },
  })
  return { asked, sign: world.sign, ask: async (token: string) => world.rs.authenticate(mcpRequest(token)) }
}
