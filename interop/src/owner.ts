import type { Browser } from 'playwright-core'
import { signInAtKeycloak } from '../../identity/src/sign-in-pages.ts'

export interface Account {
  username: string
  password: string
}

export interface OwnerOptions extends Account {
  /** Whether they have the account at an identity provider, and none but that. Default: false. */
  isElsewhere?: boolean
}

/** Makes the first account, or one that somebody is invited to, as the person who got the link does: in a browser of their own. */
export async function makeOwner(
  browser: Browser,
  ownerLink: string,
  { username, password, isElsewhere = false }: OwnerOptions,
): Promise<void> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(ownerLink)
    if (isElsewhere) {
      await page.locator('button[name=with]').click()
      await signInAtKeycloak(page, { userName: username, password })
    } else {
      const otherwise = page.locator('details:not([open]) > summary') // passkeys come first where a browser has them
      if ((await otherwise.count()) > 0) await otherwise.click()
      await page.locator('#user_name').fill(username)
      for (const field of ['password', 'again']) await page.locator(`input[name=${field}]`).fill(password)
      await page.locator('form:has(input[name=again]) button').click()
    }
    await page.waitForURL((url) => url.pathname === '/account')
  } finally {
    await context.close()
  }
}
