import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freePort } from '../../../scripts/free-port.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const port = await freePort()
const { server, person } = await startScene({
  configuration: `console: { listen: { host: localhost, port: ${port} } }`,
})
const signIn = `http://localhost:${port}/console/sign-in`

test('whoever has an administration token signs in at a console with an address of its own, and out again', async () => {
  const { token } = await server.command('tokens', 'create', '--name', 'Night watch', '--role', 'auditor')
  const auditor = await person()

  await auditor.open(`http://localhost:${port}/`)
  await inspectPage(auditor, { name: 'console sign-in' })
  await auditor.submit('Sign in', { 'Administration token': 'none of ours' })
  await inspectPage(auditor, { name: 'console sign-in', status: 422 })
  await auditor.submit('Sign in', { 'Administration token': String(token) })
  await inspectPage(auditor, { name: 'console Overview' })
  await auditor.open(`http://localhost:${port}/console/users?user=ada`)
  await inspectPage(auditor, { name: 'console person' })
  await auditor.open(signIn)
  await inspectPage(auditor, { name: 'console sign-in' })
  await auditor.submit('Sign out')

  await auditor.open(`http://localhost:${port}/console`)
  assert.match(auditor.page.url(), /\/console\/sign-in\?return_to=/)
})
