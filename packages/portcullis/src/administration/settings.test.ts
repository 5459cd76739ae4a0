import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfiguration } from '../config/load.ts'
import { settingsInForce } from './settings.ts'

test('law 11: the settings in force have every setting, and no password and no key that a URL has', async () => {
  const configuration = await loadConfiguration({
    folder: '/nowhere',
    flags: { upstream: 'http://127.0.0.1:1/mcp?key=hunter3' },
    environment: {
      PORTCULLIS_DATABASE: 'postgres://app:hunter4@db/portcullis',
      PORTCULLIS_SECRET: 'hunter5'.repeat(6),
    },
  })

  const settings = settingsInForce(configuration)

  assert.ok(!JSON.stringify(settings).includes('hunter'), JSON.stringify(settings))
  const of = (name: string) => settings.find((each) => each.name === name)
  assert.deepEqual(of('database'), {
    name: 'database',
    value: 'postgres://app@db/portcullis',
    setAt: 'PORTCULLIS_DATABASE',
  })
  assert.equal(of('upstream')?.setAt, '--upstream')
  assert.deepEqual(of('log.level'), { name: 'log.level', value: 'info' })
  assert.ok(of('console.listen.port') !== undefined && of('clients') !== undefined)
})
