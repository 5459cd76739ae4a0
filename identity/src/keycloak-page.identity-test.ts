import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Company, startCompany } from './company.ts'
import { createEmployee } from './employee.ts'
import { workFolder } from './folders.ts'
import { type KeycloakPage, readKeycloakPage } from './keycloak-page.ts'
import { type RunningKeycloak, sharedKeycloak } from './shared-keycloak.ts'
import { createVisitor, leftFor, textOf } from './visitor.ts'

/** docs/keycloak.md, done as it says: its commands by Keycloak's own `kcadm.sh`, its settings in front of the notes example. */
let keycloak: RunningKeycloak
let company: Company
let page: KeycloakPage

/** What was started, in order. */
const stops: (() => Promise<void>)[] = []

before(async () => {
  keycloak = await sharedKeycloak()
  stops.push(keycloak.release)
  page = readKeycloakPage({ keycloak: keycloak.origin, portcullis: 'http://localhost' }) // Keycloak minds no port there
  const folder = join(workFolder, 'keycloak-page')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'examples', 'notes'), { recursive: true })
  page.run(keycloak, folder)

  company = await startCompany({
    name: 'keycloak-page-company',
    configuration: page.configuration,
    files: { 'keycloak.secret': readFileSync(join(folder, 'examples', 'notes', 'keycloak.secret'), 'utf8') },
  })
  stops.push(company.stop)
})

after(async () => {
  for (const stop of stops.reverse()) await stop()
})

test('Whoever did what docs/keycloak.md says is the owner by the link, and their client calls a tool', async () => {
  const alice = await createEmployee({
    company,
    userName: 'alice',
    password: page.password,
    identityProvider: 'keycloak',
    origins: [keycloak.origin],
  })
  after(alice.close)

  const landing = await alice.visitor.walk(company.gateway.ownerLink)
  await alice.signIn()

  assert.equal(landing.kind === 'page' && new URL(landing.url).pathname, '/account')
  assert.ok(company.gateway.events().some(({ event, by }) => event === 'account_created' && by === 'owner'))
  assert.match(await alice.call('whoami'), /alice/)
})

test('Whoever is outside of the group of docs/keycloak.md reads that rule, and whom to ask', async () => {
  const realm = keycloak.admin.realm('company')
  const { password } = page
  await realm.createUser({ userName: 'mallory', password, email: 'mallory@corp.example', isEmailVerified: true })
  const mallory = createVisitor({ userName: 'mallory', password, origins: [company.origin, keycloak.origin] })
  after(mallory.close)

  const landing = await mallory.walk(`${company.origin}/account/sign-in`)

  assert.match(
    landing.kind === 'page' ? textOf(landing.answer.text) : leftFor(landing).href,
    /Only people in the group "notes-team" may come in.*it@corp\.example/,
  )
})
