import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { IdentityProviderOptions, IdentityProviders } from '@portcullis/auth/identity-providers'
import { buildDoor, completedIn, type Door } from './library-door.ts'
import { type OidcProvider, startOidcProvider } from './oidc-provider.ts'
import { people } from './people-at-oidc-provider.ts'
import { type CompanyRealm, importCompanyRealm, password } from './realm.ts'
import { type RunningKeycloak, sharedKeycloak } from './shared-keycloak.ts'
import { createVisitor, leftFor, type Visitor } from './visitor.ts'

/** The library alone, with a Keycloak and an oidc-provider that run. */
let door: Door
let keycloak: RunningKeycloak
let realm: CompanyRealm
let elsewhere: OidcProvider
let providers: IdentityProviders
let identityProviders: readonly IdentityProviderOptions[]

/** What was started, in order. */
const stops: (() => Promise<void>)[] = []

before(async () => {
  keycloak = await sharedKeycloak()
  stops.push(keycloak.release)
  realm = await importCompanyRealm(keycloak, 'library')
  door = await buildDoor()
  stops.push(door.close)
  elsewhere = await startOidcProvider({ redirectUris: [door.callback('elsewhere')], people })
  stops.push(elsewhere.stop)
  identityProviders = [
    { id: 'keycloak', preset: 'keycloak', issuer: realm.issuer, ...realm.client },
    {
      id: 'elsewhere',
      preset: 'oidc',
      issuer: elsewhere.issuer,
      ...elsewhere.client,
      scopes: ['groups'],
      offlineAccess: 'consent',
    },
  ]
  providers = door.open(identityProviders)
})

after(async () => {
  for (const stop of stops.reverse()) await stop()
})

test('Somebody of Keycloak is known by its exact issuer and their subject there, with groups, name and verified address', async () => {
  const { identity } = await signedIn('keycloak', 'alice')

  assert.equal(identity.issuer, realm.issuer)
  assert.equal(identity.subject, await realm.subjectOf('alice'))
  assert.deepEqual([...identity.groups].sort(), ['notes-leads', 'notes-team'])
  assert.deepEqual(identity.email, { address: 'alice@corp.example', isVerified: true })
  assert.equal(identity.userName, 'alice')
  assert.equal(identity.name, 'Alice Archer')
})

test('An address that Keycloak has not verified is not taken for verified, and somebody in no group has none', async () => {
  const { identity } = await signedIn('keycloak', 'carol')

  assert.deepEqual(identity.email, { address: 'carol@corp.example', isVerified: false })
  assert.deepEqual(identity.groups, [])
})

test('Groups that oidc-provider tells at its userinfo endpoint alone are known', async () => {
  const { identity } = await signedIn('elsewhere', 'alice')

  assert.equal(identity.issuer, elsewhere.issuer)
  assert.equal(identity.subject, 'alice')
  assert.deepEqual(identity.groups, ['readers', 'writers'])
})

test('One browser signs in at two identity providers at the same time, and each answer finds its own sign-in', async () => {
  const visitor = visitorOf('alice')
  const outAtKeycloak = await wayOut(visitor, 'keycloak')
  const outElsewhere = await wayOut(visitor, 'elsewhere')

  const back = completedIn(await visitor.walk(outAtKeycloak))
  const backElsewhere = completedIn(await visitor.walk(outElsewhere))

  assert.equal(back.kind === 'signed_in' && back.identity.issuer, realm.issuer)
  assert.equal(backElsewhere.kind === 'signed_in' && backElsewhere.identity.issuer, elsewhere.issuer)
})

test('What Keycloak answers is not taken for an answer of oidc-provider, where both are asked in one browser (RFC 9700 §4.4)', async () => {
  const visitor = visitorOf('alice')
  const state = new URL(await wayOut(visitor, 'elsewhere')).searchParams.get('state') ?? ''
  const answered = await answerOf(visitor, 'keycloak')
  // The attacker leads the answer of one to the callback of the other, whose token endpoint would learn the code.
  const mixedUp = new URL(door.callback('elsewhere'))
  mixedUp.search = answered.search
  mixedUp.searchParams.set('state', state)

  const completed = completedIn(await visitor.open(mixedUp.href))

  assert.equal(completed.kind === 'refused' && completed.reason, 'mixed_up')
  mixedUp.searchParams.delete('iss')
  assert.equal(completedIn(await visitor.open(mixedUp.href)).kind, 'refused')
})

test('An answer that another browser got is refused: nobody is signed in as somebody else (login CSRF)', async () => {
  const attacker = visitorOf('bob')
  const victim = visitorOf('alice')
  await wayOut(victim, 'keycloak')

  const completed = completedIn(await victim.open((await answerOf(attacker, 'keycloak')).href))

  assert.equal(completed.kind === 'refused' && completed.reason, 'no_transaction')
})

