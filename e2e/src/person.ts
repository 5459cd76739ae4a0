import type { Browser, BrowserContext, Page } from 'playwright-core'
import { typeInto, walkTo } from './keyboard.ts'
import { type Traffic, watchTraffic } from './traffic.ts'
import type { Web } from './web.ts'

/**
 * Somebody in a browser of their own, who has no mouse and lets no page run scripts: what they get through, everybody gets through. All that a
 * page loads and complains of is kept.
 */
export interface Person {
  page: Page
  browser: Browser
  context: BrowserContext
  traffic: Traffic
  /** Opens a URL, and waits for the page where that leads. */
  open(url: string): Promise<void>
  /** Fills fields, by their labels, and presses a button or follows a link of that name, all by keyboard; waits for the page that comes. */
  submit(button: string | RegExp, fields?: Readonly<Record<string, string>>): Promise<void>
  /** The same with a button whose answer leads away; resolves to where. */
  leave(button: string | RegExp, fields?: Readonly<Record<string, string>>): Promise<URL>
  /** Whether pages run scripts in this browser. */
  scripts: boolean
  /** Changes that for now. */
  allowScripts(isAllowed: boolean): Promise<void>
  /** What stands in the card, as a person reads it. */
  text(): Promise<string>
  close(): Promise<void>
}

export interface PersonOptions {
  /** Default: no page may run any. */
  scripts?: boolean
  /** Default: a small telephone. */
  viewport?: { width: number; height: number }
  /** Default: a browser of their own. With that of somebody else it is another tab there. */
  context?: BrowserContext
}

export async function createPerson({ browser }: Pick<Web, 'browser'>, options: PersonOptions = {}): Promise<Person> {
  const { scripts = false, viewport = { width: 360, height: 740 } } = options
  const context = options.context ?? (await browser.newContext({ viewport, ignoreHTTPSErrors: true, locale: 'en-GB' }))
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  // Not by `javaScriptEnabled`: what inspects a page has to run in it.
  const session = await context.newCDPSession(page)
  const allowScripts = async (isAllowed: boolean) => {
    await session.send('Emulation.setScriptExecutionDisabled', { value: !isAllowed })
  }
  await allowScripts(scripts)
  const traffic = watchTraffic(page)
  const fill = async (fields: Readonly<Record<string, string>>) => {
    for (const [label, text] of Object.entries(fields))
      await typeInto(page, page.getByLabel(label, { exact: true }).filter({ visible: true }), text)
  }
  const press = async (button: string | RegExp) => {
    const how = { name: button, exact: true }
    await walkTo(page, page.getByRole('button', how).or(page.getByRole('link', how)).filter({ visible: true }).first())
    await page.keyboard.press('Enter')
  }
  return {
    page,
    browser,
    context,
    traffic,
    scripts,
    allowScripts,
    async open(url) {
      await page.goto(url)
    },
    async submit(button, fields = {}) {
      await fill(fields)
      const loaded = page.waitForEvent('load')
      await Promise.all([loaded, press(button)])
      await page.waitForURL(({ pathname }) => !goesOn.has(pathname) || traffic.document().status() !== 200)
    },
    async leave(button, fields = {}) {
      await fill(fields)
      const answered = page.waitForResponse((each) => each.request().method() === 'POST' && each.status() === 303)
      await Promise.all([answered, press(button)])
      const to = new URL((await (await answered).headerValue('location')) ?? '', page.url())
      if (/^https?:$/.test(to.protocol)) await page.waitForURL(to.href)
      return to
    },
    text: () => page.locator('main').innerText(),
    close: () => context.close(),
  }
}

/** Pages that go on by themselves, where all is well. */
const goesOn = new Set(['/account/continue', '/account/sign-in-with', '/account/callback/corp'])
