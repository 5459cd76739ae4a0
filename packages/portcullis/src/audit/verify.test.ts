import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import type { AuditRecord, ProgramKinds } from '../store/records.ts'
import { commitTold } from './commit-told.ts'
import { auditId, beginning, entryAfter, hashOf, type Told } from './entry.ts'
import { auditKeysOf, sealOf } from './seal.ts'
import { sealTail } from './seal-tail.ts'
import { verifyAuditLog } from './verify.ts'

type ProgramStore = Store<ProgramKinds>
const at = 1_800_000_000
const keys = auditKeysOf([{ id: 'k1', secret: new Uint8Array(32).fill(7) }])
const otherKeys = auditKeysOf([{ id: 'k2', secret: new Uint8Array(32).fill(8) }])

test('a log of several commits is whole, and sealed up to its end', async () => {
  const store = await filled(5)

  const verdict = await verifyAuditLog({ store, keys })

  assert.deepEqual([verdict.entries, verdict.problem, verdict.sealedUpTo], [5, undefined, 5])
  assert.equal(verdict.head.hash, (await entry(store, 5)).hash)
})

test('a log with nothing in it is whole', async () => {
  const store = newStore()
  assert.equal((await verifyAuditLog({ store, keys })).problem, undefined)
  await sealTail({ store, keys }, () => at)
  assert.deepEqual((await verifyAuditLog({ store, keys })).problem, undefined)
})

for (const [what, fields] of Object.entries({
  'what was done': { act: { type: 'user_enabled', accountId: 'a3', userName: 'ada' } },
  'who did it': { by: { kind: 'command_line', user: 'somebody else' } },
  'when it was done': { at: at - 1 },
  'what came of it': { result: 'refused' },
  'its number': { sequence: 4 },
  'its hash': { hash: 'f'.repeat(64) },
} satisfies Record<string, Partial<AuditRecord>>))
  test(`an entry of which ${what} was changed is named`, async () => {
    const store = await filled(5)
    await overwrite(store, 3, { ...(await entry(store, 3)), ...fields })

    for (const at of [keys, []])
      assert.deepEqual((await verifyAuditLog({ store, keys: at })).problem, { kind: 'entry_changed', sequence: 3 })
  })

test('an entry that was changed and hashed anew does not lead to the next one', async () => {
  const store = await filled(5)
  const changed = { ...(await entry(store, 3)), at: at - 1 }
  await overwrite(store, 3, { ...changed, hash: hashOf(changed) })

  assert.deepEqual((await verifyAuditLog({ store, keys: [] })).problem, { kind: 'entry_does_not_follow', sequence: 4 })
})

test('an entry that was removed is named', async () => {
  const store = await filled(5)
  await remove(store, 3)

  assert.deepEqual((await verifyAuditLog({ store, keys: [] })).problem, { kind: 'entry_missing', sequence: 3 })
})

test('an old entry that was put in the place of a later one is noticed', async () => {
  const store = await filled(5)
  await overwrite(store, 4, await entry(store, 2))

  assert.deepEqual((await verifyAuditLog({ store, keys: [] })).problem, { kind: 'entry_changed', sequence: 4 })
})

test('a tail that was cut off is noticed by its head', async () => {
  const store = await filled(5)
  await remove(store, 5)
  await remove(store, 4)

  assert.deepEqual((await verifyAuditLog({ store, keys: [] })).problem, { kind: 'end_missing', sequence: 4 })
})

test('a tail that was cut off with its head is noticed by the seal, and without the secret that is said not to be proved', async () => {
  const store = await filled(5)
  const { hash } = await entry(store, 3)
  await remove(store, 5)
  await remove(store, 4)
  const seal = (await store.get('auditHead', 'head'))?.value.seal
  assert.ok(seal !== undefined)

  // Whoever has the database alone has this one seal, whatever place they write on it.
  for (const kept of [seal, { ...seal, sequence: 3 }]) {
    await moveHead(store, { sequence: 3, hash, seal: kept })
    assert.deepEqual((await verifyAuditLog({ store, keys })).problem, { kind: 'seal_wrong', sequence: kept.sequence })
  }
  await moveHead(store, { sequence: 3, hash })
  assert.deepEqual((await verifyAuditLog({ store, keys })).problem, { kind: 'seal_missing', sequence: 3 })
  await moveHead(store, { sequence: 3, hash, seal: sealOf({ sequence: 3, hash }, otherKeys[0] ?? assert.fail()) })
  assert.deepEqual((await verifyAuditLog({ store, keys })).problem, { kind: 'seal_of_another_secret', sequence: 3 })
  const without = await verifyAuditLog({ store, keys: [] })
  assert.equal(without.problem, undefined)
  assert.match(without.unproved.join('\n'), /written the whole log anew, or cut off its end/)
})

