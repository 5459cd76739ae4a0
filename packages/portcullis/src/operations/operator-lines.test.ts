import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { changesToLeave } from '../administration/operator-acts.ts'
import type { OperatorAct, ProgramKinds } from '../store/records.ts'
import type { Log } from './log.ts'
import { followOperators } from './operator-lines.ts'

const ada = { accountId: 'a1', userName: 'ada' }
const all: [OperatorAct, RegExp][] = [
  [{ type: 'user_invited', invitation: '3f0c19a2be' }, /made an invitation/],
  [{ type: 'invitation_withdrawn', invitation: '3f0c19a2be' }, /took an invitation back/],
  [{ type: 'owner_link_made' }, /first owner/],
  [{ type: 'reset_link_made', ...ada }, /ada sets a new password/],
  [{ type: 'user_disabled', ...ada }, /disabled ada/],
  [{ type: 'user_enabled', ...ada }, /enabled ada again/],
  [
    { type: 'grant_ended', reason: 'revoked_by_operator', grantId: 'g1', subject: 'a1' },
    /ended a grant, because the operator/,
  ],
]

test('what was done while there was no server is written when there is one, in its order, with who and when, and once', async () => {
  const { store, log, lines } = scene()
  await leaveActs(
    all.map(([act]) => act),
    { store, at: 1_800_000_000, by: 'eve' },
  )

  await followOperators({ store, log }).stop()
  await followOperators({ store, log }).stop()

  assert.equal(lines.length, all.length)
  for (const [at, [act, message]] of all.entries()) {
    const { type, ...about } = act
    const [level, text, fields] = lines[at] ?? []
    assert.equal(level, 'info')
    assert.match(String(text), message)
    assert.deepEqual(fields, { event: type, ...about, from: 'command line', by: 'eve', at: '2027-01-15T08:00:00.000Z' })
  }
})

test('more acts than a page of the store are all written', async () => {
  const { store, log, lines } = scene()
  const acts = Array.from(
    { length: 2500 },
    (_, at): OperatorAct => ({ type: 'grant_ended', reason: 'subject_disabled', grantId: `g${at}` }),
  )
  await leaveActs(acts, { store, at: 1_800_000_000, by: undefined })

  await followOperators({ store, log }).stop()

  assert.deepEqual(
    lines.map(([, , fields]) => fields?.grantId),
    acts.map((act) => 'grantId' in act && act.grantId),
  )
})

test('a store that fails is told once, not at every look, and what was done is written when it works again', async () => {
  const { store, log, lines, line } = scene()
  const { list } = store
  let looks = 0
  const failedTwice = Promise.withResolvers<void>()
  store.list = () => {
    looks += 1
    if (looks > 2) failedTwice.resolve()
    return Promise.reject(new Error('locked'))
  }
  await leaveActs([{ type: 'user_invited', invitation: '3f0c19a2be' }], { store, at: 1_800_000_000, by: undefined })

  const following = followOperators({ store, log, interval: 0.01 })
  const awake = setInterval(() => {}, 1000) // looking alone keeps no process alive
  await failedTwice.promise
  store.list = list
  await line(/invitation/)
  await following.stop()
  clearInterval(awake)

  assert.deepEqual(
    lines.map(([level]) => level),
    ['error', 'info'],
  )
})

function leaveActs(
  acts: readonly OperatorAct[],
  { store, at, by }: { store: ReturnType<typeof scene>['store']; at: number; by: string | undefined },
) {
  return store.commit(changesToLeave(acts, { at, by, batch: 'b', from: 0 }))
}

function scene() {
  const store = memoryStore<ProgramKinds>({ now: () => 1_800_000_000 })
  const lines: [level: string, message: string, fields: Readonly<Record<string, unknown>> | undefined][] = []
  const waiting: (() => void)[] = []
  const log: Log = {
    write(...line) {
      const [level, message, fields] = line
      lines.push([level, message, fields])
      for (const look of waiting) look()
    },
    isEnabled: () => true,
  }
  const line = (message: RegExp) =>
    new Promise<void>((resolve) => {
      waiting.push(() => lines.some(([, text]) => message.test(text)) && resolve())
    })
  return { store, log, lines, line }
}
