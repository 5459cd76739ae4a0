import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorld, mcpRequest, resource, signedInClient } from './world.ts'

test('RS-11 a remembered token lets in no other: not with its header and another payload, nor with another signature', async () => {
  const world = createWorld()
  const { accessToken } = await signedInClient(world)
  const [header = '', payload = '', signature = ''] = accessToken.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url')
  const swapped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
  const remembered = await world.rs.authenticate(mcpRequest(accessToken))

  const others = [`${header}.${forged}.${signature}`, `${header}.${payload}.${swapped}`, `${header}.${payload}.`]
  const answers = await Promise.all(others.map((token) => world.rs.authenticate(mcpRequest(token))))

  assert.ok(!(remembered instanceof Response))
  for (const answer of answers) assert.ok(answer instanceof Response && answer.status === 401)
})

test('RS-06 law 2: with several resources at one host, each has metadata at its own path and none at the root', () => {
  const other = 'https://mcp.example/other/mcp'
  const { rs } = createWorld({ rs: { alsoServedAt: [other] } })
  const documentAt = (path: string) =>
    rs.answer(new Request(`https://mcp.example/.well-known/oauth-protected-resource${path}`))?.status

  assert.deepEqual([documentAt('/notes/mcp'), documentAt('/other/mcp'), documentAt('')], [200, 200, 404])
  assert.equal(rs.resource, resource)
})

test('RS-06 law 2: at a host that other MCP servers share there is no metadata at the root, at any name of the host', () => {
  const { rs } = createWorld({ rs: { sharesHost: true, allowedHosts: ['internal.example'] } })
  const statusAt = (url: string) => rs.answer(new Request(url, { headers: { host: new URL(url).host } }))?.status
  const root = '/.well-known/oauth-protected-resource'

  assert.equal(statusAt(`https://mcp.example${root}/notes/mcp`), 200)
  for (const host of ['mcp.example', 'internal.example'])
    for (const slash of ['', '/']) assert.equal(statusAt(`https://${host}${root}${slash}`), 404)
})

test('RS-08 the challenge of a resource is the same for every request, whatever else differs', async () => {
  const { rs } = createWorld()
  const requests = [
    mcpRequest(),
    mcpRequest(undefined, { method: 'GET' }),
    mcpRequest(undefined, { headers: { 'mcp-protocol-version': '2025-03-26', origin: 'https://mcp.example' } }),
  ]

  const answers = await Promise.all(requests.map((request) => rs.authenticate(request)))

  const challenges = answers.map((answer) => answer instanceof Response && answer.headers.get('www-authenticate'))
  assert.equal(new Set(challenges).size, 1)
  assert.match(String(challenges[0]), /scope="notes:read notes:write"/)
})
