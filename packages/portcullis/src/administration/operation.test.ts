import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { roleFor } from '../accounts/identity-roles.ts'
import { auditKeysOf } from '../audit/seal.ts'
import { verifyAuditLog } from '../audit/verify.ts'
import { loadConfiguration } from '../config/load.ts'
import { schema } from '../config/schema.ts'
import { roleRulesOf } from '../operations/configured-identity-providers.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { AccountRecord, AuditRecord, IdentityRecord, ProgramKinds } from '../store/records.ts'
import { type AdministratorRole, type Role, roles } from '../store/role.ts'
import type { Administrator } from './administrator.ts'
import { type AnyOperation, catalogue } from './catalogue.ts'
import { type Administration, perform } from './operation.ts'
import {
  disableOperation,
  enableOperation,
  inviteOperation,
  listInvitationsOperation,
  listUsersOperation,
  ownerLinkOperation,
  resetOperation,
  roleOperation,
  unlinkOperation,
} from './operations/people.ts'
import { createTokenOperation, listTokensOperation, revokeTokenOperation } from './operations/tokens.ts'
import { hasRight } from './rights.ts'
import { administratorOfToken } from './tokens.ts'

const at = 1_800_000_000
const onOnePerson: readonly AnyOperation[] = [resetOperation, disableOperation, enableOperation]
const secrets = [{ id: 'k1', secret: new Uint8Array(32).fill(7) }]
const is = (kind: OperatorError['kind']) => (error: unknown) => error instanceof OperatorError && error.kind === kind

for (const role of roles)
  test(`whoever has the role ${role} may do what the table of rights says, and nothing else`, async () => {
    const { administration } = await scene({ ada: 'owner' })
    for (const act of catalogue) {
      // An input that none of them takes: whoever may is told so, before anything is done.
      const asked = perform(act, { nothing: true }, administratorOf(role), administration)
      await assert.rejects(asked, is(hasRight(role, act.right) ? 'invalid' : 'forbidden'), act.name)
    }
  })

test('whoever comes to administrate is not signed in to by a link for a new password that was made before', async () => {
  const { administration } = await scene({ ada: 'owner', bob: 'member' })
  const { store } = administration
  await perform(resetOperation, { user: 'bob' }, administratorOf('operator'), administration)

  await perform(roleOperation, { user: 'bob', role: 'operator' }, administratorOf('owner'), administration)

  assert.deepEqual(await store.list('link', 'purpose', 'reset'), [])
})

test('whoever comes to administrate while an operator makes a link for their new password is not signed in to by that', async () => {
  const { administration } = await scene({ ada: 'owner', bob: 'member' })
  const { store } = administration
  let isPromoted = false
  const commit: typeof store.commit = async (changes) => {
    if (!isPromoted && changes.some(({ kind }) => kind === 'link')) {
      isPromoted = true
      await perform(roleOperation, { user: 'bob', role: 'operator' }, administratorOf('owner'), administration)
    }
    return store.commit(changes)
  }
  const racing = { ...administration, store: { ...store, commit } }

  const asked = perform(resetOperation, { user: 'bob' }, administratorOf('operator'), racing)

  await assert.rejects(asked, is('forbidden'))
  assert.deepEqual(await store.list('link', 'purpose', 'reset'), [])
})

test('an owner who made a link for themselves is demoted all the same', async () => {
  const { administration, store } = await scene({ ada: 'owner', bea: 'owner' })
  const bea = { role: 'owner', by: { kind: 'account', accountId: 'id-bea', userName: 'bea' } } as const
  await perform(resetOperation, { user: 'bea' }, bea, administration)

  await perform(roleOperation, { user: 'bea', role: 'operator' }, administratorOf('owner'), administration)

  assert.deepEqual(await store.list('link', 'purpose', 'reset'), [])
})

test('a member may nothing, and only owners change who may administrate', () => {
  for (const { right, name } of catalogue) assert.ok(!hasRight('member', right), name)
  for (const right of ['change_roles', 'manage_tokens'] as const)
    assert.deepEqual(
      roles.filter((role) => hasRight(role, right)),
      ['owner'],
    )
})

