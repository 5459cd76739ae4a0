import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import type { ProgramKinds } from '../store/records.ts'
import { commitTold } from './commit-told.ts'
import { auditId, type Told } from './entry.ts'
import { auditKeysOf } from './seal.ts'
import { verifyAuditLog } from './verify.ts'

type ProgramStore = Store<ProgramKinds>
const keys = auditKeysOf([{ id: 'k1', secret: new Uint8Array(32).fill(7) }])
const told: Told = {
  at: 1_800_000_000,
  by: { kind: 'command_line', user: 'eve' },
  act: { type: 'user_invited', invitation: '3f0c19a2be' },
  result: 'done',
}

test('fifty acts at once are all done, each once, and are one chain', async () => {
  const store = memoryStore<ProgramKinds>({ now: () => 0 })
  const changeTo = (nth: number) => ({
    ...{ kind: 'server' as const, id: `s${nth}`, version: 'absent' as const },
    value: { publicUrl: String(nth) },
  })

  const done = await Promise.all(
    Array.from({ length: 50 }, (_, nth) => commitTold([changeTo(nth)], [told], { store, keys })),
  )

  assert.ok(done.every((isDone) => isDone))
  assert.equal((await store.get('server', 's49'))?.value.publicUrl, '49')
  const { entries, problem, sealedUpTo } = await verifyAuditLog({ store, keys })
  assert.deepEqual([entries, problem, sealedUpTo], [50, undefined, 50])
})

test('what is not as it was read any more is not written, and not told, however many race', async () => {
  const store = memoryStore<ProgramKinds>({ now: () => 0 })
  const change = { kind: 'server' as const, id: 'this', version: 'absent' as const, value: { publicUrl: '' } }

  const done = await Promise.all(Array.from({ length: 50 }, () => commitTold([change], [told], { store, keys })))

  assert.equal(done.filter((isDone) => isDone).length, 1)
  assert.equal((await verifyAuditLog({ store, keys })).entries, 1)
})

test('where an entry stands behind the end, nothing is done any more that the log could not tell', async () => {
  const store = memoryStore<ProgramKinds>({ now: () => 0 })
  await commitTold([], [told], { store, keys })
  const { version } = (await store.get('auditHead', 'head')) ?? assert.fail()
  await store.commit([{ kind: 'auditHead', id: 'head', version, value: undefined }])
  const change = { kind: 'server' as const, id: 'this', version: 'absent' as const, value: { publicUrl: '' } }

  await assert.rejects(commitTold([change], [told], { store, keys }), /damaged: it has an entry 1 behind its end/)

  assert.equal(await store.get('server', 'this'), undefined)
})

test('an act with the secret seals nothing that it has not looked at: what was written without it first, and nothing behind a log that is another', async () => {
  const unsealed = memoryStore<ProgramKinds>({ now: () => 0 })
  await commitTold([], [told], { store: unsealed, keys })
  await commitTold([], [told], { store: unsealed, keys: [] })
  await commitTold([], [told], { store: unsealed, keys })
  const another = memoryStore<ProgramKinds>({ now: () => 0 })
  await commitTold([], [told], { store: another, keys })
  const { version, value } = (await another.get('auditHead', 'head')) ?? assert.fail()
  await another.commit([{ kind: 'auditHead', id: 'head', version, value: { ...value, hash: 'f'.repeat(64) } }])
  await commitTold([], [told], { store: another, keys })

  assert.equal(await sealedUpTo(unsealed), 3)
  assert.equal(await sealedUpTo(another), 1)
  assert.ok((await another.get('audit', auditId(2))) !== undefined)
})

async function sealedUpTo(store: ProgramStore): Promise<number | undefined> {
  return (await store.get('auditHead', 'head'))?.value.seal?.sequence
}
