import type { Browser } from 'playwright-core'

export interface Account {
  username: string
  password: string
}

/** Makes the first account, as the person who got the link does: in a browser of their own. */
export async function makeOwner(browser: Browser, ownerLink: string, { username, password }: Account): Promise<void> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(ownerLink)
    const otherwise = page.locator('details:not([open]) > summary') // passkeys come first where a browser has them
    if ((await otherwise.count()) > 0) await otherwise.click()
    await page.locator('#user_name').fill(username)
    for (const field of ['password', 'again']) await page.locator(`input[name=${field}]`).fill(password)
    await page.locator('form:has(input[name=again]) button').click()
    await page.waitForURL((url) => url.pathname === '/account')
  } finally {
    await context.close()
  }
}
