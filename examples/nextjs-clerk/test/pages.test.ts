import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type Application, ada, startApplication } from './application.ts'
import { call, tokensFor } from './client.ts'

/** What a person sees, in Chromium; pictures of it are kept, for eyes, in `.work/shots` or where E2E_SHOTS says. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const skip = !existsSync(executablePath) && `there is no browser at ${executablePath}`
const shots = process.env.E2E_SHOTS ?? join(import.meta.dirname, '..', '.work', 'shots')
let application: Application
let browser: Browser
before(async () => {
  if (skip) return
  mkdirSync(shots, { recursive: true })
  application = await startApplication()
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
})
after(async () => {
  await browser?.close()
  await application?.stop()
})

test('a person goes from the first page to Clerk and back, and sees what their assistant put on the shelf', {
  skip,
}, async () => {
  const { origin, mcp } = application
  const { access_token } = await tokensFor(application)
  await call(mcp, access_token, 'add_book', { title: 'The Mill on the Floss' })
  const page = await browser.newPage()

  await page.goto(origin)
  await page.getByText(mcp, { exact: true }).waitFor()
  await keep(page, 'home')
  await page.getByRole('link', { name: 'Your books' }).click()
  await page.getByLabel('Name').fill(ada.username)
  await page.getByLabel('Password').fill(ada.password)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('The Mill on the Floss').waitFor()
  await keep(page, 'books')

  assert.equal(page.url(), `${origin}/books`)
})

/** Keeps what it looks like, and has axe look at it: on a telephone and in a large window, in the light and in the dark. */
async function keep(page: Page, name: string): Promise<void> {
  for (const [width, height] of [
    [360, 740],
    [1280, 800],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(shots, `shelf-${name}-${colorScheme}-${width}.png`), fullPage: true })
      assert.deepEqual(await accessibilityFaults(page), [], `${name}, ${colorScheme}, ${width} px`)
    }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(`${axeSource};0`)
  return page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe // put there by its own source
    const { violations } = await run(document, { resultTypes: ['violations'] })
    return violations.map(({ help, nodes }) => `${help} at ${nodes.map(({ html }) => html).join(' and ')}`)
  })
}