test('Groups that change at Keycloak are known when it is asked again', async () => {
  await realm.createUser({ userName: 'erin', password, email: 'erin@corp.example', isEmailVerified: true })
  const { identity, upstream } = await signedIn('keycloak', 'erin')
  assert.deepEqual(identity.groups, [])
  await realm.setGroups('erin', ['notes-team'])

  const again = await providers.recheck('keycloak', upstream)

  assert.equal(again.kind, 'active')
  assert.deepEqual(again.kind === 'active' && again.identity.groups, ['notes-team'])
})

test('Somebody disabled at Keycloak, signed out there by an administrator, or removed at oidc-provider has ended', async () => {
  await realm.createUser({ userName: 'frank', password, email: 'frank@corp.example', isEmailVerified: true })
  await realm.createUser({ userName: 'grace', password, email: 'grace@corp.example', isEmailVerified: true })
  const frank = await signedIn('keycloak', 'frank')
  const grace = await signedIn('keycloak', 'grace')
  const dora = await signedIn('elsewhere', 'dora')
  await realm.setEnabled('frank', false)
  await realm.logout('grace')
  elsewhere.people.delete('dora')

  assert.equal((await providers.recheck('keycloak', frank.upstream)).kind, 'ended')
  assert.equal((await providers.recheck('keycloak', grace.upstream)).kind, 'ended')
  assert.equal((await providers.recheck('elsewhere', dora.upstream)).kind, 'ended')
})

test('Somebody to whom Keycloak gives no offline tokens is told that the operator has to look, with its words as the cause; without asking for them they get in', async () => {
  const refused = await attempt('keycloak', 'oscar')
  providers = door.open(identityProviders.map((each) => ({ ...each, offlineAccess: false })))
  const { identity, upstream } = await signedIn('keycloak', 'oscar')
  const again = await providers.recheck('keycloak', upstream)
  providers = door.open(identityProviders)

  assert.ok(refused.kind === 'refused')
  assert.equal(refused.reason, 'misconfigured')
  assert.match(refused.cause ?? '', /Offline tokens not allowed/)
  assert.equal(identity.userName, 'oscar')
  assert.equal(again.kind, 'active')
})

test('New keys at either identity provider are fetched when the first token comes that they signed', async () => {
  await signedIn('keycloak', 'alice')
  await signedIn('elsewhere', 'alice')
  await realm.rotateKeys()
  elsewhere.rotateKeys()

  assert.equal((await signedIn('keycloak', 'alice')).kind, 'signed_in')
  assert.equal((await signedIn('elsewhere', 'alice')).kind, 'signed_in')
})

for (const { difference, says, expected } of [
  { difference: -25, says: 'within the tolerance', expected: 'signed_in' },
  { difference: 25, says: 'within the tolerance', expected: 'signed_in' },
  { difference: -40, says: 'beyond the tolerance', expected: 'clock' },
] as const)
  for (const id of ['keycloak', 'elsewhere'] as const)
    test(`A clock that is ${Math.abs(difference)} s ${difference < 0 ? 'behind' : 'ahead of'} that of ${id} is ${says}`, async () => {
      const completed = await withClock(difference, () => attempt(id, 'alice'))

      assert.equal(completed.kind === 'refused' ? completed.reason : completed.kind, expected)
    })

test('A clock that is ahead by more than the life of a token of Keycloak and the tolerance is told as the cause', async () => {
  const completed = await withClock(300 + 60, () => attempt('keycloak', 'alice'))

  assert.equal(completed.kind === 'refused' && completed.reason, 'clock')
})

/** As `providers`, by a clock that differs from that of the identity providers. */
async function withClock<T>(difference: number, run: () => Promise<T>): Promise<T> {
  door.open(identityProviders, { now: () => Math.floor(Date.now() / 1000) + difference })
  return run().finally(() => {
    providers = door.open(identityProviders)
  })
}

function visitorOf(userName: string): Visitor {
  const origins = [door.origin, new URL(realm.issuer).origin, elsewhere.issuer]
  const visitor = createVisitor({ userName, password, origins })
  after(visitor.close)
  return visitor
}

async function attempt(id: string, userName: string) {
  return completedIn(await visitorOf(userName).walk(door.wayIn(id)))
}

/** A sign-in that must succeed, and gives something to ask by later. */
async function signedIn(id: string, userName: string) {
  const completed = await attempt(id, userName)
  assert.ok(completed.kind === 'signed_in', JSON.stringify(completed))
  const { upstream } = completed
  assert.ok(upstream !== undefined, `${id} gave nothing to ask by later`)
  return { ...completed, upstream }
}

/** Where the browser is sent, not yet followed. */
async function wayOut(visitor: Visitor, id: string): Promise<string> {
  return leftFor(await visitor.within(door.origin).open(door.wayIn(id))).href
}

/** What the identity provider answers, not yet delivered. */
async function answerOf(visitor: Visitor, id: string): Promise<URL> {
  const out = await wayOut(visitor, id)
  return leftFor(await visitor.within(new URL(out).origin).walk(out))
}