for (const whose of ['owner', 'operator', 'auditor'] as const)
  test(`an operator neither resets, disables nor enables somebody whose role is ${whose}: whoever sets that password would have the role`, async () => {
    const { administration, entries } = await scene({ ada: 'owner', bea: whose, bob: 'member' })
    const operator = administratorOf('operator')

    for (const act of onOnePerson)
      await assert.rejects(perform(act, { user: 'bea' }, operator, administration), is('forbidden'))
    for (const act of onOnePerson) await perform(act, { user: 'bob' }, operator, administration)
    for (const act of onOnePerson) await perform(act, { user: 'bea' }, administratorOf('owner'), administration)

    assert.deepEqual(
      (await entries()).slice(0, 3).map(({ act, result }) => [act.type, 'operation' in act && act.operation, result]),
      ['users.reset', 'users.disable', 'users.enable'].map((name) => ['administration_refused', name, 'refused']),
    )
  })

test('an operator who enables an owner who is disabled ends nothing of theirs', async () => {
  const { administration, store } = await scene({ ada: 'owner', eve: 'owner' })
  await perform(disableOperation, { user: 'eve' }, administratorOf('owner'), administration)
  const grant = {
    ...{ clientId: 'c1', subject: 'id-eve', scope: ['notes:read'], resource: 'https://mcp.example/mcp', issuedAt: at },
    ...{ generation: 1, rotatedAt: at, keyId: 'k1', seed: 'seed' },
  }
  const index = { subject: 'id-eve', client: 'c1' }
  await store.commit([{ kind: 'grant', id: 'g1', version: 'absent', value: grant, index }])

  await assert.rejects(
    perform(enableOperation, { user: 'eve' }, administratorOf('operator'), administration),
    is('forbidden'),
  )

  assert.ok((await store.get('grant', 'g1')) !== undefined)
})

test('a role is changed at once, and the log says from what to what, by whom', async () => {
  const { administration, entries, roleOf } = await scene({ ada: 'owner', bob: 'member' })

  const changed = await perform(
    roleOperation,
    { user: 'bob', role: 'auditor' },
    administratorOf('owner'),
    administration,
  )
  await perform(roleOperation, { user: 'bob', role: 'auditor' }, administratorOf('owner'), administration)

  assert.deepEqual([changed.userName, changed.role, await roleOf('bob')], ['bob', 'auditor', 'auditor'])
  assert.deepEqual(
    (await entries()).map(({ act, by, at: when }) => [act, by, when]),
    [
      [
        { type: 'user_role_changed', accountId: 'id-bob', userName: 'bob', role: 'auditor', before: 'member' },
        administratorOf('owner').by,
        at,
      ],
    ],
  )
})

test('the last owner is neither demoted nor disabled, and one who is disabled is no other', async () => {
  const { administration, roleOf } = await scene({ ada: 'owner', eve: 'owner' })
  const owner = administratorOf('owner')
  await perform(disableOperation, { user: 'eve' }, owner, administration)

  for (const asked of [
    () => perform(roleOperation, { user: 'ada', role: 'member' }, owner, administration),
    () => perform(disableOperation, { user: 'ada' }, owner, administration),
  ])
    await assert.rejects(asked(), /ada is the last owner/)
  await perform(enableOperation, { user: 'eve' }, owner, administration)
  await perform(roleOperation, { user: 'ada', role: 'member' }, owner, administration)

  assert.deepEqual([await roleOf('ada'), await roleOf('eve')], ['member', 'owner'])
})

