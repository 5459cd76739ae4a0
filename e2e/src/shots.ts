import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** Keeps what a page looks like, where `--shots` asked for it: for eyes, since no inspection sees what is merely ugly. */
export async function keepShot(page: Page, name: string): Promise<void> {
  const folder = process.env.E2E_SHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  const plain = name.replaceAll(/[^\w]+/g, '-').replace(/-$/, '')
  let path = join(folder, `${plain}.png`)
  for (let at = 2; existsSync(path); at++) path = join(folder, `${plain}-${at}.png`)
  await page.screenshot({ path, fullPage: true })
}
