import assert from 'node:assert/strict'
import * as nodeModule from 'node:module'
import { type TestContext, test } from 'node:test'
import type { ProtectOptions } from '@portcullis/auth/node'
import { ask, listen } from './raw-http.ts'

// As a bundler leaves it that resolves for a runtime of web standards, and whose bundle serves `node:http` all the same.
const { registerHooks } = nodeModule as Partial<Pick<typeof nodeModule, 'registerHooks'>> // not in Node 20
registerHooks?.({
  resolve: (specifier, context, next) =>
    specifier === '#hmac'
      ? { url: new URL('../src/jwt/hmac.ts', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
})
const skip = registerHooks === undefined && 'this Node cannot resolve as bundlers do'
const sessionKeys = [new Uint8Array(32).fill(1)]

test('law 12: where MACs are Web Crypto’s, sessions behind node:http are bound all the same', { skip }, async (t) => {
  const { createWorld, signedInClient } = await import('./world.ts')
  const world = createWorld()
  const [alice, other] = [await signedInClient(world), await signedInClient(world)]
  const port = await serve(t, world, { sessionKeys })
  const opened = await asks(port, alice.accessToken)

  assert.match(opened.session, /^session-1\.[\w-]{43}$/)
  assert.deepEqual(await asks(port, alice.accessToken, opened.session), opened)
  assert.equal((await asks(port, other.accessToken, opened.session)).status, 404)
})

test('a session is the same to a server of either kind, as where one process is bundled and another is not', {
  skip,
}, async (t) => {
  const { createWorld, mcpRequest, signedInClient } = await import('./world.ts')
  const { protect } = await import('@portcullis/auth/fetch')
  const world = createWorld()
  const { accessToken } = await signedInClient(world)
  const ofWeb = protect(world.rs, () => new Response('{}', { headers: { 'mcp-session-id': 'session-1' } }), {
    sessionKeys,
  })

  const opened = (await ofWeb(mcpRequest(accessToken))).headers.get('mcp-session-id') ?? ''

  assert.deepEqual(await asks(await serve(t, world, { sessionKeys }), accessToken, opened), {
    status: 200,
    session: opened,
  })
})

async function serve(t: TestContext, { rs }: import('./world.ts').World, options: ProtectOptions): Promise<number> {
  const { protect } = await import('@portcullis/auth/node')
  return listen(
    t,
    protect(rs, (_, res) => res.setHeader('Mcp-Session-Id', 'session-1').end('{}'), options),
  )
}

async function asks(port: number, accessToken: string, session?: string) {
  const { status, headers } = await ask(port, {
    path: '/notes/mcp',
    headers: {
      authorization: `Bearer ${accessToken}`,
      ...(session !== undefined && { 'Mcp-Session-Id': session }),
    },
  })
  return { status, session: String(headers['mcp-session-id']) }
}
