import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Company, identityProvidersOf, startCompany } from './company.ts'
import { createEmployee, type Employee } from './employee.ts'
import { type OidcProvider, startOidcProvider } from './oidc-provider.ts'
import { people } from './people-at-oidc-provider.ts'
import { type CompanyRealm, importCompanyRealm, password } from './realm.ts'
import { type RunningKeycloak, sharedKeycloak } from './shared-keycloak.ts'
import { soon } from './soon.ts'
import { createVisitor, leftFor, textOf, type Visitor } from './visitor.ts'

/** The program in front of the notes example, with a Keycloak and an oidc-provider that run, and the official SDK's client. */
let keycloak: RunningKeycloak
let realm: CompanyRealm
let elsewhere: OidcProvider
let company: Company

/** Seconds: the least that the configuration allows. */
const recheck = 60
const accessTokenLifetime = 5
/** Seconds after which an access token is accepted no more, since clocks differ. */
const tokenEnds = accessTokenLifetime + 6

/** What was started, in order. */
const stops: (() => Promise<void>)[] = []

before(async () => {
  keycloak = await sharedKeycloak()
  stops.push(keycloak.release)
  realm = await importCompanyRealm(keycloak, 'notes-company')
  // Tokens that live long, since a clock is put forward here.
  await realm.change({ accessTokenLifespan: 3600, eventsEnabled: true, enabledEventTypes: ['REFRESH_TOKEN'] })
  elsewhere = await startOidcProvider({ people, alwaysRefreshes: true })
  stops.push(elsewhere.stop)
  company = await startCompany({
    name: 'company',
    accessTokenLifetime,
    ...identityProvidersOf({
      keycloak: {
        clientSecret: realm.client.clientSecret,
        settings: {
          preset: 'keycloak',
          issuer: realm.issuer,
          clientId: realm.client.clientId,
          allow: { groups: ['notes-team'] },
          contact: 'it@corp.example',
          groupsTold: ['notes-team'],
          recheck: `${recheck}s`,
        },
      },
      elsewhere: {
        clientSecret: elsewhere.client.clientSecret,
        settings: {
          preset: 'oidc',
          issuer: elsewhere.issuer,
          clientId: elsewhere.client.clientId,
          scopes: ['groups'],
          recheck: `${recheck}s`,
        },
      },
    }),
  })
  stops.push(company.stop)
  elsewhere.addRedirectUri(`${company.origin}/account/callback/elsewhere`)
})

after(async () => {
  for (const stop of stops.reverse()) await stop()
})

test('A clock that differs by less than the tolerance is no hindrance; one beyond it is told as the cause, on the page and in the log', async () => {
  later(-25)
  await (await employee('keycloak', 'alice')).signIn()
  const from = company.gateway.events().length
  later(-20)

  await assert.rejects((await employee('keycloak', 'alice')).signIn(), /clock/)

  later(45)
  const line = await company.gateway.logged(({ event }) => event === 'identity_refused', from)
  assert.equal(line.reason, 'clock')
})

test('Somebody signs in at Keycloak and their MCP client calls a tool; the MCP server is told of the groups that the operator named, and of no other', async () => {
  const alice = await employee('keycloak', 'alice')
  const mark = company.gateway.back.mark()

  await alice.signIn()
  const said = await alice.call('whoami')

  assert.match(said, /alice/)
  const { sent } = company.gateway.back.passed(mark)
  assert.match(sent, /^x-portcullis-groups: notes-team\r$/im)
  assert.doesNotMatch(sent, /notes-leads/)
})

test('Somebody signs in at oidc-provider beside Keycloak, and is another than whoever has the same name there', async () => {
  const here = await employee('keycloak', 'alice')
  const there = await employee('elsewhere', 'alice')
  await here.signIn()
  await there.signIn()

  assert.notEqual(await there.call('whoami'), await here.call('whoami'))
})

test('Somebody outside of the group is refused by a page that names the rule and whom to ask, and no account is made', async () => {
  const from = company.gateway.events().length
  const carol = visitorOf('keycloak', 'carol')

  const landing = await carol.walk(`${company.origin}/account/sign-in`)

  assert.ok(landing.kind === 'page')
  assert.equal(landing.answer.status, 403)
  const says = textOf(landing.answer.text)
  assert.match(says, /Only people in the group "notes-team" may come in/)
  assert.match(says, /it@corp\.example/)
  const line = await company.gateway.logged(({ event }) => event === 'identity_refused', from)
  assert.equal(line.reason, 'not_admitted')
  assert.equal(line.subject, await realm.subjectOf('carol'))
  assert.ok(!company.gateway.events(from).some(({ event }) => event === 'account_created'))
})

test('What Keycloak answers, led to the callback of oidc-provider, signs nobody in and shows the code to nobody (RFC 9700 §4.4)', async () => {
  const from = company.gateway.events().length
  const visitor = visitorOf('elsewhere', 'alice')
  const state = new URL(await wayOut(visitor)).searchParams.get('state') ?? ''
  const other = visitor.by('keycloak')
  const out = await wayOut(other)
  const mixedUp = new URL(`${company.origin}/account/callback/elsewhere`)
  mixedUp.search = leftFor(await other.within(keycloak.origin).walk(out)).search
  mixedUp.searchParams.set('state', state)

  const landing = await visitor.open(mixedUp.href)

  assert.equal(landing.kind === 'page' && landing.answer.status, 403)
  const line = await company.gateway.logged(({ event }) => event === 'identity_refused', from)
  assert.equal(line.reason, 'mixed_up')
})

