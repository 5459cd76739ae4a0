import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { commitTold } from '../audit/commit-told.ts'
import { auditKeysOf } from '../audit/seal.ts'
import type { AuditAct } from '../store/audit-acts.ts'
import type { ProgramKinds } from '../store/records.ts'
import type { Log } from './log.ts'
import { followOperators } from './operator-lines.ts'

const ada = { accountId: 'a1', userName: 'ada' }
const keys = auditKeysOf([{ id: 'k1', secret: new Uint8Array(32).fill(7) }])
const all: [AuditAct, RegExp][] = [
  [{ type: 'user_invited', invitation: '3f0c19a2be' }, /made an invitation/],
  [{ type: 'invitation_withdrawn', invitation: '3f0c19a2be' }, /took an invitation back/],
  [{ type: 'owner_link_made' }, /first owner/],
  [{ type: 'reset_link_made', ...ada }, /ada sets a new password/],
  [{ type: 'user_invited', invitation: '3f0c19a2be', role: 'operator' }, /an invitation for an operator$/],
  [
    {
      type: 'user_role_changed',
      ...ada,
      ...{ role: 'operator', before: 'member', roleFrom: { identityProvider: 'corp', rule: 'the group "Ops"' } },
    },
    /^ada is an operator by the group "Ops" of corp, and was a member$/,
  ],
  [
    {
      type: 'user_role_changed',
      ...ada,
      ...{ role: 'member', before: 'operator', roleFrom: { identityProvider: 'corp', rule: 'the group "Ops"' } },
    },
    /^ada is a member, and no more an operator by the group "Ops" of corp$/,
  ],
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
    { store, at: 1_800_000_000, user: 'eve' },
  )

  await followOperators({ store, keys, log }).stop()
  await followOperators({ store, keys, log }).stop()

  assert.equal(lines.length, all.length)
  for (const [at, [act, message]] of all.entries()) {
    const { type, ...about } = act
    const [level, text, fields] = lines[at] ?? []
    assert.equal(level, 'info')
    assert.match(String(text), message)
    const { hash, ...others } = fields ?? {}
    assert.match(String(hash), /^[0-9a-f]{64}$/)
    assert.deepEqual(others, {
      ...{ event: type, ...about, from: 'command line', by: 'eve', at: '2027-01-15T08:00:00.000Z' },
      entry: at + 1,
    })
  }
})

test('that no owner can sign in any more is a line at the level of errors, with what to do', async () => {
  const { store, log, lines } = scene()
  await leaveActs([{ type: 'owners_shut_out', ...ada, identityProvider: 'corp' }], { store, at: 1_800_000_000 })

  await followOperators({ store, keys, log }).stop()

  const [[level, text] = []] = lines
  assert.equal(level, 'error')
  assert.match(String(text), /corp lets ada in no more.*portcullis users role NAME owner/)
})

test('more acts than a page of the store are all written', async () => {
  const { store, log, lines } = scene()
  const acts = Array.from(
    { length: 2500 },
    (_, at): AuditAct => ({ type: 'grant_ended', reason: 'subject_disabled', grantId: `g${at}` }),
  )
  await leaveActs(acts, { store, at: 1_800_000_000 })

  await followOperators({ store, keys, log }).stop()

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
  await leaveActs([{ type: 'user_invited', invitation: '3f0c19a2be' }], { store, at: 1_800_000_000 })

  const following = followOperators({ store, keys, log, interval: 0.01 })
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

test('an audit log that was cut off, or changed, under a server is told once, and what is done afterwards is written all the same', async () => {
  const { store, log, lines } = scene()
  const act: AuditAct = { type: 'owner_link_made' }
  await leaveActs([act, act, act], { store, at: 1_800_000_000 })
  await followOperators({ store, keys, log }).stop()
  const head = (await store.get('auditHead', 'head')) ?? assert.fail()
  const [first, ...others] = await store.list('audit', 'all', 'all')
  assert.ok(first !== undefined)
  await store.commit([
    ...others.map(({ id, version }) => ({ kind: 'audit' as const, id, version, value: undefined })),
    { ...{ kind: 'auditHead', id: 'head', version: head.version }, value: { ...head.value, ...placeOf(first.value) } },
  ])

  await followOperators({ store, keys, log }).stop()
  await leaveActs([{ type: 'user_invited', invitation: '3f0c19a2be' }], { store, at: 1_800_000_000 })
  await followOperators({ store, keys, log }).stop()

  const texts = lines.slice(3).map(([level, text]) => `${level}: ${text}`)
  assert.match(texts[0] ?? '', /^error: The audit log is damaged\. It had an entry 3 that it has no more\. See: /)
  assert.ok(texts.includes('info: An operator made an invitation'))
})

test('what people do by themselves has lines of its own, and what was refused is a warning that says who', async () => {
  const { store, log, lines } = scene()
  const by = { kind: 'token' as const, tokenId: 't1', name: 'nightly' }
  const at = 1_800_000_000
  await commitTold(
    [],
    [
      { at, by: { kind: 'account', ...ada }, act: { type: 'account_created', ...ada, role: 'owner' }, result: 'done' },
      {
        at,
        by,
        act: { type: 'administration_refused', operation: 'users.disable', role: 'auditor' },
        result: 'refused',
      },
    ],
    { store, keys },
  )

  await followOperators({ store, keys, log }).stop()

  assert.deepEqual(
    lines.map(([level, , fields]) => [level, fields?.event, fields?.from, fields?.by]),
    [['warn', 'administration_refused', 'API', 'nightly']],
  )
})

function placeOf({ sequence, hash }: { sequence: number; hash: string }) {
  return { sequence, hash }
}

function leaveActs(
  acts: readonly AuditAct[],
  { store, at, user }: { store: ReturnType<typeof scene>['store']; at: number; user?: string },
) {
  const by = { kind: 'command_line' as const, ...(user !== undefined && { user }) }
  return commitTold(
    [],
    acts.map((act) => ({ at, by, act, result: 'done' as const })),
    { store, keys },
  )
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
