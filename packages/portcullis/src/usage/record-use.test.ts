import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionEvent } from '@portcullis/auth'
import { endGrant, type Store } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import type { ProgramKinds } from '../store/records.ts'
import { createUseRecorder } from './record-use.ts'
import { usesWithGrants } from './uses-with-grants.ts'

test('what clients call is kept by grant and tool, with how often and when last, the latest first', async () => {
  const at = await scene()
  at.record(called('g1', 'add_note'), called('g1', 'whoami'), called('g2', 'whoami'))
  at.clock.now += 60
  at.record(called('g1', 'add_note'), { type: 'call_allowed', grantId: 'g1', isUnread: true })
  await at.recorder.flush()

  assert.deepEqual(await at.use('g1'), {
    usedAt: 1060,
    tools: [
      { name: 'add_note', count: 2, calledAt: 1060 },
      { name: 'whoami', count: 1, calledAt: 1000 },
    ],
    unreadRequests: 1,
  })
  assert.equal((await at.use('g2'))?.tools.length, 1)
})

test('what headers alone claim is no call of a tool, but a use', async () => {
  const at = await scene()
  at.record({ type: 'call_allowed', grantId: 'g1', claimedCall: { method: 'tools/call', name: 'whoami' } })
  at.record({ type: 'call_allowed', grantId: 'g1', calls: [{ method: 'prompts/get', name: 'whoami' }] })
  await at.recorder.flush()

  assert.deepEqual(await at.use('g1'), { usedAt: 1000, tools: [] })
})

test('of several processes that write the same grants at once no call is lost', async () => {
  const at = await scene()
  const recorders = Array.from({ length: 4 }, () => at.another())
  for (let round = 0; round < 5; round += 1) {
    for (const recorder of recorders)
      for (const grantId of ['g1', 'g2', 'g3']) recorder.record(called(grantId, 'whoami'))
    await Promise.all(recorders.map((recorder) => recorder.flush()))
  }

  for (const grantId of ['g1', 'g2', 'g3']) assert.equal((await at.use(grantId))?.tools[0]?.count, 20)
})

test('a client that calls ever new names fills nothing, and hides nothing of how much it called', async () => {
  const at = await scene()
  for (let nth = 0; nth < 1000; nth += 1) at.record(called('g1', `tool-${nth}`))
  await at.recorder.flush()
  at.clock.now += 5
  for (let nth = 0; nth < 30; nth += 1) at.record(called('g1', `other-${nth}`))
  await at.recorder.flush()

  const use = (await at.use('g1')) ?? assert.fail()
  assert.equal(use.tools.length, 20)
  assert.ok(use.tools.every(({ name }) => name.startsWith('other-')))
  assert.equal(
    use.tools.reduce((calls, { count }) => calls + count, use.furtherCalls ?? 0),
    1030,
  )
})

test('calls under more grants than one process notes between two writes are left out, and it goes on', async () => {
  const at = await scene()
  for (let nth = 0; nth < 10_000; nth += 1) at.record(called(`none-${nth}`, 'whoami'))
  at.record(called('g1', 'whoami'))
  await at.recorder.flush()
  assert.equal(await at.use('g1'), undefined)

  at.record(called('g1', 'whoami'))
  await at.recorder.flush()

  assert.equal((await at.use('g1'))?.tools[0]?.count, 1)
})

test('nothing is kept of a grant that has ended, and what was kept goes in the commit that ends it', async () => {
  const at = await scene()
  at.record(called('g1', 'whoami'))
  await at.recorder.flush()
  assert.ok(await at.use('g1'))

  const { store, clock } = at
  await endGrant('g1', 'revoked_by_operator', {
    store,
    accessTokenLifetime: 600,
    now: () => clock.now,
    onEvent: () => {},
  })
  assert.equal(await at.use('g1'), undefined)
  at.record(called('g1', 'whoami'))
  await at.recorder.flush()

  assert.equal(await at.use('g1'), undefined)
})

test('what is kept lives no longer than the grant did when its client last called', async () => {
  const at = await scene()
  at.record(called('g1', 'whoami'))
  await at.recorder.flush()

  assert.equal((await at.store.get('grantUse', 'g1'))?.expiresAt, 5000)
})

test('where the store fails the calls are lost, somebody is told, and later ones are kept', async () => {
  const at = await scene()
  at.breaks.store = true
  at.record(called('g1', 'whoami'))
  await at.recorder.flush()
  at.breaks.store = false
  at.record(called('g1', 'add_note'))
  await at.recorder.close()

  assert.deepEqual(
    at.events.map((event) => event.type === 'failure' && event.operation),
    ['grant_use'],
  )
  assert.deepEqual(
    (await at.use('g1'))?.tools.map(({ name }) => name),
    ['add_note'],
  )
})

function called(grantId: string, name: string): ConnectionEvent {
  return { type: 'call_allowed', grantId, calls: [{ method: 'tools/call', name }] }
}

async function scene() {
  const clock = { now: 1000 }
  const breaks = { store: false }
  const now = () => clock.now
  const memory = memoryStore<ProgramKinds>({ now })
  const store: Store<ProgramKinds> = usesWithGrants({
    ...memory,
    async commit(changes) {
      if (breaks.store) throw new Error('the disk is full')
      return memory.commit(changes)
    },
  })
  const events: ConnectionEvent[] = []
  const another = () => createUseRecorder({ store, now, onEvent: (event) => events.push(event), interval: 0 })
  for (const id of ['g1', 'g2', 'g3'])
    await store.commit([{ kind: 'grant', id, version: 'absent', value, expiresAt: 5000 }])
  const recorder = another()
  return {
    clock,
    breaks,
    store,
    events,
    recorder,
    another,
    record: (...all: ConnectionEvent[]) => all.forEach(recorder.record),
    use: async (grantId: string) => (await store.get('grantUse', grantId))?.value,
  }
}

const value = {
  clientId: 'c1',
  subject: 'ada',
  scope: ['mcp'],
  resource: 'https://mcp.example/mcp',
  issuedAt: 0,
  generation: 1,
  rotatedAt: 0,
  keyId: 'k',
  seed: 's',
}
