import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inviteAccount, signIn } from '../accounts.ts'
import { authorizationRequest, registerClient } from '../client.ts'
import { inspectPage } from '../inspect-page.ts'
import { startScene } from '../scene.ts'

const { server, person } = await startScene()
const console = `${server.origin}/console`

/** The rooms without what is found in them. */
const rooms = [
  'Overview',
  'Connections',
  'People',
  'Clients',
  'Grants',
  'Keys',
  'Tokens',
  'Rules',
  'Settings',
  'Audit log',
]

test('an owner walks through the rooms of the console', async () => {
  const owner = await person()
  const client = await registerClient(server, { name: 'Writing desk' })
  const request = authorizationRequest(server, client)
  await signIn(owner, server)
  await owner.open(request.url)
  await request.redeem(await owner.leave('Allow'))

  for (const room of rooms) {
    await owner.open(console)
    await owner.submit(room)
    await inspectPage(owner, { name: `console ${room}` })
  }
  assert.match(await owner.text(), /Audit log/)
  await owner.open(`${console}/users?user=ada`)
  await inspectPage(owner, { name: 'console person' })
  assert.match(await owner.text(), /Writing desk/)
})

test('an owner invites somebody, disables and enables them, and each act says first what it does', async () => {
  const owner = await person()
  await inviteAccount(server, 'grace')
  await signIn(owner, server)

  await owner.open(`${console}/users`)
  await owner.submit('Invite somebody')
  await inspectPage(owner, { name: 'console invite' })
  await owner.submit('Invite somebody', { 'For whom (optional)': 'Alan', 'Works for (days) (optional)': '3' })
  await inspectPage(owner, { name: 'console invited' })
  assert.match(await owner.text(), /account\/invitation\?token=/)
  await owner.open(`${console}/act/users.disable?user=grace`)
  await inspectPage(owner, { name: 'console disable' })
  await owner.submit('Disable the account')
  assert.match(await owner.text(), /The account is disabled/)
  await owner.open(`${console}/act/users.invite`)
  await owner.submit('Invite somebody', { 'Works for (days) (optional)': 'many' })
  await inspectPage(owner, { name: 'console invite', status: 422 })
})

test('whoever may not administrate is told so', async () => {
  const member = await person()
  const alan = await inviteAccount(server, 'alan')
  await signIn(member, server, alan)

  await member.open(console)

  await inspectPage(member, { name: 'console member', status: 403 })
})
