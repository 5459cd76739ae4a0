import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene({ configuration: 'dev: true' })

test('under --dev a test user signs in by one button on this machine', async () => {
  const somebody = await person()

  await somebody.open(`${server.origin}/account`)
  await inspectPage(somebody, { name: 'sign-in' })
  await somebody.submit('Continue as alice')

  await inspectPage(somebody, { name: 'home' })
  assert.match(await somebody.text(), /Hello, alice/)
})
