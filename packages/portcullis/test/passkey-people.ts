import assert from 'node:assert/strict'
import { type newSite, origin } from './pages-site.ts'
import { type Deviation, SoftwarePasskey } from './software-authenticator.ts'

type Site = Awaited<ReturnType<typeof newSite>>
export type Browser = ReturnType<Site['browser']>

/** Accepts an invitation with a passkey, and no password. */
export async function accountWithPasskey(site: Site, userName: string, at = origin) {
  const token = await site.link('invitation')
  const browser = site.browser()
  const passkey = new SoftwarePasskey(at)
  const options = await optionsOn(browser, `/account/invitation?token=${token}`)
  const made = await browser.post('/account/invitation', {
    token,
    user_name: userName,
    credential: passkey.create(options),
  })
  assert.equal(made.status, 303)
  const { value } = (await site.store.get('userName', userName)) ?? assert.fail()
  return { browser, passkey, accountId: value.accountId }
}

/** What a page asks the browser for. */
export async function optionsOn(browser: Browser, path: string) {
  const shown = await browser.get(path)
  const [, found = ''] = /data-options="([^"]+)"/.exec(await shown.text()) ?? assert.fail(`${path}: ${shown.status}`)
  return JSON.parse(found.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'))
}

/** Signs in as a browser does that has one passkey. */
export async function signInWith(
  passkey: SoftwarePasskey,
  browser: Browser,
  { returnTo = '/account', deviation }: { returnTo?: string; deviation?: Deviation } = {},
): Promise<Response> {
  const options = await optionsOn(browser, `/account/sign-in?${new URLSearchParams({ return_to: returnTo })}`)
  return browser.post('/account/sign-in/passkey', { return_to: returnTo, credential: passkey.use(options, deviation) })
}

/** Adds a passkey on the account page. */
export async function addPasskeyBy(
  passkey: SoftwarePasskey,
  browser: Browser,
  name: string,
  deviation?: Deviation,
): Promise<Response> {
  const options = await optionsOn(browser, '/account/passkeys/add')
  return browser.post('/account/passkeys/add', { name, credential: passkey.create(options, deviation) })
}
