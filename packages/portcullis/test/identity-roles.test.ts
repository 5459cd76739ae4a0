import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { IdentityProviders } from '@portcullis/auth/identity-providers'
import type { Account } from '../src/accounts/accounts.ts'
import { createIdentityChecks } from '../src/accounts/identity-checks.ts'
import { issueLink } from '../src/accounts/links.ts'
import { currentRole } from '../src/administration/held-role.ts'
import { administratorOfToken, createToken } from '../src/administration/tokens.ts'
import { identitySite, password, post } from './identity-site.ts'
import type { Person } from './running-program.ts'

type Site = Awaited<ReturnType<typeof identitySite>>

const operators = { operator: { groups: ['engineering'] } }
const roleFrom = { identityProvider: 'corp', rule: 'the group "engineering"' }

/** The role of whoever a browser is signed in as, as their page has it; `undefined` where nobody is. */
async function roleOn(person: Person): Promise<string | undefined> {
  const page = await person.open('/account')
  if (page.status !== 200) return undefined
  return /You are signed in(?: as an (\w+))?\./.exec(await page.text())?.[1] ?? 'member'
}

async function roleChanges(site: Site) {
  return (await site.acts()).filter(({ type }) => type === 'user_role_changed')
}

/** Somebody with a password of their own, who added the identity. */
async function withPasswordAndIdentity(t: TestContext, options: Parameters<typeof identitySite>[1]) {
  const site = await identitySite(t, options)
  const ada = await site.withPassword('ada.own')
  await site.signIn(ada, { for: 'link' })
  return { site, ada }
}

test('whoever is in a group that the rules name administrates at once, until the identity provider says otherwise, and the audit log has both with the group', async (t) => {
  const site = await identitySite(t, { corp: { roles: operators } })
  const ada = site.person()

  await site.signIn(ada)
  const first = await roleOn(ada)
  Object.assign(site.corp.person, { groups: ['staff'] })
  site.clock.now += 899
  const before = await roleOn(ada)
  site.clock.now += 1
  const after = await roleOn(ada)

  assert.deepEqual([first, before, after], ['operator', 'operator', 'member'])
  const { id: accountId, value } = await site.accountOf('ada')
  assert.equal(value.role, 'member')
  const whom = { type: 'user_role_changed', accountId, userName: 'ada', roleFrom }
  assert.deepEqual(await roleChanges(site), [
    { ...whom, role: 'operator', before: 'member' },
    { ...whom, role: 'member', before: 'operator' },
  ])
})

test('tokens of whoever is an owner by a group work while they are, which the identity provider is asked when one is used', async (t) => {
  const site = await identitySite(t, { corp: { roles: { owner: { groups: ['engineering'] } } } })
  await site.signIn(site.person())
  const { id: accountId, value } = await site.accountOf('ada')
  const by = { kind: 'account' as const, accountId, userName: value.userName }
  const context = {
    ...{ store: site.store, now: () => site.clock.now, configuration: { identityProviders: {} } },
    currentRole: (account: Account) => currentRole(site.accounts, account),
  }
  const owner = { role: 'owner' as const, by }
  const made = await createToken({ ...context, administrator: owner }, { name: 'x', role: 'auditor', lifetime: 86_400 })

  const before = await administratorOfToken(context, made.token)
  Object.assign(site.corp.person, { groups: ['staff'] })
  site.clock.now += 900
  const after = await administratorOfToken(context, made.token)

  assert.deepEqual([before?.role, after], ['auditor', undefined])
})

test('with a role by a group go the invitations that its person made', async (t) => {
  const site = await identitySite(t, { corp: { roles: operators } })
  const ada = site.person()
  await site.signIn(ada)
  const { id: madeBy } = await site.accountOf('ada')
  const context = { store: site.store, now: () => site.clock.now }
  await issueLink(context, { purpose: 'invitation', madeBy })
  await issueLink(context, { purpose: 'invitation' })
  Object.assign(site.corp.person, { groups: ['staff'] })
  site.clock.now += 900

  assert.equal(await roleOn(ada), 'member')

  const left = await site.store.list('link', 'purpose', 'invitation')
  assert.deepEqual(
    left.map(({ value }) => value.madeBy),
    [undefined],
  )
})

test('that somebody signs in who administrates by a group is in the audit log, with the group', async (t) => {
  const site = await identitySite(t, { corp: { roles: operators } })

  await site.signIn(site.person())

  const { id: accountId } = await site.accountOf('ada')
  assert.deepEqual(
    (await site.acts()).filter(({ type }) => type === 'administrator_signed_in'),
    [{ type: 'administrator_signed_in', accountId, userName: 'ada', role: 'operator', roleFrom }],
  )
})

test('of several rules the highest counts, and of a role by hand and one by a group the higher', async (t) => {
  const site = await identitySite(t, {
    corp: { roles: { auditor: { groups: ['staff'] }, owner: { groups: ['board'] }, ...operators } },
  })
  const owner = await site.withPassword('grace', 'owner')
  await site.signIn(owner, { for: 'link' })
  Object.assign(site.corp.person, { sub: 'u-8', preferred_username: 'bob' })
  const bob = site.person()
  await site.signIn(bob)
  Object.assign(site.corp.person, { sub: 'u-9', preferred_username: 'eve', groups: ['staff'] })
  const eve = site.person()
  await site.signIn(eve)

  assert.deepEqual([await roleOn(owner), await roleOn(bob), await roleOn(eve)], ['owner', 'operator', 'auditor'])
})

