import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type Company, identityProvidersOf, startCompany } from './company.ts'
import { type OidcProvider, startOidcProvider } from './oidc-provider.ts'
import { people } from './people-at-oidc-provider.ts'
import { importCompanyRealm, password } from './realm.ts'
import { sharedKeycloak } from './shared-keycloak.ts'
import { signInAtKeycloak, signInAtOidcProvider } from './sign-in-pages.ts'

/** With Chromium, which holds pages to their policies. */
let browser: Browser
let company: Company
let elsewhere: OidcProvider

/** What was started, in order. */
const stops: (() => Promise<unknown>)[] = []

before(async () => {
  const keycloak = await sharedKeycloak()
  stops.push(keycloak.release)
  const realm = await importCompanyRealm(keycloak, 'browser')
  elsewhere = await startOidcProvider({ people })
  stops.push(elsewhere.stop)
  company = await startCompany({
    name: 'browser',
    ...identityProvidersOf({
      keycloak: {
        clientSecret: realm.client.clientSecret,
        settings: {
          preset: 'keycloak',
          issuer: realm.issuer,
          clientId: realm.client.clientId,
          allow: { groups: ['notes-team'] },
        },
      },
      elsewhere: {
        clientSecret: elsewhere.client.clientSecret,
        settings: { preset: 'oidc', issuer: elsewhere.issuer, clientId: elsewhere.client.clientId, name: 'Elsewhere' },
      },
    }),
  })
  stops.push(company.stop)
  elsewhere.addRedirectUri(`${company.origin}/account/callback/elsewhere`)
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium' // Debian's
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] })
  stops.push(() => browser.close())
})

after(async () => {
  for (const stop of stops.reverse()) await stop()
})

test('A browser signs in at Keycloak by the button of the sign-in page, and comes to the account', async () => {
  const page = await signInPage()

  await page.getByRole('button', { name: 'Keycloak' }).click()
  await signInAtKeycloak(page, { userName: 'alice', password })

  await page.waitForURL(`${company.origin}/account`)
  assert.match(await page.locator('main').innerText(), /alice/)
})

test('A browser signs in at oidc-provider by the button of the sign-in page, and comes to the account', async () => {
  const page = await signInPage()

  await page.getByRole('button', { name: 'Elsewhere' }).click()
  await signInAtOidcProvider(page, { userName: 'alice', password: 'any' })

  await page.waitForURL(`${company.origin}/account`)
  assert.match(await page.locator('main').innerText(), /alice/)
})

test('Whoever a rule keeps out can sign in as somebody else, from the page that says so', async () => {
  const page = await signInPage()
  await page.getByRole('button', { name: 'Keycloak' }).click()
  await signInAtKeycloak(page, { userName: 'carol', password })
  const says = await page.getByRole('heading', { level: 1 }).innerText()

  await page.getByRole('button', { name: 'Try another account' }).click()

  assert.equal(says, 'You are not let in')
  await signInAtKeycloak(page, { userName: 'bob', password })
  await page.waitForURL(`${company.origin}/account`)
  assert.match(await page.locator('main').innerText(), /bob/)
})

async function signInPage(): Promise<Page> {
  const context = await browser.newContext()
  after(() => context.close())
  const page = await context.newPage()
  await page.goto(`${company.origin}/account/sign-in`)
  return page
}
