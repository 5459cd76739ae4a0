import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signIn } from '../accounts.ts'
import { startDevice } from '../device.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene({ configuration: 'devices: { enabled: true }' })

test('RFC 8628 §3.3 a person signs in, types the code of a device, compares and ticks it, and the device gets in', async () => {
  const somebody = await person()
  const device = await startDevice(server, 'Television in the living room')

  await somebody.open(device.verificationUri)
  await inspectPage(somebody, { name: 'sign-in' })
  assert.match(await somebody.text(), /to connect a device with Notes/)
  await somebody.submit('Sign in', { 'User name': 'ada', Password: 'correct horse battery' })
  await inspectPage(somebody, { name: 'device code' })
  await somebody.submit('Continue', { Code: 'bcdf ghjk' })
  await inspectPage(somebody, { name: 'device code', status: 422 })
  await somebody.submit('Continue', { Code: 'aeiou' })
  await inspectPage(somebody, { name: 'device code', status: 422 })
  await somebody.submit('Continue', { Code: device.userCode.toLowerCase().replace('-', ' ') })
  await inspectPage(somebody, { name: 'device consent' })
  assert.equal(await device.poll(), 'authorization_pending')
  const box = `The device in front of me shows exactly ${device.userCode}`
  await somebody.submit('Allow', { [box]: 'ticked' })

  await inspectPage(somebody, { name: 'device connected' })
  assert.equal(await device.poll(), 'token')
})

test('RFC 8628 §5.4 a person who came by a link of somebody else denies, without comparing anything', async () => {
  const somebody = await person()
  const device = await startDevice(server, 'A device elsewhere')
  await signIn(somebody, server)

  await somebody.open(device.verificationUriComplete)
  assert.match(await somebody.text(), /If somebody sent you this code or this link, deny/)
  await somebody.submit('Deny')

  await inspectPage(somebody, { name: 'device not connected' })
  assert.equal(await device.poll(), 'access_denied')
})

test('a device without a name is said to be one', async () => {
  const somebody = await person()
  const device = await startDevice(server)
  await signIn(somebody, server)

  await somebody.open(device.verificationUriComplete)

  await inspectPage(somebody, { name: 'device consent' })
})
