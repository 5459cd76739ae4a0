import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callWhoami, KeepingClient } from './client.ts'
import { startIssuer } from './issuer.ts'
import { freePort, startProgram } from './program.ts'

for (const [move, run = (side: string) => [`${move}/${side}.ts`]] of [
  ['mcp-auth'],
  ['require-bearer-auth'],
  ['fastmcp'],
  ['mcp-handler', (side) => ['test/serve-routes.ts', `mcp-handler/${side}.ts`]],
] satisfies [string, ((side: string) => string[])?][])
  test(`${move}: a client that signed in before goes on with its token afterwards, and asks nobody`, async (t) => {
    const port = await freePort()
    const resource = `http://localhost:${port}/mcp`
    const authority = await startIssuer(t, resource)
    const env = { PORT: String(port), RESOURCE: resource, ISSUER: authority.issuer }
    const client = new KeepingClient()

    const before = await startProgram(t, run('before'), env)
    const said = [await callWhoami(resource, client, (page) => authority.answer(page))]
    await before.stop()
    await startProgram(t, run('after'), env)
    said.push(await callWhoami(resource, client, () => Promise.reject(new Error('it was asked to sign in'))))

    for (const each of said) assert.match(each, /You may notes:read/)
    assert.equal(client.asked.length, 1)
  })

for (const move of ['mcp-auth', 'require-bearer-auth', 'fastmcp', 'mcp-handler'])
  test(`${move}: a client that comes for the first time afterwards signs in, and calls a tool`, async (t) => {
    const port = await freePort()
    const resource = `http://localhost:${port}/mcp`
    const authority = await startIssuer(t, resource)
    const env = { PORT: String(port), RESOURCE: resource, ISSUER: authority.issuer }

    await startProgram(
      t,
      move === 'mcp-handler' ? ['test/serve-routes.ts', 'mcp-handler/after.ts'] : [`${move}/after.ts`],
      env,
    )
    const said = await callWhoami(resource, new KeepingClient(), (page) => authority.answer(page))

    assert.match(said, /You may notes:read/)
  })