test('Somebody who is disabled at Keycloak loses access within the time that is configured, and cannot come back', async () => {
  const bob = await employee('keycloak', 'bob')
  await bob.signIn()
  await bob.call('whoami')
  await realm.setEnabled('bob', false)
  const from = company.gateway.events().length

  later(recheck)

  await losesAccess(bob)
  assert.match(await backFor(bob), /Account is disabled/)
  const line = await company.gateway.logged(({ event }) => event === 'identity_ended', from)
  assert.equal(line.reason, 'ended')
})

test('Somebody who leaves the group at Keycloak loses access within the time that is configured, by the rule', async () => {
  await realm.createUser({ userName: 'henry', password, email: 'henry@corp.example', isEmailVerified: true })
  await realm.setGroups('henry', ['notes-team'])
  const henry = await employee('keycloak', 'henry')
  await henry.signIn()
  await realm.setGroups('henry', [])
  const from = company.gateway.events().length

  later(recheck)

  await losesAccess(henry)
  assert.match(await backFor(henry), /Only people in the group "notes-team" may come in/)
  const line = await company.gateway.logged(({ event }) => event === 'identity_ended', from)
  assert.equal(line.reason, 'not_admitted')
})

test('Whoever is still there at Keycloak goes on after it was asked again, without a page', async () => {
  const alice = await employee('keycloak', 'alice')
  await alice.signIn()
  const asked = await realm.countEvents('REFRESH_TOKEN')

  later(recheck + tokenEnds)

  assert.match(await alice.call('whoami'), /alice/)
  assert.ok((await realm.countEvents('REFRESH_TOKEN')) > asked, 'Keycloak was not asked')
})

test('Somebody whom oidc-provider knows no more loses access within the time that is configured', async () => {
  const dora = await employee('elsewhere', 'dora')
  await dora.signIn()
  await dora.call('whoami')
  elsewhere.people.delete('dora')

  later(recheck)

  await losesAccess(dora)
})

test('Keycloak changes its keys, and people sign in as before', async () => {
  await (await employee('keycloak', 'alice')).signIn()
  await realm.rotateKeys()

  const alice = await employee('keycloak', 'alice')
  await alice.signIn()

  assert.match(await alice.call('whoami'), /alice/)
})

test('law 11: what the identity providers gave, secrets and passwords stand neither in the log nor in the database, and the MCP server is sent none of it (law 7)', () => {
  const { gateway } = company
  const codes = [...gateway.front.passed().sent.matchAll(/^GET \/account\/callback\/\S*[?&]code=([^&\s]+)/gm)]
  const secrets = [
    ...elsewhere.given,
    ...codes.map(([, token = '']) => ({ kind: 'code', token })),
    { kind: 'client secret', token: realm.client.clientSecret },
    { kind: 'client secret', token: elsewhere.client.clientSecret },
    { kind: 'password', token: password },
  ]
  const places = { log: gateway.log(), database: gateway.database(), upstream: gateway.back.passed().sent }

  const kinds = new Set(secrets.map(({ kind }) => kind))
  for (const kind of ['access_token', 'refresh_token', 'id_token', 'code'])
    assert.ok(kinds.has(kind), `No ${kind} passed`)
  for (const [place, text] of Object.entries(places))
    assert.deepEqual(
      [...new Set(secrets.filter(({ token }) => text.includes(token)).map(({ kind }) => kind))],
      [],
      place,
    )
})

/** By how many seconds the clock of Portcullis has been put forward. It is never put back: what is written down in the future would stay new for long. */
let shift = 0

function later(seconds: number): void {
  shift += seconds
  company.shiftClock(shift)
}

/** Nobody waits long for an identity provider's answer: of a slow one the answer counts from the next token on. */
function losesAccess({ call }: Employee): Promise<void> {
  return soon(() => {
    later(tokenEnds)
    return assert.rejects(call('whoami'), /refused/)
  })
}

async function employee(identityProvider: string, userName: string): Promise<Employee> {
  const made = await createEmployee({ company, userName, password, identityProvider, origins: origins() })
  after(made.close)
  return made
}

function visitorOf(identityProvider: string, userName: string): Visitor {
  const visitor = createVisitor({ userName, password, identityProvider, origins: [company.origin, ...origins()] })
  after(visitor.close)
  return visitor
}

/** What the page says at which somebody ends who comes back with the same browser. */
async function backFor({ visitor }: Employee): Promise<string> {
  const landing = await visitor.walk(`${company.origin}/account`)
  return landing.kind === 'page' ? textOf(landing.answer.text) : landing.to
}

function origins(): readonly string[] {
  return [keycloak.origin, elsewhere.issuer]
}

/** The identity provider's address that the button leads to, not yet followed. */
async function wayOut(visitor: Visitor): Promise<string> {
  return leftFor(await visitor.within(company.origin).walk(`${company.origin}/account/sign-in`)).href
}
