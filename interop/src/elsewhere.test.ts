import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { tryElsewhere } from './elsewhere.ts'
import { startTap } from './tap.ts'

test('a token that is worth something at its own server alone passes, and one that is worth something elsewhere does not', async (t) => {
  const right = await gateway(t, ({ token, path }) => path.startsWith(`/${token}/`))
  const lax = await gateway(t, () => true)
  const [markOfRight, markOfLax] = [right.front.mark(), lax.front.mark()]
  for (const { use } of [right, lax]) await use('notes', 'token-before-last')
  for (const { use } of [right, lax]) await use('notes', 'notes')

  const seen = await tryElsewhere(right.urls.notes, right, markOfRight)

  assert.equal(seen, '2 × 401 at journal')
  await assert.rejects(
    tryElsewhere(lax.urls.notes, lax, markOfLax),
    /A token of \/notes\/mcp got 200 at \/journal\/mcp/,
  )
})

test('what no server takes proves nothing, nor does a client that showed no token', async (t) => {
  const broken = await gateway(t, () => false)
  const mark = broken.front.mark()
  await broken.use('notes', 'notes')

  await assert.rejects(tryElsewhere(broken.urls.notes, broken, mark), /got 401, which proves nothing/)
  await assert.rejects(tryElsewhere(broken.urls.journal, broken, broken.front.mark()), /No access token was shown/)
})

/** Two servers by path, that take a token where `takes` says so. */
async function gateway(t: TestContext, takes: (shown: { token: string; path: string }) => boolean) {
  const server = createServer((request, response) => {
    const { authorization = '', host } = request.headers
    const path = request.url ?? ''
    request.resume()
    if (takes({ token: authorization.replace('Bearer ', ''), path })) response.end()
    else {
      const metadata = `http://${host}/.well-known/oauth-protected-resource${path}`
      response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${metadata}"` }).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const front = await startTap((server.address() as AddressInfo).port) // as it listens on a port
  t.after(async () => {
    await front.close()
    server.close()
  })
  const urls = {
    notes: `http://127.0.0.1:${front.port}/notes/mcp`,
    journal: `http://127.0.0.1:${front.port}/journal/mcp`,
  }
  return {
    front,
    urls,
    async use(name: keyof typeof urls, token: string) {
      await fetch(urls[name], { method: 'POST', headers: { authorization: `Bearer ${token}` } })
    },
  }
}
