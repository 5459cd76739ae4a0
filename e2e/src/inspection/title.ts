import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { workFolder } from '../folders.ts'

/** No two pages have one title: people tell tabs and history by it (WCAG 2.2 §2.4.2). Test files are processes of their own, so that who has a title stands in files. */
export async function titleFaults(page: Page, name: string): Promise<string[]> {
  const title = await page.title()
  const folder = process.env.E2E_TITLES ?? join(workFolder, `titles-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, createHash('sha256').update(title).digest('hex').slice(0, 32))
  try {
    writeFileSync(file, name, { flag: 'wx' })
    return []
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
  }
  const other = readFileSync(file, 'utf8')
  return other === name ? [] : [`the page "${other}" has the same title: ${title}`]
}
