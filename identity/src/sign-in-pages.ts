import type { Page } from 'playwright-core'

export interface Credentials {
  userName: string
  password: string
}

/** Fills the sign-in page of Keycloak at which a browser is, or comes to. */
export async function signInAtKeycloak(page: Page, { userName, password }: Credentials): Promise<void> {
  await page.locator('input[name=username]').fill(userName)
  await page.locator('input[name=password]').fill(password)
  await page.locator('form:has(input[name=password]) button[type=submit]').click()
}

/** Fills the development pages of oidc-provider: who signs in, and that the client may know. */
export async function signInAtOidcProvider(page: Page, { userName, password }: Credentials): Promise<void> {
  await page.locator('input[name=login]').fill(userName)
  await page.locator('input[name=password]').fill(password)
  await page.locator('form:has(input[name=password]) button[type=submit]').click()
  await page.getByRole('button', { name: 'Continue' }).click()
}
