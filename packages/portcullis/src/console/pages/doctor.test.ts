import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startUpstream } from '../../../test/running-program.ts'
import { acceptDoctor } from './doctor.ts'

test('the doctor looks once, however many ask at a time, and anew for whoever asks later', async (t) => {
  const { requests, ask } = await doctorScene(t)

  await ask()
  const ofOne = requests.length
  await Promise.all([ask(), ask(), ask()])

  assert.notEqual(ofOne, 0)
  assert.equal(requests.length, 2 * ofOne)
})

/** A server at which nothing is, and a button that has the doctor examine it. */
async function doctorScene(t: TestContext) {
  const requests: unknown[] = []
  const origin = await startUpstream(t, (req, res) => {
    requests.push(req.url)
    res.writeHead(404).end()
  })
  const publicUrl = `${origin}/mcp`
  const viewer = { name: 'ada', role: 'owner', leave: { href: '/account' } } as const
  const ofPages = { name: 'Notes', mcpServers: [{ name: 'Notes', publicUrl, served: [publicUrl] }] } as const
  return { requests, ask: () => acceptDoctor(new Map(), viewer, { server: ofPages }) }
}