test('rules count as they are now: those that are gone give nothing, and of others the identity provider is asked', async (t) => {
  const site = await identitySite(t, { corp: { roles: operators } })
  const ada = site.person()
  await site.signIn(ada)
  const corp = site.trusted.get('corp') ?? assert.fail()

  site.trusted.set('corp', { ...corp, roles: {} })
  const without = await roleOn(ada)
  site.trusted.set('corp', { ...corp, roles: { auditor: { groups: ['staff'] } } })
  const soon = await roleOn(ada)
  site.clock.now += 60
  const asked = await roleOn(ada)

  assert.deepEqual([without, soon, asked], ['member', 'member', 'auditor'])
})

test('a role by a group is over with the identity that gave it, and with that alone where the person signs in another way', async (t) => {
  const { site, ada } = await withPasswordAndIdentity(t, { corp: { roles: operators } })
  const before = await roleOn(ada)
  site.corp.faults.refreshError = 'invalid_grant'
  site.clock.now += 900

  const after = await roleOn(ada)

  assert.deepEqual([before, after], ['operator', 'member'])
  assert.equal((await roleChanges(site)).length, 2)
})

test('a session by a password has the role by a group no longer than the identity provider is asked, or the grace lasts', async (t) => {
  const { site, ada } = await withPasswordAndIdentity(t, { corp: { roles: operators, recheckGrace: 3600 } })
  site.corp.faults.answers = { '/token': { status: 503, body: 'sorry' } }
  site.clock.now += 900 + 3599
  const within = await roleOn(ada)
  site.clock.now += 1
  const beyond = await roleOn(ada)
  site.corp.faults.answers = {}
  site.clock.now += 60
  const again = await roleOn(ada)

  assert.deepEqual([within, beyond, again], ['operator', 'member', 'operator'])
})

test('a link for a new password brings nobody the role that a group gives: the identity goes with it', async (t) => {
  const { site } = await withPasswordAndIdentity(t, { corp: { roles: operators } })
  const { id: accountId } = await site.accountOf('ada.own')
  const { token } = await issueLink({ store: site.store, now: () => site.clock.now }, { purpose: 'reset', accountId })
  const somebody = site.person()

  const reset = await post(somebody, '/account/reset', {
    token,
    password: `${password} anew`,
    again: `${password} anew`,
  })

  assert.equal(reset.status, 303)
  assert.equal(await roleOn(somebody), 'member')
})

test('where not all groups are told a role stays for the grace, and nobody gains one', async (t) => {
  const site = await identitySite(t, {
    corp: { roles: { ...operators, owner: { groups: ['board'] } }, recheckGrace: 3600 },
  })
  await site.signIn(site.person())
  const account = await site.accountOf('ada')
  const { issuer } = site.corp
  const recheck: IdentityProviders['recheck'] = async () => ({
    kind: 'active',
    upstream: 'the next',
    identity: {
      ...{ identityProvider: 'corp', issuer, subject: 'u-7', authTime: 0, isAuthTimeProved: true, claims: {} },
      ...{ groups: [], groupsIncomplete: 'Microsoft Graph answered 403' },
    },
  })
  const identityChecks = createIdentityChecks({
    ...{ store: site.store, now: () => site.clock.now, trusted: site.trusted, providers: { recheck } },
    ...{ endGrants: async () => {}, onEvent: () => {}, hasLocalWay: async () => false },
  })
  const role = async () => (await currentRole({ identityChecks }, account)).role

  site.clock.now += 900
  const kept = await role()
  site.clock.now += 3600
  const over = await role()

  assert.deepEqual([kept, over], ['operator', 'member'])
})

test('the word of an identity provider ends the access of the last owner, and the audit log says loudly that none can sign in', async (t) => {
  const site = await identitySite(t, { corp: { roles: { owner: { groups: ['board'] } } } })
  const owner = site.person()
  await site.signIn(owner, { for: 'owner', token: await site.link('owner') })
  Object.assign(site.corp.person, { sub: 'u-8', preferred_username: 'bob', groups: ['board'] })
  await site.signIn(site.person()) // an owner by a group alone, whom nobody can rely on
  Object.assign(site.corp.person, { sub: 'u-7' })
  site.corp.faults.refreshError = 'invalid_grant'
  site.clock.now += 900

  assert.equal(await roleOn(owner), undefined)

  const { id: accountId } = await site.accountOf('ada')
  assert.deepEqual(
    (await site.acts()).filter(({ type }) => type === 'owners_shut_out'),
    [{ type: 'owners_shut_out', accountId, userName: 'ada', identityProvider: 'corp' }],
  )
})

test('where another owner can sign in nothing is said of that', async (t) => {
  const site = await identitySite(t)
  const other = await site.withPassword('grace', 'owner')
  const ada = site.person()
  await site.signIn(ada)
  const account = await site.accountOf('ada')
  const { id, version, value } = account
  await site.store.commit([{ kind: 'account', id, version, value: { ...value, role: 'owner' }, index: { all: 'all' } }])
  site.corp.faults.refreshError = 'invalid_grant'
  site.clock.now += 900

  assert.deepEqual([await roleOn(ada), await roleOn(other)], [undefined, 'owner'])
  assert.deepEqual(
    (await site.acts()).filter(({ type }) => type === 'owners_shut_out'),
    [],
  )
})

for (const purpose of ['operator', 'owner'] as const)
  test(`an invitation that brings the role ${purpose} is answered with an identity as with a password`, async (t) => {
    const site = await identitySite(t)
    const { token } = await issueLink(
      { store: site.store, now: () => site.clock.now },
      { purpose: 'invitation', role: purpose },
    )
    const ada = site.person()

    await site.signIn(ada, { for: 'invitation', token })

    assert.equal(await roleOn(ada), purpose)
    assert.equal((await site.store.get('owner', 'first')) !== undefined, purpose === 'owner')
  })
