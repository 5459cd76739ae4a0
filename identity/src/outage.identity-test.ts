import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Company, identityProvidersOf, startCompany } from './company.ts'
import { createEmployee, type Employee } from './employee.ts'
import { type Keycloak, startKeycloak } from './keycloak.ts'
import { type CompanyRealm, importCompanyRealm, password } from './realm.ts'
import { soon } from './soon.ts'
import { leftFor, textOf } from './visitor.ts'

/** A Keycloak that stops in the middle. It is one of its own, as others would miss it. */
let keycloak: Keycloak
let realm: CompanyRealm
let company: Company

/** What was started, in order. */
const stops: (() => Promise<void>)[] = []

const accessTokenLifetime = 5
/** Seconds after which an access token is accepted no more, since clocks differ. */
const tokenEnds = accessTokenLifetime + 6
const recheck = 60
const recheckGrace = 300

before(async () => {
  keycloak = await startKeycloak('keycloak-that-stops')
  stops.push(() => keycloak.stop())
  realm = await importCompanyRealm(keycloak, 'outage')
  await realm.change({ accessTokenLifespan: 3600 }) // a clock is put forward here
  company = await startCompany({
    name: 'outage',
    accessTokenLifetime,
    ...identityProvidersOf({
      keycloak: {
        clientSecret: realm.client.clientSecret,
        settings: {
          preset: 'keycloak',
          issuer: realm.issuer,
          clientId: realm.client.clientId,
          recheck: `${recheck}s`,
          recheckGrace: `${recheckGrace}s`,
        },
      },
    }),
  })
  stops.push(company.stop)
})

after(async () => {
  for (const stop of stops.reverse()) await stop()
})

test('Keycloak stops between sign-in there and the way back, then comes again: the page says who does not answer, and the next try lets on', async () => {
  const alice = await employee('alice')
  const { visitor } = alice
  const out = leftFor(await visitor.within(company.origin).walk(`${company.origin}/account/sign-in`)).href
  const back = leftFor(await visitor.within(keycloak.origin).walk(out)).href
  const from = company.gateway.events().length
  await keycloak.stop()

  const landing = await visitor.open(back)
  await keycloak.start()

  assert.ok(landing.kind === 'page')
  assert.equal(landing.answer.status, 503)
  assert.match(textOf(landing.answer.text), /Keycloak does not answer.*Try again in a minute/)
  const line = await company.gateway.logged(({ event }) => event === 'identity_provider_unavailable', from)
  assert.equal(line.during, 'sign-in')
  await alice.signIn()
  assert.match(await alice.call('whoami'), /alice/)
})

test('Keycloak stops after somebody signed in: they go on for the time that is configured, then get no tokens, and go on without a page when it is back', async () => {
  const bob = await employee('bob')
  await bob.signIn()
  await keycloak.stop()
  const from = company.gateway.events().length

  later(recheck + tokenEnds)
  assert.match(await bob.call('whoami'), /bob/)
  const line = await company.gateway.logged(({ event }) => event === 'identity_provider_unavailable', from)
  assert.equal(line.during, 'recheck')

  later(recheckGrace + tokenEnds)
  await assert.rejects(bob.call('whoami'))
  assert.ok(!company.gateway.events(from).some(({ event }) => event === 'identity_ended'), 'Something of theirs ended')

  await keycloak.start()
  later(recheck) // nobody asks more often
  assert.match(await soon(() => bob.call('whoami')), /bob/)
})

test('Whoever was disabled while Keycloak could not be asked loses access at the first answer', async () => {
  const bob = await employee('bob')
  await bob.signIn()
  await realm.setEnabled('bob', false)
  await keycloak.stop()
  later(recheck + tokenEnds)
  assert.match(await bob.call('whoami'), /bob/)
  await keycloak.start()

  later(recheck)

  await soon(() => {
    later(tokenEnds)
    return assert.rejects(bob.call('whoami'), /refused/)
  })
})

/** By how many seconds the clock of Portcullis has been put forward. */
let shift = 0

function later(seconds: number): void {
  shift += seconds
  company.shiftClock(shift)
}

async function employee(userName: string): Promise<Employee> {
  const origins = [keycloak.origin]
  const made = await createEmployee({ company, userName, password, identityProvider: 'keycloak', origins })
  after(made.close)
  return made
}
