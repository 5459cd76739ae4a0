import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callTool, said } from './ask.ts'
import { releases, sharedScene } from './scene.ts'
import { claimsOf, tokenAnswer, tokensFor } from './tokens.ts'

const scene = await sharedScene()
const { issuer, ordersServerSecret, warehouse } = scene
const { access_token: ada } = await tokensFor(scene, 'ada')

for (const release of releases) {
  test(`FastMCP ${release}: the warehouse is asked for the person, by a token of its own that Keycloak gave the orders server`, async () => {
    const told = JSON.parse(said(await callTool(scene.urls[release], ada, 'check_stock', { item: 'ladder' })))

    assert.deepEqual(told, { item: 'ladder', count: 4, askedFor: claimsOf(ada).sub, by: 'orders-server' })
  })

  test(`FastMCP ${release}: what was exchanged for somebody is used on for them, and for nobody else`, async () => {
    const { access_token: ben } = await tokensFor(scene, 'ben')
    const exchanges = () => scene.events.filter(({ type }) => type === 'token_exchanged').length
    const ask = async (token: string) =>
      JSON.parse(said(await callTool(scene.urls[release], token, 'check_stock', { item: 'rope' })))

    const before = exchanges()
    assert.equal((await ask(ben)).askedFor, claimsOf(ben).sub)
    assert.equal((await ask(ben)).askedFor, claimsOf(ben).sub)
    assert.equal((await ask(ada)).askedFor, claimsOf(ada).sub)
    assert.ok(exchanges() - before <= 2)
  })
}

test('law 7: the warehouse takes the client’s token from nobody, and the orders servers take the warehouse’s from nobody', async () => {
  const given = await tokenAnswer(issuer, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    client_id: 'orders-server',
    client_secret: ordersServerSecret,
    subject_token: ada,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    audience: 'warehouse',
  })
  const askWarehouse = (token: string) => fetch(warehouse, { headers: { authorization: `Bearer ${token}` } })

  assert.equal((await askWarehouse(ada)).status, 401)
  assert.equal((await askWarehouse(given.access_token)).status, 200)
  for (const release of releases)
    assert.equal((await callTool(scene.urls[release], given.access_token, 'whoami')).status, 401)
})

test('Keycloak gives a token for the warehouse to nobody but the orders server, and for tokens that are for it alone', async () => {
  const exchange = (form: Record<string, string>, token: string) =>
    tokenAnswer(issuer, {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      audience: 'warehouse',
      ...form,
    })
  const { access_token: elsewhere } = await tokensFor(scene, 'ada', { scope: 'orders:roles' })

  await assert.rejects(exchange({ client_id: 'tests' }, ada), /Keycloak answered 4/)
  await assert.rejects(
    exchange({ client_id: 'orders-server', client_secret: ordersServerSecret }, elsewhere),
    /Keycloak answered 4/,
  )
})
