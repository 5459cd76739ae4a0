import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort } from '../../scripts/free-port.ts'
import { behindPort } from './behind.ts'
import { workFolder } from './folders.ts'
import { startGateway } from './gateway.ts'
import { makeOwner } from './owner.ts'
import { sourceProgram } from './program-under-test.ts'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

test('RFC 8628 §3.3 §5.4 a person connects a device on a phone, without scripts: the code is typed, compared and ticked, all within sight', {
  skip: whyNot(),
}, async (t) => {
  const { launchBrowser } = await import('./browser.ts')
  const browser = await launchBrowser()
  t.after(() => browser.close())
  const gateway = await startGateway({
    program: sourceProgram(),
    folder: join(workFolder, 'device-page'),
    behind: await behindPort(await freePort()), // nobody calls it
    configuration: 'devices: { enabled: true }',
    accessTokenLifetime: 60,
  })
  t.after(() => gateway.stop())
  const { origin } = new URL(gateway.url)
  const account = { username: 'ada', password: 'correct horse battery' }
  await makeOwner(browser, gateway.ownerLink, account)
  const { client_id } = await post('/register', {
    grant_types: [deviceGrant, 'refresh_token'],
    token_endpoint_auth_method: 'none',
    client_name: 'Television in the living room',
  })
  const codes = await post('/device_authorization', new URLSearchParams({ client_id }))
  const polled = { grant_type: deviceGrant, client_id, device_code: codes.device_code }
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const isInSight = async (part: string) => {
    const box = await page.locator(part).first().boundingBox()
    return box !== null && box.x >= 0 && box.x + box.width <= 390 && box.y >= 0 && box.y + box.height <= 844
  }

  await page.goto(codes.verification_uri)
  await page.fill('input[name=user_name]', account.username)
  await page.fill('input[name=password]', account.password)
  await page.click('form:has(input[name=password]) button')
  await page.waitForURL(/\/device$/)
  await page.fill('input[name=user_code]', 'bcdf ghjk')
  await page.click('form button')
  assert.match(await page.locator('.wrong').innerText(), /No device waits with this code/)
  await page.fill('input[name=user_code]', codes.user_code.toLowerCase().replace('-', ''))
  await page.click('form button')
  assert.equal(await page.locator('.facts .at').innerText(), codes.user_code)
  for (const part of ['.warn', '.facts .at', 'input[name=compared]', 'button[value=deny]', 'button[value=allow]'])
    assert.ok(await isInSight(part), `${part} is in sight`)
  await page.click('button[value=allow]')
  assert.equal(await page.locator('input[name=compared]:invalid').count(), 1, 'the browser wants the tick first')
  await assert.rejects(post('/token', new URLSearchParams(polled)), /authorization_pending/)
  await page.check('input[name=compared]')
  await page.click('button[value=allow]')
  await page.getByText('The device is connected').first().waitFor()

  assert.ok((await post('/token', new URLSearchParams(polled))).access_token)

  async function post(path: string, body: object | URLSearchParams) {
    const isForm = body instanceof URLSearchParams
    const response = await fetch(origin + path, {
      method: 'POST',
      headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' },
      body: isForm ? body.toString() : JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return JSON.parse(text)
  }
})

/** `npm test` has no browser: this runs where `npm run interop` has installed one's driver. */
function whyNot(): string | false {
  try {
    createRequire(import.meta.url).resolve('playwright-core')
  } catch {
    return 'playwright-core is not installed here: npm run interop installs it'
  }
  return process.platform === 'linux' ? false : 'the browser is Debian’s'
}
