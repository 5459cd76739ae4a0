import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { goThrough } from './browser.ts'
import { callback, callWhoami, KeepingClient } from './client.ts'
import { callWhoamiBySdk1 } from './client-sdk-1.ts'
import { startIssuer } from './issuer.ts'
import { freePort, startProgram } from './program.ts'

for (const [sdk, call] of [
  ['2.x', callWhoami],
  ['1.x', callWhoamiBySdk1],
] as const)
  test(`mcpAuthRouter: a client of SDK ${sdk} that signed in before registers and signs in anew by itself, at the new authorization server`, async (t) => {
    const { resource, env, person } = await scene(t)
    const program = ['mcp-auth-router/before.ts']
    const { client, registeredAs } = await signedInBefore(t, { program, resource, env, person, call })

    await startProgram(t, ['mcp-auth-router/after.ts'], env)
    const said = await call(resource, client, person)

    assert.match(said, /You may notes:read/)
    assert.equal(client.asked.length, 2)
    assert.notEqual(client.clientInformation()?.client_id, registeredAs)
  })

test('mcpAuthRouter: a client whose registration was taken along keeps its identifier, and signs in anew', async (t) => {
  const { resource, env, person, folder } = await scene(t)
  const { client, registeredAs } = await signedInBefore(t, {
    program: ['mcp-auth-router/before.ts'],
    resource,
    env,
    person,
  })
  const registered = [{ client_id: registeredAs, client_name: 'Notebook', redirect_uris: [callback] }]
  writeFileSync(join(folder, 'clients.json'), JSON.stringify(registered))

  await startProgram(t, ['mcp-auth-router/after.ts'], { ...env, CLIENTS: join(folder, 'clients.json') })
  const said = await callWhoami(resource, client, person)

  assert.match(said, /You may notes:read/)
  assert.equal(client.clientInformation()?.client_id, registeredAs)
})

test('mcpAuthRouter: under an issuer that is written otherwise, a client that remembers the one before does not come back', async (t) => {
  const { resource, origin, env, person } = await scene(t)
  const { client } = await signedInBefore(t, { program: ['mcp-auth-router/before.ts'], resource, env, person })

  await startProgram(t, ['mcp-auth-router/after.ts'], { ...env, OWN_ISSUER: origin })

  await assert.rejects(callWhoami(resource, client, person), /Issuer mismatch/)
})

test('workers-oauth-provider: a client that signed in before registers and signs in anew by itself, at the issuer that it knows', async (t) => {
  const { resource, env, person } = await scene(t)
  const originPort = String(await freePort())
  const program = ['test/serve-worker.ts', 'workers-oauth-provider/before.ts']
  const { client, registeredAs } = await signedInBefore(t, { program, resource, env, person })

  await startProgram(t, ['workers-oauth-provider/issuer.ts'], { ...env, PORT: originPort })
  await startProgram(t, ['test/serve-worker.ts', 'workers-oauth-provider/worker.ts'], {
    ...env,
    ORIGIN_PORT: originPort,
  })
  const said = await callWhoami(resource, client, person)

  assert.match(said, /You may notes:read/)
  assert.equal(client.asked.length, 2)
  assert.notEqual(client.clientInformation()?.client_id, registeredAs)
})

async function signedInBefore(
  t: TestContext,
  {
    call = callWhoami,
    program,
    resource,
    env,
    person,
  }: Pick<Scene, 'resource' | 'env' | 'person'> & {
    program: readonly string[]
    call?: typeof callWhoami
  },
) {
  const client = new KeepingClient()
  const before = await startProgram(t, program, env)
  assert.match(await call(resource, client, person), /You may notes:read/)
  await before.stop()
  return { client, registeredAs: client.clientInformation()?.client_id }
}

type Scene = Awaited<ReturnType<typeof scene>>

/** An MCP server that is about to move, where people sign in, and by which application the new authorization server is known there. */
async function scene(t: TestContext) {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const resource = `${origin}/mcp`
  const authority = await startIssuer(t, resource)
  const application = await authority.registerClient({
    redirect_uris: [`${origin}/account/callback/corp`],
    token_endpoint_auth_method: 'client_secret_basic',
  })
  const folder = mkdtempSync(join(tmpdir(), 'migrating-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const env = {
    PORT: String(port),
    RESOURCE: resource,
    ISSUER: authority.issuer,
    OIDC_CLIENT_ID: application.clientId,
    OIDC_CLIENT_SECRET: application.clientSecret ?? '',
    OAUTH_SECRET: randomBytes(32).toString('base64url'),
    REVOCATIONS_SECRET: randomBytes(32).toString('base64url'),
    SESSION_SECRET: 'of this test alone',
    OAUTH_DATABASE: join(folder, 'oauth.db'),
  }
  return { origin, resource, env, folder, person: (page: URL) => goThrough(page, authority) }
}