test('owners by a group, and those whom nothing lets in any more, are no other owner', async () => {
  const made = await scene({ ada: 'owner', gus: 'member', eve: 'owner' })
  const { administration } = made
  await addIdentity(made, 'gus', { role: 'owner' })
  await addIdentity(made, 'eve', { isAlone: true, endedAt: at })
  const owner = administratorOf('owner')

  await assert.rejects(perform(disableOperation, { user: 'ada' }, owner, administration), /ada is the last owner/)
  await perform(roleOperation, { user: 'gus', role: 'owner' }, owner, administration)
  await perform(disableOperation, { user: 'ada' }, owner, administration)

  const users = await perform(listUsersOperation, {}, owner, administration)
  assert.deepEqual(
    users.map(({ userName, role, roleFrom, isShutOut }) => [userName, role, roleFrom, isShutOut]),
    [
      ['ada', 'owner', undefined, undefined],
      ['eve', 'owner', undefined, true],
      ['gus', 'owner', undefined, undefined],
    ],
  )
})

test('the last owner is not unlinked from what alone lets them in', async () => {
  const made = await scene({ ada: 'owner', gus: 'owner' })
  const { administration } = made
  await addIdentity(made, 'ada', { isAlone: true })
  await addIdentity(made, 'gus', { isAlone: true })
  const owner = administratorOf('owner')
  const unlink = (user: string) => perform(unlinkOperation, { user, identityProvider: 'corp' }, owner, administration)

  await unlink('ada')
  await assert.rejects(unlink('gus'), /gus is the last owner who can sign in/)

  assert.deepEqual(
    (await perform(listUsersOperation, {}, owner, administration)).map(({ isShutOut }) => isShutOut),
    [true, undefined],
  )
})

for (const whose of ['owner', 'operator', 'auditor'] as const)
  test(`an operator neither resets, disables, enables nor unlinks somebody who is ${whose} by a group`, async () => {
    const made = await scene({ ada: 'owner', bea: 'member' })
    const { administration } = made
    await addIdentity(made, 'bea', { role: whose })
    const operator = administratorOf('operator')

    for (const act of onOnePerson)
      await assert.rejects(perform(act, { user: 'bea' }, operator, administration), is('forbidden'))
    await assert.rejects(
      perform(unlinkOperation, { user: 'bea', identityProvider: 'corp' }, operator, administration),
      is('forbidden'),
    )
    const [, bea] = await perform(listUsersOperation, {}, operator, administration)

    assert.deepEqual([bea?.role, bea?.roleFrom], [whose, { identityProvider: 'corp', rule: `the group "${whose}"` }])
  })

test('who is unlinked from what gives a role has it no more, and the log says so', async () => {
  const made = await scene({ ada: 'owner', bea: 'member' })
  const { administration, entries } = made
  await addIdentity(made, 'bea', { role: 'operator' })

  await perform(unlinkOperation, { user: 'bea', identityProvider: 'corp' }, administratorOf('owner'), administration)

  const roleFrom = { identityProvider: 'corp', rule: 'the group "operator"' }
  assert.deepEqual(
    (await entries()).map(({ act }) => act),
    [
      { type: 'identity_unlinked', accountId: 'id-bea', userName: 'bea', identityProvider: 'corp' },
      {
        ...{ type: 'user_role_changed', accountId: 'id-bea', userName: 'bea' },
        ...{ role: 'member', before: 'operator', roleFrom },
      },
    ],
  )
})

test('whoever may give a role invites into it, and nobody else; the log says into which', async () => {
  const { administration, entries } = await scene({ ada: 'owner' })
  const operator = administratorOf('operator')
  const invited = ['owner', 'operator', 'auditor'] as const
  for (const role of invited)
    await assert.rejects(perform(inviteOperation, { role }, operator, administration), is('forbidden'))
  const member = await perform(inviteOperation, { role: 'member' }, operator, administration)
  const one = await perform(inviteOperation, { role: 'operator' }, administratorOf('owner'), administration)

  const listed = await perform(listInvitationsOperation, {}, operator, administration)
  assert.deepEqual(listed.map(({ role, expiresAt }) => [role, expiresAt - at]).sort(), [
    ['member', 7 * 86_400],
    ['operator', 86_400],
  ])
  assert.deepEqual(
    (await entries()).slice(3).map(({ act }) => act),
    [
      { type: 'user_invited', invitation: member.id },
      { type: 'user_invited', invitation: one.id, role: 'operator' },
    ],
  )
})

