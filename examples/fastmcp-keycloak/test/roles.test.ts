import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, callTool, listTools, said } from './ask.ts'
import { releases, sharedScene } from './scene.ts'
import { tokensFor } from './tokens.ts'

const scene = await sharedScene()
const { access_token: ada } = await tokensFor(scene, 'ada')
const { access_token: ben } = await tokensFor(scene, 'ben')

for (const release of releases) {
  const url = scene.urls[release]

  test(`FastMCP ${release}: roles of Keycloak say which tools somebody sees`, async () => {
    assert.deepEqual(namesIn(await listTools(url, ada)), ['approve_order', 'check_stock', 'list_orders', 'whoami'])
    assert.deepEqual(namesIn(await listTools(url, ben)), ['check_stock', 'list_orders', 'whoami'])
  })

  test(`FastMCP ${release}: and which they may call, seen or not; a refusal says what is wanted, and has no challenge`, async () => {
    const refused = await callTool(url, ben, 'approve_order', { id: 'o-1' })

    assert.deepEqual([refused.status, refused.challenge], [200, undefined])
    assert.deepEqual(refused.message.error, {
      code: -32003,
      message: 'The tool "approve_order" needs the role "approver"',
    })
    assert.match(said(await callTool(url, ben, 'list_orders')), /o-1: ladder, open/)
    assert.equal(said(await callTool(url, ada, 'approve_order', { id: 'o-1' })), 'Order o-1 is approved')
    assert.match(said(await callTool(url, ben, 'list_orders')), /o-1: ladder, approved/)
  })

  test(`FastMCP ${release}: tools know who calls, and by which client`, async () => {
    assert.match(said(await callTool(url, ada, 'whoami')), /^You are ada, approver and clerk, by way of tests$/)
  })

  test(`FastMCP ${release}: a role that the client did not ask for is none that it has`, async () => {
    const { access_token: token } = await tokensFor(scene, 'ada', { scope: 'orders:read orders-3:read' })

    assert.equal((await listTools(url, token)).status, 403)
  })
}

function namesIn({ message }: Answer): readonly string[] {
  const tools = message.result?.tools
  return Array.isArray(tools) ? tools.map(({ name }) => String(name)).sort() : []
}
