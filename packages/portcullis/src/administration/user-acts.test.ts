import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import type { ProgramKinds } from '../store/records.ts'
import { unlinkUser } from './user-acts.ts'

test('law 14: where unlinking is cut off before the grants have ended, it can be asked for again', async () => {
  const store = memoryStore<ProgramKinds>()
  const administrator = { by: { kind: 'command_line' as const }, role: 'owner' as const }
  await store.commit([
    {
      kind: 'account',
      id: 'a1',
      version: 'absent',
      value: { userName: 'ada', role: 'member', createdAt: 0, sessionEpoch: 0, identities: ['i1'] },
      index: { all: 'all' },
    },
    { kind: 'userName', id: 'ada', version: 'absent', value: { accountId: 'a1' } },
    {
      kind: 'identity',
      id: 'i1',
      version: 'absent',
      value: {
        ...{ accountId: 'a1', identityProvider: 'corp', issuer: 'https://id.example', subject: 's1', label: 'ada' },
        ...{ groups: [], linkedAt: 0, signedInAt: 0, checkedAt: 0, askedAt: 0, epoch: 0 },
      },
    },
  ])
  const unlink = (endGrants: (subject: string) => Promise<number>) =>
    unlinkUser(
      { store, administrator, now: () => 0, configuration: { identityProviders: {}, passwords: true } },
      { userName: 'ada', identityProvider: 'corp' },
      endGrants,
    )

  await assert.rejects(
    unlink(async () => {
      throw new Error('the database is away')
    }),
  )
  const ended: number[] = [2, 0]
  const again = await unlink(async () => ended.shift() ?? 0)

  assert.equal(again.endedGrants, 2)
  assert.deepEqual(again.user.signsIn, [])
})
