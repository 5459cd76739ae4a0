import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Changes, page, plain, pointing, type Route, startMcpServer } from '../../test/mcp-server.ts'
import { testScenes } from '../../test/test-scenes.ts'
import type { Cause } from '../causes/causes.ts'
import { diagnose } from '../diagnose.ts'

const withoutOauth: Pick<Changes, 'resource' | 'server'> = { resource: () => undefined, server: () => undefined }

const opensOldStream: Route = (request, response) => {
  if (request.method !== 'GET') return response.writeHead(405, { allow: 'GET' }).end()
  return response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: endpoint\ndata: /messages\n\n')
}

const challengesGet: Route = (request, response, origin) =>
  request.method === 'GET'
    ? response.writeHead(401, { 'www-authenticate': pointing(origin) }).end()
    : response.writeHead(404).end('Cannot POST /mcp')

const app: Route = (request, response) =>
  request.method === 'GET'
    ? response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>App</title>')
    : response.writeHead(405, { allow: 'GET' }).end()

testScenes([
  ['old_transport', { ...withoutOauth, routes: { '/mcp': opensOldStream } }, ['old_transport']],
  ['old_transport', { routes: { '/mcp': challengesGet } }, ['old_transport']],
  ['server_fails', { challenge: plain(500) }, ['server_fails']],
  ['server_fails', { first: (_request, response) => Boolean(response.writeHead(503).end()) }, ['server_fails']],
  ['website', { ...withoutOauth, challenge: page(200) }, ['website']],
  ['website', { ...withoutOauth, routes: { '/mcp': app } }, ['website']],
  ['website', { first: (...all) => Boolean(page(200)(...all)) }, ['website']],
  ['no_mcp_reply', { ...withoutOauth, challenge: plain(202) }, ['no_mcp_reply']],
  [
    'no_mcp_reply',
    {
      ...withoutOauth,
      challenge: (_request, response) =>
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': nothing\n\n'),
    },
    ['no_mcp_reply'],
  ],
])

for (const [what, changes, title] of [
  ['of the old transport', { ...withoutOauth, routes: { '/mcp': opensOldStream } }, /^serve streamable HTTP/],
  ['that fails', { challenge: plain(500) }, /^find out why/],
  ['that nginx does not reach', { challenge: plain(502, { server: 'nginx/1.24.0' }) }, /^let the MCP server answer/],
  ['that is a website', { ...withoutOauth, routes: { '/mcp': app } }, /^use the URL of the MCP endpoint/],
  ['that answers nothing', { ...withoutOauth, challenge: plain(202) }, /^use the URL of the MCP endpoint, or/],
] satisfies readonly (readonly [string, Changes, RegExp])[])
  test(`nobody is told to challenge with 401 at a server ${what}`, async () => {
    const [cause] = await causesAt(await startMcpServer(changes), '/mcp')

    assert.match(cause?.fix?.title ?? '', title)
    assert.equal(cause?.fix?.code, undefined)
    assert.ok((cause?.fix?.steps ?? []).length > 0)
  })

test('what stands before a server that is down is named', async () => {
  const [cause] = await causesAt(await startMcpServer({ challenge: plain(502, { server: 'nginx/1.24.0' }) }), '/mcp')

  assert.deepEqual(cause?.finding.args, { status: 502, gateway: 'nginx' })
})

for (const path of ['/MCP', '/mcpp'])
  test(`at ${path} nobody connects, and the URL that the metadata names is the one to use`, async () => {
    const { origin } = await startMcpServer()

    const { causes, clients } = await diagnose(`${origin}${path}`)

    const [{ finding, fix } = {}] = causes
    assert.equal(causes.length, 1)
    assert.equal(finding?.code, 'mcp_url_not_found')
    assert.deepEqual([fix?.title, fix?.check], [`use this one: ${origin}/mcp`, `portcullis doctor ${origin}/mcp`])
    assert.deepEqual(new Set(clients.map(({ kind }) => kind)), new Set(['stops']))
  })

for (const spelled of ['\\@evil.example/mcp', '/mcp\nFix: another one', '\\mcp'])
  test(`a URL that ${JSON.stringify(spelled)} makes another one elsewhere is not the one to use`, async () => {
    const { origin } = await startMcpServer({
      resource: (document, own) => ({ ...document, resource: `${own}${spelled}` }),
    })

    const { causes } = await diagnose(`${origin}/mcpp`)

    assert.equal(causes[0]?.finding.code, 'mcp_url_not_found')
    assert.equal(causes[0]?.fix?.title, 'look for the path of the MCP endpoint')
  })

test('a URL that redirects to the right one has that as what to use, and no second cause', async () => {
  const { origin } = await startMcpServer({
    ...withoutOauth,
    routes: {
      '/mcp/': plain(307, { location: '/mcp' }),
      '/mcp': (request, response) =>
        request.method === 'POST'
          ? response
              .writeHead(200, { 'content-type': 'application/json' })
              .end('{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-11-25"}}')
          : response.writeHead(405).end(),
    },
  })

  const { causes } = await diagnose(`${origin}/mcp/`)

  assert.deepEqual(
    causes.map(({ finding, fix }) => [finding.code, fix?.title]),
    [['redirected', `use this one: ${origin}/mcp`]],
  )
})

async function causesAt({ origin }: { origin: string }, path: string): Promise<readonly Cause[]> {
  const { causes } = await diagnose(`${origin}${path}`)
  return causes
}