test('a log that was written anew from an entry on, with all hashes right, is noticed by the seal', async () => {
  const store = await filled(5)
  const { seal } = await rewriteFrom(store, 2)

  assert.deepEqual((await verifyAuditLog({ store, keys })).problem, { kind: 'seal_wrong', sequence: seal?.sequence })
})

test('a whole older state that was put back has a seal of ours: a hash that was kept elsewhere tells, and that this takes one is said', async () => {
  const store = await filled(3)
  const before = await store.get('auditHead', 'head')
  await tell(store, 2)
  const kept = (await entry(store, 5)).hash
  assert.equal((await verifyAuditLog({ store, keys, head: kept })).keptHeadAt, 5)
  await remove(store, 5)
  await remove(store, 4)
  await moveHead(store, before?.value ?? assert.fail())

  const verdict = await verifyAuditLog({ store, keys })
  assert.equal(verdict.problem, undefined)
  assert.match(verdict.unproved.join('\n'), /put back to an older state/)
  assert.deepEqual((await verifyAuditLog({ store, keys, head: kept })).problem, {
    kind: 'kept_head_missing',
    hash: kept,
  })
})

test('where the head alone was taken back, the entry behind it is noticed, and nothing is done any more that the log could not tell', async () => {
  const store = await filled(3)
  const before = await store.get('auditHead', 'head')
  await tell(store, 1)
  await moveHead(store, before?.value ?? assert.fail())

  assert.deepEqual((await verifyAuditLog({ store, keys })).problem, { kind: 'entry_behind_end', sequence: 4 })
  await assert.rejects(tell(store, 1), /The audit log is damaged: it has an entry 4 behind its end/)
})

test('a head that is gone is noticed, entries being there', async () => {
  const store = await filled(3)
  const { version } = (await store.get('auditHead', 'head')) ?? assert.fail()
  await store.commit([{ kind: 'auditHead', id: 'head', version, value: undefined }])

  assert.deepEqual((await verifyAuditLog({ store, keys })).problem, { kind: 'entry_behind_end', sequence: 1 })
})

test('what a command without the secret adds leaves the seal where it was, which is said, until a server has looked at it and seals it', async () => {
  const store = await filled(3)
  await tell(store, 2, [])
  await tell(store, 1, otherKeys)

  const before = await verifyAuditLog({ store, keys })
  assert.equal(await sealTail({ store, keys }, () => at), undefined)
  const after = await verifyAuditLog({ store, keys })

  assert.deepEqual([before.problem, before.sealedUpTo], [undefined, 3])
  assert.match(before.unproved.join('\n'), /entries from 4 to 6/)
  assert.deepEqual([after.problem, after.sealedUpTo, after.entries], [undefined, 6, 6])
})

test('a server seals no log that is not the one that was sealed', async () => {
  const anew = await filled(5)
  await rewriteFrom(anew, 2)
  await tell(anew, 1, [])
  const changed = await filled(3)
  await tell(changed, 2, [])
  const entryOfTail = await entry(changed, 4)
  await overwrite(changed, 4, { ...entryOfTail, at: at - 1 })

  assert.match((await sealTail({ store: anew, keys }, () => at)) ?? '', /of another log/)
  assert.match((await sealTail({ store: changed, keys }, () => at)) ?? '', /Entry 4 is not as it was written/)
  assert.match((await sealTail({ store: await filled(2), keys: otherKeys }, () => at)) ?? '', /not at hand/)
  assert.deepEqual((await verifyAuditLog({ store: anew, keys })).problem?.kind, 'seal_wrong')
})

