import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type Application, startApplication } from './application.ts'
import { addAccount } from './people.ts'
import { askForAccess, createBrowser, letIn, register } from './walk.ts'

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

for (const javaScriptEnabled of [true, false])
  test(`a person writes a note, ${javaScriptEnabled ? 'with' : 'without'} scripts, sees who has access, and takes it back`, {
    skip,
  }, async (t) => {
    const { origin } = application
    const account = await addAccount(application)
    await letIn(origin, account)
    const context = await browser.newContext({ javaScriptEnabled })
    t.after(() => context.close())
    const page = await context.newPage()
    const look = async (name: string) => (javaScriptEnabled ? keep(page, name) : undefined) // axe is a script

    await page.goto(`${origin}/connections`)
    await look('sign-in')
    await page.getByLabel('Name').fill(account.username)
    await page.getByLabel('Password').fill(account.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText(/Client \w+/).waitFor()
    await look('connections')
    await page.getByRole('button', { name: 'Take it back' }).click()
    await page.getByText('Nobody but you.').waitFor()
    await page.getByRole('link', { name: 'Back to your notes' }).click()
    await page.getByLabel('A new note').fill('Written by hand')
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByText('Written by hand').waitFor()
    await look('notes')
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Nothing yet.').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()

    assert.equal(new URL(page.url()).pathname, '/sign-in')
  })

test('the consent page has the look of the application, and says to whom the answer goes', { skip }, async (t) => {
  const { origin, ada } = application
  const clientId = await register(origin)
  const { answer } = await askForAccess(createBrowser(origin), { clientId })
  const page = await browser.newPage()
  t.after(() => page.close())

  await page.goto(new URL(answer.headers.get('location') ?? '', origin).href)
  await page.getByLabel('Name').fill(ada.username)
  await page.getByLabel('Password').fill(ada.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Allow' }).waitFor()
  await keep(page, 'consent')

  assert.match(await page.locator('main').innerText(), /client\.example/)
  const logo = page.locator('img[src="/logo.svg"]')
  assert.ok(await logo.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0))
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
      await page.screenshot({ path: join(shots, `marginalia-${name}-${colorScheme}-${width}.png`), fullPage: true })
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
