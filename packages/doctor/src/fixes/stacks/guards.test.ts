import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import type { Change } from '../change.ts'
import { fixContext } from '../fix-context.ts'
import { onExpress } from './express.ts'
import { onNginx } from './nginx.ts'
import { onNode } from './node.ts'

const context = fixContext('https://mcp.example/mcp', [])
const roundabout = ['/.well-known/../admin', '/.well-known/%2e%2e/admin', '/.well-known/x/..\\..\\admin']

for (const path of roundabout) {
  test(`what leads out of /.well-known/ is not let through by the lines for Express: ${path}`, () => {
    const { text: lines = '' } = onExpress({ kind: 'open_well_known' }, context) ?? {}
    const [, isPublic = ''] = /isPublic = (.*)/.exec(lines) ?? []

    assert.equal(new Function('req', `return ${isPublic}`)({ path }), false)
    assert.equal(new Function('req', `return ${isPublic}`)({ path: '/.well-known/oauth-protected-resource/mcp' }), true)
  })

  test(`what leads out of /.well-known/ is not let through by the lines for Node: ${path}`, async () => {
    const [status] = await asked('open_well_known', path)

    assert.equal(status, 401)
  })
}

test('documents are let through by the lines for Node', async () => {
  assert.deepEqual(await asked('open_well_known', '/.well-known/oauth-protected-resource/mcp?x=..'), [
    200,
    '/.well-known/oauth-protected-resource/mcp',
  ])
})

for (const path of ['/mcp', '/mcp?x', '/./mcp', '/x/../mcp', '/%2e/mcp', '//x/mcp', 'http://x/mcp', '//[x/../../mcp'])
  test(`nobody comes to the MCP endpoint without a token behind the lines for Node: ${path}`, async () => {
    for (const kind of ['challenge', 'verify_token'] as const) assert.equal((await asked(kind, path))[0], 401, kind)
  })

test('other paths are not challenged by the lines for Node', async () => {
  for (const kind of ['challenge', 'verify_token'] as const)
    assert.deepEqual(await asked(kind, '/.well-known/oauth-protected-resource/mcp'), [
      200,
      '/.well-known/oauth-protected-resource/mcp',
    ])
})

test('no path that nginx could not compare takes the password from the whole site', () => {
  const external = fixContext('https://mcp.example/~hidden1~/mcp', [], { token: 'https://login.example/token' })
  const { text: lines = '' } = onNginx({ kind: 'lift_password' }, external) ?? {}
  const [, rule = ''] = /\$uri ~ "(.*)"/.exec(lines) ?? []

  assert.equal(new RegExp(rule).test('/admin'), false)
  assert.equal(new RegExp(rule).test('/.well-known/oauth-protected-resource'), true)
})

/** What a listener answers that has the printed lines at its top, and reads paths as most do. */
async function asked(kind: Change['kind'], path: string): Promise<readonly [status: number, body: string]> {
  const { text: lines = '' } = onNode({ kind }, context) ?? {}
  const listen = new Function(
    'helpers',
    withoutTypes(`const { isSignedIn, isValid, refuse, createRemoteJWKSet, jwtVerify } = helpers
${kind === 'verify_token' ? lines.replace(/^import.*/, '') : ''}
const listener = async (req, res) => {
${kind === 'verify_token' ? 'if (await isRefused(req, res)) return' : lines}
res.end(new URL(req.url, 'http://localhost').pathname)
}
helpers.listener = listener`),
  )
  const helpers = {
    isSignedIn: async () => false,
    isValid: async () => false,
    refuse: (res: ServerResponse) => res.writeHead(401).end(),
    createRemoteJWKSet: () => undefined,
    jwtVerify: () => Promise.reject(new Error('nobody has issued it')),
    listener: async (_req: IncomingMessage, res: ServerResponse): Promise<unknown> => res.end(),
  }
  listen(helpers)
  const server = createServer((req, res) => void helpers.listener(req, res).catch(() => res.writeHead(500).end()))
  after(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1') // a server that listens on a port has one
  // `fetch` would tidy the path up.
  socket.end(`GET ${path} HTTP/1.0\r\n\r\n`)
  const answer = await text(socket)
  server.close()
  return [Number(answer.split(' ')[1]), answer.split('\r\n\r\n')[1] ?? '']
}

/** The lines for Node annotate parameters and what a function resolves to, and nothing else. */
function withoutTypes(lines: string): string {
  return lines.replace(/\b(req|res): \w+(?=[,)])/g, '$1').replaceAll('): Promise<boolean> {', ') {')
}