test('twenty owners who are demoted and disabled at once leave one', async () => {
  const names = Array.from({ length: 20 }, (_, nth) => `owner${nth}`)
  const { administration, accounts, store } = await scene(Object.fromEntries(names.map((name) => [name, 'owner'])))
  const owner = administratorOf('owner')

  const done = await Promise.allSettled(
    names.map((user, nth) =>
      nth % 2 === 0
        ? perform(roleOperation, { user, role: 'member' }, owner, administration)
        : perform(disableOperation, { user }, owner, administration),
    ),
  )

  const left = (await accounts()).filter(({ role, disabledAt }) => role === 'owner' && disabledAt === undefined)
  assert.equal(left.length, 1)
  assert.equal(done.filter(({ status }) => status === 'rejected').length, 1)
  assert.equal((await verifyAuditLog({ store, keys: administration.auditKeys })).entries, 19)
})

test('whoever is made an owner before anybody used the link for the first one is that owner: the link works no more', async () => {
  const { administration } = await scene({ bob: 'member' }, { hasOwner: false })
  const owner = administratorOf('owner')
  await perform(ownerLinkOperation, {}, owner, administration)

  await perform(roleOperation, { user: 'bob', role: 'owner' }, owner, administration)

  await assert.rejects(perform(ownerLinkOperation, {}, owner, administration), /There is an owner already: bob/)
})

test('refusals are in the audit log, a hundred of one administrator in an hour and no more', async () => {
  const { administration, entries } = await scene({ ada: 'owner' })
  const auditor = administratorOf('auditor')
  for (let nth = 0; nth < 105; nth += 1)
    await assert.rejects(perform(inviteOperation, {}, auditor, administration), is('forbidden'))

  const told = await entries()
  assert.equal(told.length, 100)
  assert.deepEqual(
    [told[0]?.by, told[0]?.act],
    [auditor.by, { type: 'administration_refused', operation: 'users.invite', role: 'auditor' }],
  )
})

test('an administration token is shown once, stored hashed, stands for its role, and is worth nothing once it is revoked or expired', async () => {
  let now = at
  const { administration, store, entries } = await scene({ ada: 'owner' }, { now: () => now })
  const owner = { role: 'owner', by: { kind: 'account', accountId: 'id-ada', userName: 'ada' } } as const

  const made = await perform(
    createTokenOperation,
    { name: 'nightly', role: 'auditor', lifetime: 3600 },
    owner,
    administration,
  )
  const other = await perform(createTokenOperation, { name: 'other', role: 'operator' }, owner, administration)
  const who = await administratorOfToken(administration, made.token)
  const listed = (await perform(listTokensOperation, {}, owner, administration)).find(({ id }) => id === made.id)
  const changed = `${made.token.slice(0, -1)}${made.token.endsWith('A') ? 'B' : 'A'}`

  assert.match(made.token, /^portcullis_admin_[\w-]{43}$/)
  assert.deepEqual(who, { role: 'auditor', by: { kind: 'token', tokenId: made.id, name: 'nightly' }, madeBy: 'id-ada' })
  assert.deepEqual([listed?.name, listed?.expiresAt, listed?.usedAt], ['nightly', at + 3600, at])
  assert.equal(await administratorOfToken(administration, changed), undefined)
  assert.equal(await administratorOfToken(administration, made.token.replace('portcullis_admin_', '')), undefined)
  const kept = JSON.stringify([await store.list('administrationToken', 'all', 'all'), await entries()])
  assert.ok(!kept.includes(made.token.slice(20)))

  now += 3600
  assert.equal(await administratorOfToken(administration, made.token), undefined)
  await perform(revokeTokenOperation, { token: other.id }, owner, administration)
  assert.equal(await administratorOfToken(administration, other.token), undefined)
  await assert.rejects(perform(revokeTokenOperation, { token: other.id }, owner, administration), is('not_found'))
  assert.deepEqual(
    (await entries()).map(({ act }) => act.type),
    ['administration_token_created', 'administration_token_created', 'administration_token_revoked'],
  )
})

