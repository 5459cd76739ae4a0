import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResolution } from './resolution.ts'

test('law 8: of a name that leads inside and outside, from a public URL only the outside is connected to', async () => {
  const resolution = createResolution('https://mcp.example/mcp', async (hostname) =>
    hostname === 'mcp.example' ? ['1.1.1.1'] : ['127.0.0.1', '8.8.8.8'],
  )

  assert.deepEqual(await resolution.of('two.example'), { all: ['127.0.0.1', '8.8.8.8'], allowed: ['8.8.8.8'] })
})

test('law 8: a name is resolved once, so that an answer cannot move it inside afterwards', async () => {
  let asked = 0
  const resolution = createResolution('https://mcp.example/mcp', async () => {
    asked += 1
    return asked === 1 ? ['1.1.1.1'] : ['127.0.0.1']
  })

  await resolution.of('mcp.example')

  assert.deepEqual(await resolution.of('mcp.example'), { all: ['1.1.1.1'], allowed: ['1.1.1.1'] })
  assert.equal(asked, 1)
})

test('of a name that leads to many addresses a few of each family are connected to', async () => {
  const all = Array.from({ length: 50 }, (_, at) => [`1.1.1.${at}`, `2606:4700::${at}`]).flat()

  const resolved = await createResolution('https://mcp.example/mcp', async () => all).of('mcp.example')

  assert.deepEqual(resolved, { all, allowed: all.slice(0, 8) })
})

test('a name without an address is not found', async () => {
  const outcome = await createResolution('https://mcp.example/mcp', async () => []).of('mcp.example')

  assert.equal('reason' in outcome && outcome.reason, 'name_not_found')
})
