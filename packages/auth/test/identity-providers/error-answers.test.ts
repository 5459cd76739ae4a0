import assert from 'node:assert/strict'
import { test } from 'node:test'
import { origin, refused, signInWorld } from './world.ts'

test('what an identity provider writes is harmless and short where it is shown, and never markup', async (t) => {
  const { browser, provider } = await signInWorld(t)
  const description = `no\u202e\u0000\r\nway <script>${'x'.repeat(5000)}`
  provider.faults.callback = {
    error: 'access_denied',
    error_description: description,
    state: '<state>',
    iss: provider.issuer,
  }

  const { reason, detail, cause = '', returnTo } = refused(await browser.signIn('corp', { returnTo: '/back' }))

  assert.deepEqual([reason, returnTo], ['denied', '/back'])
  for (const text of [detail, cause]) {
    assert.doesNotMatch(text, /[\p{Cc}\u202e]/u)
    assert.ok(text.length < 320, text)
  }
})

test('an error is heard only of the sign-in that this browser began', async (t) => {
  const { browser } = await signInWorld(t)

  const { reason, detail } = refused(
    await browser.arrive(
      'corp',
      `${origin}/account/callback/corp?error=access_denied&error_description=call+555&state=x.y`,
    ),
  )

  assert.equal(reason, 'no_transaction')
  assert.doesNotMatch(detail, /555/)
})

const errors: readonly (readonly [string, string])[] = [
  ['access_denied', 'denied'],
  ['login_required', 'sign_in_needed'],
  ['interaction_required', 'sign_in_needed'],
  ['consent_required', 'sign_in_needed'],
  ['account_selection_required', 'sign_in_needed'],
  ['invalid_scope', 'misconfigured'],
  ['unauthorized_client', 'misconfigured'],
  ['constructor', 'misconfigured'],
  ['server_error', 'unavailable'],
  ['temporarily_unavailable', 'unavailable'],
]

for (const [error, expected] of errors)
  test(`the error ${error} of an identity provider is told as ${expected}`, async (t) => {
    const { browser, provider } = await signInWorld(t)
    provider.faults.callback = { error, state: '<state>', iss: provider.issuer }

    const completed = await browser.signIn('corp')

    assert.equal(completed.kind === 'refused' ? completed.reason : completed.kind, expected)
  })

test('an answer that says one thing twice, or nothing, is malformed', async (t) => {
  const { browser } = await signInWorld(t)
  const reasons: string[] = []

  for (const change of [
    (url: URL) => url.searchParams.append('code', 'another'),
    (url: URL) => url.searchParams.append('iss', 'https://evil.example'),
    (url: URL) => url.searchParams.delete('code'),
    (url: URL) => url.searchParams.set('id_token', 'x'),
    (url: URL) => url.searchParams.set('response', 'x'),
  ]) {
    const url = new URL(await browser.follow(await browser.begin('corp')))
    change(url)
    reasons.push(refused(await browser.arrive('corp', url.href)).reason)
  }

  assert.deepEqual(reasons, Array(5).fill('malformed'))
})

test('the client’s secret is refused: its operator is told, the person is not blamed', async (t) => {
  const { browser, provider } = await signInWorld(t)
  const challenge = { 'www-authenticate': 'Basic realm="x", error="invalid_client"' }
  provider.faults.answers = { '/token': { status: 401, headers: challenge, body: { error: 'invalid_client' } } }
  const challenged = refused(await browser.signIn('corp'))
  provider.faults.answers = {
    '/token': { status: 401, body: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid secret' } },
  }
  const plain = refused(await browser.signIn('corp'))

  assert.deepEqual([challenged.reason, plain.reason], ['misconfigured', 'misconfigured'])
  assert.match(plain.cause ?? '', /AADSTS7000215/)
})
