import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

/** One way through the pages, from the URL that the client opened to the client's own address. */
export interface Visit {
  /** Whether the person had to give name and password. */
  signedIn: boolean
  /** What the consent page said; `undefined` when there was none. */
  consent: Consent | undefined
  /** Where the browser was sent in the end: the client's redirect URI, with its parameters. */
  landedAt: URL
}

export interface Consent {
  /** The page as a person reads it. */
  text: string
  /** The scope tokens that it lists. */
  scopes: readonly string[]
}

/** Somebody with an account, in a browser of their own (cookies included). */
export interface Person {
  /** Follows `authorizationUrl` through sign-in and consent. Throws, and leaves a screenshot, when the pages are not as expected. */
  visit(authorizationUrl: string, options?: { decision?: 'allow' | 'deny' }): Promise<Visit>
  /** Every visit so far. */
  readonly visits: readonly Visit[]
  close(): Promise<void>
}

export interface PersonOptions {
  browser: Browser
  username: string
  password: string
  /** Where screenshots of failures go, and the beginning of their names. */
  failures: { folder: string; name: string }
  /** Where each page on the way is kept as a picture, and the beginning of their names. Default: none is. */
  pictures?: { folder: string; name: string } | undefined
}

/** Debian's Chromium; `CHROMIUM` names another. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Why there can be no browser on this machine; `undefined` when there can. */
export function whyNoBrowser(): string | undefined {
  if (existsSync(executablePath)) return undefined
  return `there is no browser at ${executablePath}: install Debian's chromium, or name one by CHROMIUM`
}

/** Headless. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: flags })
}

export async function createPerson(options: PersonOptions): Promise<Person> {
  const context = await options.browser.newContext()
  context.setDefaultTimeout(stepLimit)
  const visits: Visit[] = []
  return {
    visits,
    async visit(authorizationUrl, { decision = 'allow' } = {}) {
      const page = await context.newPage()
      try {
        const visit = await follow(page, authorizationUrl, { ...options, decision })
        visits.push(visit)
        return visit
      } catch (cause) {
        const picture = join(options.failures.folder, `${options.failures.name}-${visits.length + 1}.png`)
        await mkdir(options.failures.folder, { recursive: true })
        await page.screenshot({ path: picture, fullPage: true })
        throw new Error(`The pages did not lead to the client; ${picture} shows where it stopped`, { cause })
      }
    },
    // Pages are not closed by themselves: Chromium sometimes never closes one that is closing itself, as those of clients do.
    close: () => context.close(),
  }
}

async function follow(
  page: Page,
  authorizationUrl: string,
  { username, password, pictures, decision }: PersonOptions & { decision: 'allow' | 'deny' },
): Promise<Visit> {
  const landing = watchLanding(page, authorizationUrl)
  landing.catch(() => {}) // awaited below; the page may fail before that
  let signedIn = false
  let consent: Consent | undefined
  await navigate(page, () => page.goto(authorizationUrl, { waitUntil: 'commit' }))
  for (;;) {
    const shown = await Promise.race([landing, shownForm(page)])
    if (shown instanceof URL) return { signedIn, consent, landedAt: shown }
    await keepPicture(page, pictures, shown)
    if (shown === 'sign-in') {
      if (signedIn) throw new Error('The sign-in page came back after name and password')
      signedIn = true
      await page.locator('form:has(input[type=password]) input:not([type=hidden], [type=password])').fill(username)
      await page.locator('input[type=password]').fill(password)
      await navigate(page, () =>
        page.locator('form:has(input[type=password]) button:not([type=button])').click({ noWaitAfter: true }),
      )
    } else {
      if (consent) throw new Error('The consent page came back after the decision')
      const isOurs = shown === 'consent'
      consent = isOurs ? await readConsent(page) : await readKeycloaksConsent(page)
      const button = isOurs ? `button[name=decision][value=${decision}]` : keycloaksConsent[decision]
      await navigate(page, () => page.locator(button).click({ noWaitAfter: true }))
    }
  }
}

/** Resolves when the browser has gone to the client's redirect URI and the client has answered. */
async function watchLanding(page: Page, authorizationUrl: string): Promise<URL> {
  const redirectUri = new URL(authorizationUrl).searchParams.get('redirect_uri')
  if (!redirectUri) throw new Error(`The client opened something that is no authorization request: ${authorizationUrl}`)
  const request = await page.waitForRequest((each) => each.url().startsWith(`${redirectUri}?`), { timeout: visitLimit })
  await request.response()
  return new URL(request.url())
}

async function shownForm(page: Page): Promise<'sign-in' | 'consent' | 'keycloaks-consent'> {
  const signIn = page.locator('input[type=password]')
  const ours = page.locator('button[name=decision][value=allow]')
  const keycloaks = page.locator(keycloaksConsent.allow)
  await signIn.or(ours).or(keycloaks).first().waitFor({ timeout: visitLimit })
  if ((await signIn.count()) > 0) return 'sign-in'
  return (await ours.count()) > 0 ? 'consent' : 'keycloaks-consent'
}

/** Of the page on which Keycloak asks, where it is the authorization server itself. */
const keycloaksConsent = { allow: '[type=submit][name=accept]', deny: '[type=submit][name=cancel]' }

async function readKeycloaksConsent(page: Page): Promise<Consent> {
  return { text: await page.locator('body').innerText(), scopes: await page.locator('#kc-oauth li').allInnerTexts() }
}

async function keepPicture(page: Page, pictures: PersonOptions['pictures'], shown: string): Promise<void> {
  if (pictures === undefined) return
  await mkdir(pictures.folder, { recursive: true })
  await page.screenshot({ path: join(pictures.folder, `${pictures.name}-${shown}.png`), fullPage: true })
}

async function readConsent(page: Page): Promise<Consent> {
  for (const size of [
    { width: 390, height: 844 },
    { width: 1280, height: 800 },
  ])
    await requireInSight(page, size)
  const text = await page.locator('main').innerText()
  return { text, scopes: await page.locator('li code').allInnerTexts() }
}

/** Throws where somebody with a window of that size must scroll to decide, or to read where the answer goes. */
async function requireInSight(page: Page, size: { width: number; height: number }): Promise<void> {
  await page.setViewportSize(size)
  for (const part of ['.at', 'button[value=deny]', 'button[value=allow]']) {
    const box = await page.locator(part).boundingBox()
    if (box === null || box.y < 0 || box.y + box.height > size.height)
      throw new Error(`At ${size.width} × ${size.height} a person must scroll to see ${part} of the consent page`)
  }
}

/** Waits until the page has been left: otherwise the form just sent would be seen again. */
async function navigate(page: Page, leave: () => Promise<unknown>): Promise<void> {
  const left = page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame())
  await Promise.all([left, leave()])
}

/** Milliseconds for one step, and for a whole visit. */
const stepLimit = 15_000
const visitLimit = 30_000

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
