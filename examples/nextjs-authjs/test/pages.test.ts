import assert from 'node:assert/strict'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type Application, startApplication } from './application.ts'
import { addAccount } from './people.ts'
import { askForAccess, createBrowser, letIn, register } from './walk.ts'

/** What a person sees, in Chromium; pictures of it are kept in `.work/shots`, for eyes. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const skip = !existsSync(executablePath) && `there is no browser at ${executablePath}`
const shots = join(import.meta.dirname, '..', '.work', 'shots')
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

    await page.goto(`${origin}/connections`)
    await keep(page, 'sign-in')
    await page.getByLabel('Name').fill(account.username)
    await page.getByLabel('Password').fill(account.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText(/Client \w+/).waitFor()
    await keep(page, 'connections')
    await page.getByRole('button', { name: 'Take it back' }).click()
    await page.getByText('Nobody but you.').waitFor()
    await page.getByRole('link', { name: 'Back to your notes' }).click()
    await page.getByLabel('A new note').fill('Written by hand')
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByText('Written by hand').waitFor()
    await keep(page, 'notes')
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

async function keep(page: Page, name: string): Promise<void> {
  for (const [width, height] of [
    [360, 740],
    [1280, 800],
  ] as const) {
    await page.setViewportSize({ width, height })
    await page.screenshot({ path: join(shots, `${name}-${width}.png`), fullPage: true })
  }
}