test('an entry that only a server could have made, and that somebody wrote who has the database alone, is not sealed without a word, and verify tells of it for good', async () => {
  const store = await filled(2)
  const ada: Told['by'] = { kind: 'account', accountId: 'a1', userName: 'ada' }
  await tell(store, 1, [], ada)

  await tell(store, 1, keys, ada)

  const verdict = await verifyAuditLog({ store, keys })
  const { act, by } = await entry(store, 4)
  assert.deepEqual([act, by], [{ type: 'audit_entries_doubted', first: 3, last: 3 }, { kind: 'server' }])
  assert.deepEqual([verdict.problem, verdict.sealedUpTo, verdict.entries], [undefined, 5, 5])
  assert.match(verdict.unproved.join('\n'), /entries from 3 to 3 say/)
})

test('a log that has entries and no seal gets its first one with an entry that tells so', async () => {
  const store = await filled(2, [])

  assert.equal(await sealTail({ store, keys }, () => at), undefined)

  const verdict = await verifyAuditLog({ store, keys })
  assert.deepEqual([verdict.problem, verdict.sealedUpTo], [undefined, 3])
  const { act, by } = await entry(store, 3)
  assert.deepEqual([act, by], [{ type: 'audit_log_sealed', entries: 2 }, { kind: 'server' }])
})

test('a secret that follows another takes the seal over', async () => {
  const store = await filled(2)

  assert.equal(await sealTail({ store, keys: [...otherKeys, ...keys] }, () => at), undefined)

  assert.equal((await verifyAuditLog({ store, keys: otherKeys })).sealedUpTo, 2)
})

test('a log is verified while others write to it', async () => {
  const store = await filled(3)
  let reads = 0
  const busy: ProgramStore = {
    ...store,
    async list(kind, index, value, page) {
      const found = await store.list(kind, index, value, page)
      reads += 1
      if (reads < 4) await tell(store, 1)
      return found
    },
  }

  const verdict = await verifyAuditLog({ store: busy, keys })

  assert.equal(verdict.problem, undefined)
  assert.ok(verdict.entries > 3)
})

function newStore(): ProgramStore {
  return memoryStore<ProgramKinds>({ now: () => at })
}

async function filled(count: number, sealing = keys): Promise<ProgramStore> {
  const store = newStore()
  await tell(store, 1, sealing)
  if (count > 1) await tell(store, count - 1, sealing)
  return store
}

async function tell(
  store: ProgramStore,
  count: number,
  sealing = keys,
  by: Told['by'] = { kind: 'command_line', user: 'eve' },
): Promise<void> {
  const told = Array.from({ length: count }, (_, nth): Told => {
    const act = { type: 'user_disabled' as const, accountId: `a${nth}`, userName: 'ada' }
    return { at, by, act, result: 'done' }
  })
  assert.ok(await commitTold([], told, { store, keys: sealing }))
}

async function entry(store: ProgramStore, sequence: number): Promise<AuditRecord> {
  return (await store.get('audit', auditId(sequence)))?.value ?? assert.fail(`no entry ${sequence}`)
}

/** What somebody does who can write the database. */
async function overwrite(store: ProgramStore, sequence: number, value: AuditRecord): Promise<void> {
  const id = auditId(sequence)
  const { version } = (await store.get('audit', id)) ?? assert.fail()
  assert.ok(await store.commit([{ kind: 'audit', id, version, value, index: { all: 'all' } }]))
}

async function remove(store: ProgramStore, sequence: number): Promise<void> {
  const id = auditId(sequence)
  const { version } = (await store.get('audit', id)) ?? assert.fail()
  assert.ok(await store.commit([{ kind: 'audit', id, version, value: undefined }]))
}

async function moveHead(store: ProgramStore, value: ProgramKinds['auditHead']['value']): Promise<void> {
  const { version } = (await store.get('auditHead', 'head')) ?? assert.fail()
  assert.ok(await store.commit([{ kind: 'auditHead', id: 'head', version, value }]))
}

async function rewriteFrom(store: ProgramStore, sequence: number): Promise<ProgramKinds['auditHead']['value']> {
  const head = (await store.get('auditHead', 'head')) ?? assert.fail()
  let place = sequence === 1 ? beginning : await entry(store, sequence - 1)
  for (let nth = sequence; nth <= head.value.sequence; nth += 1) {
    const { act, at: when, result } = await entry(store, nth)
    const value = entryAfter(place, { act, at: when, result, by: { kind: 'command_line', user: 'mallory' } })
    await overwrite(store, nth, value)
    place = value
  }
  const value = { ...head.value, hash: place.hash }
  await moveHead(store, value)
  return value
}
