import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endOf, healthy, issuer } from '../../../test/served.ts'

for (const id of ['claude-code', 'codex', 'gemini-cli', 'mcp-remote', 'sdk-1', 'sdk-2', 'vscode'])
  for (const status of [302, 401, 403, 404, 405])
    test(`${id} stops where the registration endpoint answers ${status}`, async () => {
      const served = { ...healthy, [`POST ${issuer}/register`]: { status, headers: { location: '/login' } } }

      const [kind, step] = await endOf(id, served)

      assert.deepEqual([kind, step], ['stops', 'registration'])
    })

test('a registration that is refused for what the doctor sent may be made by a client', async () => {
  assert.deepEqual(await endOf('sdk-2', { ...healthy, [`POST ${issuer}/register`]: { status: 400 } }), [
    'asks_for_authorization',
  ])
})
