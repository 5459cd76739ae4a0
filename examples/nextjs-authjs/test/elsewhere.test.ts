import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Application, startApplication } from './application.ts'
import { onDatabase } from './people.ts'
import { type PlayedProvider, startProvider } from './played-provider.ts'
import { allow, askForAccess, codeIn, createBrowser, register, type WalkingBrowser } from './walk.ts'

/** Signing in at an OpenID Connect provider, which the environment names. */
let application: Application
let provider: PlayedProvider
before(async () => {
  provider = await startProvider({ sub: 'employee-7', name: 'Grace', email: 'grace@example.com' })
  application = await startApplication({
    env: {
      AUTH_OIDC_ISSUER: provider.issuer,
      AUTH_OIDC_ID: 'marginalia',
      AUTH_OIDC_SECRET: 'of no worth',
      AUTH_OIDC_NAME: 'Example Corp',
    },
  })
})
after(async () => {
  await application.stop()
  await provider.close()
})

test('who signs in elsewhere comes back to the consent page as the same person each time, and is asked anew who they are', async () => {
  const { origin } = application

  for (const _time of [1, 2]) {
    const browser = createBrowser(origin)
    const { answer } = await askForAccess(browser, { clientId: await register(origin) })
    const signIn = answer.headers.get('location') ?? ''
    const page = await (await browser.get(signIn)).text()
    assert.match(page, /Go on with.*Example Corp/)
    const back = await throughProvider(browser, new URL(signIn, origin).searchParams.get('to') ?? '')

    assert.match(codeIn(await allow(browser, await browser.get(back))), /^k1\.code\./)
  }
  const people = await onDatabase(application, (database) =>
    database.user.findMany({ where: { email: 'grace@example.com' } }),
  )
  assert.equal(people.length, 1)
  assert.equal(provider.requests.at(-1)?.get('prompt'), 'login')
  assert.equal(provider.requests.at(-1)?.get('code_challenge_method'), 'S256')
})

/** Gives where the browser is sent in the end. */
async function throughProvider(browser: WalkingBrowser, to: string): Promise<string> {
  const sent = await browser.post('/sign-in/oidc', { to })
  const answered = await fetch(sent.headers.get('location') ?? '', { redirect: 'manual' })
  const callback = new URL(answered.headers.get('location') ?? '')
  assert.equal(callback.origin, application.origin)
  const back = await browser.get(callback.pathname + callback.search)
  return back.headers.get('location') ?? ''
}
