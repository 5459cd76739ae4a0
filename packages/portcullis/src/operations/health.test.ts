import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionEvent } from '@portcullis/auth/protocol'
import { createHealth } from './health.ts'

test('it is alive whatever does not work, and ready only when everything does', async () => {
  let works = true
  const health = createHealth({
    checks: {
      database: async () => {
        if (!works) throw new Error('disk full at /secret')
      },
    },
  })

  assert.deepEqual(await asked(health, '/readyz'), [200, { status: 'ready' }])
  works = false
  assert.deepEqual(await asked(health, '/readyz'), [503, { status: 'not ready', failed: ['database'] }])
  assert.deepEqual(await asked(health, '/healthz'), [200, { status: 'alive' }])
})

test('a check that does not come back has failed', async () => {
  const health = createHealth({ checks: { database: () => new Promise(() => {}) }, timeout: 1 })

  assert.deepEqual(await asked(health, '/readyz'), [503, { status: 'not ready', failed: ['database'] }])
})

test('from when it is told to stop it is not ready, and still alive', async () => {
  const health = createHealth({ checks: {} })

  health.stop()

  assert.deepEqual(await asked(health, '/readyz'), [503, { status: 'stopping' }])
  assert.deepEqual(await asked(health, '/healthz'), [200, { status: 'alive' }])
})

test('it answers its own paths alone, and only to be read', async () => {
  const events: ConnectionEvent[] = []
  const health = createHealth({ checks: {}, onEvent: (event) => events.push(event) })

  assert.equal(await health.answer('/mcp', 'GET'), undefined)
  assert.equal((await health.answer('/healthz', 'POST'))?.status, 405)
  assert.equal((await health.answer('/healthz', 'HEAD'))?.status, 200)
  assert.deepEqual(
    events.map((event) => event.type === 'request_refused' && [event.method, event.path, event.status]),
    [['POST', '/healthz', 405]],
  )
})

async function asked(health: ReturnType<typeof createHealth>, path: string): Promise<[number, unknown]> {
  const response = await health.answer(path, 'GET')
  assert.ok(response)
  return [response.status, await response.json()]
}