function administratorOf(role: Role): Administrator {
  return { role, by: { kind: 'account', accountId: `id-of-${role}`, userName: role } }
}

const password = { algorithm: 'scrypt', cost: 16, blockSize: 8, parallelization: 1, salt: '', hash: '' } as const

/** Has a person of a scene sign in with an identity provider as well, or with that alone; and has a role by its word, where one is named. */
async function addIdentity(
  { store, administration }: Awaited<ReturnType<typeof scene>>,
  userName: string,
  { role, isAlone = false, endedAt }: { role?: AdministratorRole; isAlone?: boolean; endedAt?: number } = {},
) {
  const account = (await store.get('account', `id-${userName}`)) ?? assert.fail()
  const { password: _, ...rest } = account.value
  const id = `identity-${userName}`
  const value: IdentityRecord = {
    ...{ accountId: account.id, identityProvider: 'corp', issuer: 'https://id.corp.example', subject: userName },
    ...{ label: userName, groups: [], linkedAt: at, signedInAt: at, checkedAt: at, askedAt: at, epoch: 0 },
    ...roleFor(
      { ...identity, subject: userName, groups: role === undefined ? [] : [role] },
      roleRulesOf(administration.configuration.identityProviders.corp ?? assert.fail()),
      { before: undefined, now: at },
    ),
    ...(endedAt !== undefined && { endedAt }),
  }
  const alone = { ...rest, isFromIdentityProvider: true as const }
  await store.commit([
    { kind: 'identity', id, version: 'absent', value },
    {
      ...{ kind: 'account', id: account.id, version: account.version, index: { all: 'all' } },
      value: { ...(isAlone ? alone : account.value), identities: [id] },
    },
  ])
}

const identity = {
  ...{ identityProvider: 'corp', issuer: 'https://id.corp.example', authTime: at, isAuthTimeProved: true },
  claims: {},
}

const corp = {
  ...{ preset: 'oidc', issuer: 'https://id.corp.example', clientId: 'c', name: 'Corp' },
  roles: { owner: { groups: ['owner'] }, operator: { groups: ['operator'] }, auditor: { groups: ['auditor'] } },
}

async function scene(
  people: Record<string, Role>,
  { hasOwner = true, now = () => at }: { hasOwner?: boolean; now?: () => number } = {},
) {
  const store = memoryStore<ProgramKinds>({ now })
  const { identityProviders } = schema.parse({ identityProviders: { corp } })
  const configuration = { ...(await loadConfiguration({ folder: '/nowhere' })), identityProviders }
  const administration: Administration = {
    ...{ store, configuration, origin: configuration.issuer, now },
    mail: () => undefined,
    auditKeys: auditKeysOf(secrets),
    secrets: () => secrets,
  }
  for (const [userName, role] of Object.entries(people)) {
    const accountId = `id-${userName}`
    const value: AccountRecord = { userName, role, createdAt: at, sessionEpoch: 0, password }
    await store.commit([
      { kind: 'account', id: accountId, version: 'absent', value, index: { all: 'all' } },
      { kind: 'userName', id: userName, version: 'absent', value: { accountId } },
    ])
  }
  if (hasOwner) await store.commit([{ kind: 'owner', id: 'first', version: 'absent', value: { accountId: 'id-ada' } }])
  const accounts = async () => (await store.list('account', 'all', 'all')).map(({ value }) => value)
  return {
    ...{ store, administration, accounts },
    entries: async (): Promise<AuditRecord[]> =>
      (await store.list('audit', 'all', 'all', { limit: 1000 })).map(({ value }) => value),
    roleOf: async (name: string) => (await accounts()).find(({ userName }) => userName === name)?.role,
  }
}
