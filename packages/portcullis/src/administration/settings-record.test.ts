import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { auditKeysOf } from '../audit/seal.ts'
import { loadConfiguration } from '../config/load.ts'
import type { ProgramKinds } from '../store/records.ts'
import { recordPublicUrl } from './public-url.ts'
import { recordSettings } from './settings-record.ts'

const now = () => 1_800_000_000
const [old, next] = ['k1', 'k2'].map((id, nth) => ({ id, secret: new Uint8Array(32).fill(nth) }))

test('the audit log has which settings are others than at the start before, by name alone, once, and none of a process’s own', async () => {
  const store = memoryStore<ProgramKinds>({ now })
  assert.ok(old !== undefined && next !== undefined)
  const start = async (flags: Record<string, string>, environment: Record<string, string>, secrets = [old]) => {
    const configuration = await loadConfiguration({ folder: '/nowhere', flags, environment })
    await recordPublicUrl(store, configuration.publicUrl)
    await recordSettings(configuration, { store, keys: auditKeysOf(secrets), now })
  }

  await start({ name: 'Notes' }, {})
  await start({ name: 'Notes' }, {})
  await start(
    { name: 'Other notes', port: '7081', publicUrl: 'http://localhost:7080/mcp' },
    { PORTCULLIS_LOG_LEVEL: 'debug' },
  )
  await start({ name: 'Other notes', publicUrl: 'http://localhost:7080/mcp' }, {}, [next, old])
  await start({ name: 'Notes', publicUrl: 'http://localhost:7080/mcp' }, {}, [next])

  const entries = await store.list('audit', 'all', 'all')
  assert.deepEqual(
    entries.map(({ value }) => [value.by.kind, value.act]),
    [
      ['server', { type: 'settings_changed', settings: ['name'] }],
      ['server', { type: 'settings_changed', settings: ['name'] }],
    ],
  )
  assert.ok(!JSON.stringify(await store.get('server', 'this')).includes('otes'))
})
