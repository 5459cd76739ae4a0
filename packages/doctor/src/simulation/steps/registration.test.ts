import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endOf, healthy, issuer, oauthPlace, type Reply, type Served, target } from '../../../test/served.ts'

const login: Reply = { status: 302, headers: { location: '/login' } }
const origin = new URL(target).origin
const register = `${issuer}/register`
const nowhere = `${issuer}/portcullis-doctor-asks-for-nothing`
const guessing: Served = {
  ...healthy,
  [oauthPlace]: undefined,
  [`POST ${register}`]: undefined,
  [`POST ${issuer}/token`]: undefined,
}
const clients = ['claude-code', 'codex', 'gemini-cli', 'mcp-remote', 'sdk-1', 'sdk-2', 'vscode']

const turnedAway: Readonly<Record<string, Served>> = {
  'takes no POST, while the token endpoint does': { ...healthy, [`POST ${register}`]: undefined },
  'wants somebody who is signed in': { ...healthy, [`GET ${register}`]: { status: 401 } },
  'lets nobody in': { ...healthy, [`GET ${register}`]: { status: 403 } },
  'leads everybody to the login page': {
    ...healthy,
    [`GET ${register}`]: login,
    [`OPTIONS ${register}`]: login,
  },
  'has the login page that everything has': {
    ...healthy,
    [`POST ${register}`]: undefined,
    [`GET ${register}`]: login,
    [`GET ${nowhere}`]: login,
  },
}

const believed: Readonly<Record<string, Served>> = {
  'takes POST': healthy,
  'says of GET what the token endpoint says of it as well': {
    ...healthy,
    [`POST ${register}`]: undefined,
    [`POST ${issuer}/token`]: undefined,
  },
  'is closed to pages of other origins, while the token endpoint is open to them': {
    ...healthy,
    [`POST ${register}`]: undefined,
    [`OPTIONS ${issuer}/token`]: { status: 204, headers: { 'access-control-allow-methods': 'POST' } },
  },
  'has a page of its own': { ...healthy, [`GET ${register}`]: login },
}

for (const id of clients) {
  for (const [title, served] of Object.entries(turnedAway))
    test(`${id} stops where the registration endpoint ${title}`, async () => {
      const [kind, step] = await endOf(id, served)

      assert.deepEqual([kind, step], ['stops', 'registration'])
    })

  for (const [title, served] of Object.entries(believed))
    test(`${id} is believed to register where the endpoint ${title}`, async () => {
      assert.deepEqual(await endOf(id, served), ['asks_for_authorization'])
    })
}

for (const [id, words] of [
  ['sdk-1', `HTTP 302: Redirect to ${issuer}/login not followed`],
  ['sdk-2', 'Dynamic Client Registration rejected (HTTP 302)'],
  ['mcp-remote', undefined],
] as const)
  test(`${id} says ${words === undefined ? 'what nobody knows' : `“${words}”`} where registration leads to the login page`, async () => {
    const away: Reply = { status: 302, headers: { location: '/login?next=/register' } }
    const served = { ...healthy, [`GET ${register}`]: away, [`OPTIONS ${register}`]: away }

    assert.deepEqual((await endOf(id, served)).slice(3), words === undefined ? [] : [words])
  })

for (const id of ['claude-code', 'sdk-1', 'sdk-2']) {
  test(`${id} stops where neither of the guessed endpoints is there`, async () => {
    const [kind, step] = await endOf(id, guessing)

    assert.deepEqual([kind, step], ['stops', 'registration'])
  })

  test(`${id} stops where the guessed endpoints have the page that everything has`, async () => {
    const page: Reply = { text: '<p>Welcome' }
    const urls = ['/register', '/authorize', '/portcullis-doctor-asks-for-nothing'].flatMap((path) => [
      `GET ${issuer}${path}`,
      `GET ${origin}${path}`,
    ])

    const [kind, step] = await endOf(id, { ...guessing, ...Object.fromEntries(urls.map((url) => [url, page])) })

    assert.deepEqual([kind, step], ['stops', 'registration'])
  })
}
