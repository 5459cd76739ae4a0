import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/diagnose.ts'
import { parseSaved } from '../src/saved.ts'
import { ran } from './io.ts'
import { type Changes, healthyResource, healthyServer, startMcpServer } from './mcp-server.ts'

for (const endpoint of ['/register', 'x', 'https://[', 'http://a b', 'http://x:99999'])
  test(`the registration endpoint ${JSON.stringify(endpoint)} is told as malformed, and clients stop at it`, async () => {
    const { origin } = await startMcpServer({
      server: (document) => ({ ...document, registration_endpoint: endpoint }),
    })

    const { causes, clients, exchanges } = await diagnose(`${origin}/mcp`)

    const cause = causes.find(({ finding }) => finding.code === 'metadata_field_malformed')
    for (const id of ['codex', 'claude-code']) assert.ok(cause?.stops.includes(id), id)
    assert.ok(clients.every(({ why }) => why !== 'The doctor itself failed here'))
    assert.ok(exchanges.every(({ request }) => URL.canParse(request.url)))
  })

const deep = '~deep~'

for (const [what, changes] of [
  ['an issuer that is no URL', { resource: { authorization_servers: ['https://['] } }],
  ['scopes with a toString of their own', { resource: { scopes_supported: [{ toString: 1, valueOf: 1 }] } }],
  ['issuers with a toString of their own', { resource: { authorization_servers: [{ toString: 1, valueOf: 1 }] } }],
  ['a resource without end', { resource: { resource: deep } }],
  ['issuers without end', { resource: { authorization_servers: deep } }],
  ['an issuer without end', { server: { issuer: deep } }],
  ['a token endpoint without end', { server: { token_endpoint: deep } }],
  ['scopes without end', { server: { scopes_supported: deep } }],
] as const)
  test(`${what} costs nobody the report`, async () => {
    const { origin } = await startMcpServer(changed(changes))

    const { code, out, err } = await ran([`${origin}/mcp`, '--json'])

    assert.ok(code < 70, err)
    assert.ok(!out.includes('The doctor itself failed here'))
    assert.equal(parseSaved(out).target, `${origin}/mcp`)
  })

test('a list of 4000 that are no URLs is one mistake, told of three', async () => {
  const listed = Array.from({ length: 4000 }, () => 1)
  const { origin } = await startMcpServer(changed({ resource: { authorization_servers: listed } }))

  const { findings } = await diagnose(`${origin}/mcp`)

  const told = findings.filter(({ code }) => code === 'authorization_server_not_url')
  assert.equal(told.length, 3)
  assert.ok(told.every(({ args }) => 'count' in args && args.count === 4000))
})

test('of many authorization servers no more than three are asked', async () => {
  const listed = Array.from({ length: 9 }, (_, at) => `http://127.0.0.1:1/issuer-${at}`)
  const { origin } = await startMcpServer(changed({ resource: { authorization_servers: listed } }))

  const { exchanges, clients } = await diagnose(`${origin}/mcp`)

  assert.ok(!exchanges.some(({ request }) => /issuer-[3-9]/.test(request.url)))
  assert.ok(clients.length > 0)
})

interface Fields {
  readonly resource?: object
  readonly server?: object
}

function changed({ resource, server }: Fields): Changes {
  return {
    first({ url = '' }, response, origin) {
      const document = url.startsWith('/.well-known/oauth-protected-resource')
        ? resource && { ...healthyResource(origin), ...resource }
        : url.startsWith('/.well-known/') && server && { ...healthyServer(origin), ...server }
      if (!document) return false
      response.writeHead(200, { 'content-type': 'application/json' }).end(written(document))
      return true
    },
  }
}

/** With lists within lists in the place of the mark, which `JSON.stringify` cannot write. */
function written(document: object): string {
  return JSON.stringify(document).replace(`"${deep}"`, '['.repeat(25_000) + ']'.repeat(25_000))
}
