import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene()

test('whoever comes to the HTTP API in a browser is shown what it has', async () => {
  const somebody = await person()

  await somebody.open(`${server.origin}/console/api`)

  await inspectPage(somebody, { name: 'API' })
  assert.match(await somebody.text(), /GET \/users/)
})
