import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Application, startApplication } from './application.ts'

let application: Application
before(async () => {
  application = await startApplication()
})
after(() => application.stop())

const root = join(import.meta.dirname, '../../..')

for (const path of ['/mcp/mcp', '/mcp/sse'])
  test(`the doctor finds nothing wrong with ${path}`, () => {
    const doctor = ['--conditions=source', 'packages/portcullis/src/cli.ts', 'doctor', application.origin + path]
    const { status, stdout, stderr } = spawnSync(process.execPath, doctor, { cwd: root, encoding: 'utf8' })

    assert.equal(status, 0, stdout + stderr)
  })
