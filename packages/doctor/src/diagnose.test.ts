import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { profiles } from '@portcullis/clients'
import { makeCertificate } from '../test/certificate.ts'
import { json, listening, listeningWithTls } from '../test/loopback-server.ts'
import { type Changes, letIn, page, plain, startMcpServer } from '../test/mcp-server.ts'
import { codesOf } from '../test/test-scenes.ts'
import { diagnose } from './diagnose.ts'
import { statusOf } from './evidence/exchange.ts'

test('of a healthy server nothing is said but that it is on this machine', async () => {
  const { origin, asked } = await startMcpServer()

  const { findings, causes, requests } = await diagnose(`${origin}/mcp`)

  assert.deepEqual(codesOf(findings), ['not_public'])
  assert.deepEqual(causes, [])
  assert.equal(requests, asked.length)
  assert.ok(requests <= 60, `${requests} requests`)
})

test('nothing is created: no registration, no authorization request, no token request that asks for one', async () => {
  const { origin, asked } = await startMcpServer()

  const { exchanges } = await diagnose(`${origin}/mcp`)

  assert.deepEqual(new Set(asked.filter((each) => each.startsWith('POST'))), new Set(['POST /mcp', 'POST /token']))
  for (const method of ['GET', 'OPTIONS']) assert.ok(asked.includes(`${method} /register`))
  for (const { request } of exchanges) {
    if (request.method === 'DELETE') assert.ok(!('mcp-session-id' in request.headers))
    if (request.url.endsWith('/token') && request.method === 'POST') assert.equal(request.body, '')
    assert.ok(!request.url.includes('/authorize?'))
  }
})

test('where strangers are let in nothing is deleted', async () => {
  const { origin, asked } = await startMcpServer({ challenge: letIn })

  await diagnose(`${origin}/mcp`)

  assert.ok(!asked.some((each) => each.startsWith('DELETE')))
})

test('no server costs more than 60 requests', async () => {
  const authorizationServer = await startMcpServer({
    server: (document) => ({ ...document, registration_endpoint: undefined }),
  })
  const scenes: readonly Changes[] = [
    {
      resource: (document) => ({
        ...document,
        authorization_servers: [`${authorizationServer.origin}/t/1`, authorizationServer.origin],
      }),
    },
    { resource: (document) => ({ ...document, authorization_servers: [authorizationServer.origin] }) },
    { resource: () => undefined, server: () => undefined },
    { first: (_request, response) => Boolean(response.writeHead(307, { location: '/elsewhere' }).end()) },
    { server: (document, origin) => ({ ...document, registration_endpoint: `${origin}/nowhere` }) },
  ]

  for (const changes of scenes) {
    const { origin } = await startMcpServer(changes)
    const { requests } = await diagnose(`${origin}/mcp`)
    assert.ok(requests <= 60, `${requests} requests`)
  }
})

test('every session that was begun is ended, and its id stands nowhere', async () => {
  const open = new Set<string>()
  const { origin } = await startMcpServer({
    first: (request, response) => {
      const id = request.headers['mcp-session-id']
      if (request.method === 'DELETE' && typeof id === 'string')
        return Boolean(response.writeHead(open.delete(id) ? 204 : 404).end())
      if (request.method !== 'POST' || request.url !== '/mcp') return Boolean(response.writeHead(404).end())
      const begun = randomUUID()
      open.add(begun)
      return Boolean(json(response, 200, { jsonrpc: '2.0', id: 0, result: {} }, { 'mcp-session-id': begun }))
    },
  })

  const { exchanges, requests } = await diagnose(`${origin}/mcp`)

  const endings = exchanges.filter(({ request }) => request.method === 'DELETE')
  assert.ok(endings.length > 5)
  assert.deepEqual(new Set(endings.map(statusOf)), new Set([204]))
  assert.equal(open.size, 0)
  assert.ok(requests <= 60)
  assert.doesNotMatch(JSON.stringify(exchanges), /"mcp-session-id","?[^~]*[0-9a-f]{8}-/)
})

test('a session keeps back the request that ends it', async () => {
  let begun = 0
  let ended = 0
  const { origin, asked } = await startMcpServer({
    first: (request, response) => {
      if (request.method === 'DELETE') ended += 1
      else begun += 1
      return Boolean(json(response, 200, { jsonrpc: '2.0', id: 0, result: {} }, { 'mcp-session-id': `id-${begun}` }))
    },
  })

  await diagnose(`${origin}/mcp`, { mostRequests: 40 })

  assert.ok(asked.length <= 40)
  assert.equal(ended, asked.filter((each) => each === 'POST /mcp').length)
})

test('a server that ends each connection when it is used again does not make the doctor send more', async () => {
  const used = new WeakSet()
  const { origin, asked } = await startMcpServer({
    first: ({ socket }, response) => {
      if (used.has(socket)) return Boolean(socket.destroy())
      used.add(socket)
      return Boolean(response.writeHead(404).end())
    },
  })

  await diagnose(`${origin}/mcp`, { mostRequests: 40 })

  assert.ok(asked.length <= 40, `${asked.length} requests`)
})

test('an authorization server of another host: what it lacks is told, and that the MCP host has no aliases', async () => {
  const authorizationServer = await startMcpServer()
  const { origin } = await startMcpServer({
    resource: (document) => ({ ...document, authorization_servers: [authorizationServer.origin] }),
    routes: {
      '/authorize': undefined,
      '/token': undefined,
      '/register': undefined,
      '/.well-known/oauth-authorization-server': undefined,
      '/.well-known/openid-configuration': undefined,
    },
  })

  const { findings, causes } = await diagnose(`${origin}/mcp`)

  assert.deepEqual(codesOf(findings), ['not_public', 'no_aliases_at_root'])
  assert.deepEqual(causes, [])
})

test('a server that cannot be reached is asked once', async () => {
  const { findings, causes, requests } = await diagnose('http://127.0.0.1:1/mcp')

  assert.deepEqual(codesOf(findings), ['unreachable', 'not_public'])
  assert.deepEqual(codesOf(causes.map(({ finding }) => finding)), ['unreachable'])
  assert.equal(requests, 1)
})

test('a certificate that nobody trusts is the cause, not that nothing can be reached', async () => {
  const port = await listeningWithTls(makeCertificate({ name: 'localhost' }), (_request, response) => response.end())

  const { causes } = await diagnose(`https://localhost:${port}/mcp`)

  assert.deepEqual(codesOf(causes.map(({ finding }) => finding)), ['certificate_untrusted'])
})

test('a name that leads into a private network is a cause, the address of this machine is not', async () => {
  const { origin } = await startMcpServer({
    resource: (document, of) => ({ ...document, resource: `${of.replace('127.0.0.1', 'mcp.example')}/mcp` }),
    header: (of) =>
      `Bearer resource_metadata="${of.replace('127.0.0.1', 'mcp.example')}/.well-known/oauth-protected-resource/mcp"`,
  })

  const { causes } = await diagnose(`${origin.replace('127.0.0.1', 'mcp.example')}/mcp`, {
    resolve: async () => ['127.0.0.1'],
  })

  assert.deepEqual(codesOf(causes.map(({ finding }) => finding)), ['not_public'])
})

for (const url of ['no url', '', 'mcp.example/mcp']) {
  test(`"${url}" is no URL: the caller's mistake`, async () => {
    await assert.rejects(diagnose(url), TypeError)
  })
}

for (const url of ['ftp://mcp.example/mcp', 'https://me:pw@mcp.example/mcp']) {
  test(`"${url}" is no URL that can be asked, and that is told`, async () => {
    const { findings } = await diagnose(url)

    assert.deepEqual(codesOf(findings), ['unreachable'])
    assert.ok(!JSON.stringify(findings).includes('me:pw'))
  })
}

test('what is secret in the URL that was typed stands nowhere in the diagnosis', async () => {
  const { origin } = await startMcpServer({
    resource: (document, of) => ({ ...document, resource: `${of}/mcp?api_key=verysecret1` }),
  })

  const diagnosis = await diagnose(`${origin}/mcp?api_key=verysecret1`)

  assert.deepEqual(
    codesOf(diagnosis.findings).filter((code) => code === 'resource_mismatch'),
    [],
  )
  assert.ok(!JSON.stringify(diagnosis).includes('verysecret1'))
})

test('a server that answers nothing in time costs no more than the time for all requests', async () => {
  const origin = await listening(() => {})
  const startedAt = performance.now()

  const { findings } = await diagnose(`${origin}/mcp`, { timeout: 100, deadline: 400 })

  assert.ok(performance.now() - startedAt < 2000)
  assert.deepEqual(codesOf(findings), ['unreachable', 'not_public'])
})

test('a client whose name is shut out stops at once, and others do not', async () => {
  const { origin } = await startMcpServer({
    first: (request, response) =>
      request.headers['user-agent']?.startsWith('codex-mcp-client') === true && Boolean(response.writeHead(403).end()),
  })

  const { clients, causes } = await diagnose(`${origin}/mcp`)

  const kinds = new Map(clients.map(({ client, kind }) => [client.id, kind]))
  assert.equal(kinds.get('codex'), 'stops')
  assert.equal(kinds.get('sdk-1'), 'connects')
  assert.deepEqual(
    causes.map(({ finding, stops }) => [finding.code, stops.includes('codex')]),
    [['user_agent_blocked', true]],
  )
})

test('an authorization server at a host of its own where nobody can register leaves requests to spare', async () => {
  const authorizationServer = await startMcpServer({
    server: (document) => ({ ...document, registration_endpoint: undefined }),
    routes: { '/register': undefined },
  })
  const { origin } = await startMcpServer({
    resource: (document) => ({ ...document, authorization_servers: [authorizationServer.origin] }),
    server: () => undefined,
    routes: { '/authorize': undefined, '/token': undefined, '/register': undefined },
  })

  const { requests, causes } = await diagnose(`${origin}/mcp`)

  assert.deepEqual(
    causes.map(({ finding }) => finding.code),
    ['no_way_to_register'],
  )
  // The voices have taken what was left, but for a reserve.
  assert.ok(requests <= 57, `${requests} requests`)
})

test('what was not asked, since the most was sent already, is counted, and nobody can tell of who needed it', async () => {
  const { origin, asked } = await startMcpServer({ resource: () => undefined, server: () => undefined })

  const { requests, notAsked, clients } = await diagnose(`${origin}/mcp`, { mostRequests: 25 })

  assert.deepEqual([requests, asked.length], [25, 25])
  assert.ok(notAsked > 0)
  const sdk1 = clients.find(({ client }) => client.id === 'sdk-1')
  assert.equal(sdk1?.kind, 'cannot_tell')
  assert.match(sdk1?.why ?? '', /was not asked: 25 requests were sent already/)
})

/** Where each vendor's own names are refused, and who stops there. */
const refusedNames: readonly (readonly [name: RegExp, path: RegExp, client: string, kind: string, other: string])[] = [
  // Without documents it guesses where the endpoints are, and here they are there.
  [/^python-httpx/, /^\/\.well-known/, 'claude', 'connects_with_caveat', 'chatgpt'],
  [/^openai-mcp/, /^\/\.well-known/, 'chatgpt', 'stops', 'claude'],
  [/^python-httpx/, /^\/register$/, 'claude', 'stops', 'chatgpt'],
  [/^python-httpx/, /^\/token$/, 'claude', 'stops', 'chatgpt'],
  [/^openai-mcp/, /^\/(token|register)$/, 'chatgpt', 'stops', 'claude'],
  [/^Bun/, /^\/\.well-known/, 'claude-code', 'connects_with_caveat', 'codex'],
  [/^Slack-MCP-Client/, /^\/mcp$/, 'slack', 'stops', 'claude'],
  [/^python-httpx/, /^\/mcp$/, 'claude', 'stops', 'chatgpt'],
]

for (const [name, path, client, kind, other] of refusedNames)
  test(`a server that refuses ${name} at ${path} harms ${client} and not ${other}`, async () => {
    const { origin } = await startMcpServer({
      first: (request, response) =>
        path.test(request.url ?? '') &&
        name.test(request.headers['user-agent'] ?? '') &&
        Boolean(response.writeHead(403).end()),
    })

    const { clients, causes, requests } = await diagnose(`${origin}/mcp`)

    const kinds = new Map(clients.map(({ client, kind }) => [client.id, kind]))
    assert.deepEqual([kinds.get(client), kinds.get(other) === 'stops'], [kind, false])
    assert.deepEqual(
      causes.map(({ finding, stops }) => [finding.code, stops.includes(client)]),
      [['user_agent_blocked', kind === 'stops']],
    )
    assert.ok(requests <= 60, `${requests} requests`)
  })

test('where its own name is refused the doctor asks as somebody else, and sees the rest of the server', async () => {
  const { origin } = await startMcpServer({
    first: (request, response) =>
      !/Mozilla/.test(request.headers['user-agent'] ?? '') && Boolean(response.writeHead(403).end()),
    server: (document) => ({ ...document, code_challenge_methods_supported: ['plain'] }),
  })

  const { findings, causes, clients, requests } = await diagnose(`${origin}/mcp`)

  assert.ok(codesOf(findings).includes('s256_missing'))
  assert.equal(causes[0]?.finding.code, 'user_agent_blocked')
  assert.ok(clients.every(({ kind }) => kind === 'stops'))
  assert.ok(requests <= 50, `${requests} requests`)
})

test('a limit that only the other voices meet hides nothing that is missing', async () => {
  const { origin } = await startMcpServer({
    resource: () => undefined,
    first: (request, response) =>
      request.headers['user-agent'] !== 'portcullis-doctor' && Boolean(response.writeHead(429).end()),
  })

  const { causes } = await diagnose(`${origin}/mcp`)

  assert.deepEqual(codesOf(causes.map(({ finding }) => finding)), ['resource_metadata_missing'])
})

test('a rule against scripts that no client meets is no fault', async () => {
  const { origin } = await startMcpServer({
    first: (request, response) =>
      /^(curl|$)/.test(request.headers['user-agent'] ?? '') && Boolean(response.writeHead(403).end()),
  })

  const { findings, causes } = await diagnose(`${origin}/mcp`)

  assert.deepEqual(codesOf(findings), ['not_public', 'user_agent_blocked'])
  assert.deepEqual(causes, [])
})

test('a cause brings lines that mend it, for the stack that was recognised', async () => {
  const { origin } = await startMcpServer({ header: () => undefined })

  const { causes } = await diagnose(`${origin}/mcp`)

  assert.deepEqual(
    causes.map(({ finding, fix }) => [finding.code, fix?.code?.text.includes('WWW-Authenticate'), fix?.check]),
    [['challenge_missing', true, `portcullis doctor ${origin}/mcp`]],
  )
})

test('where registration was found elsewhere, the fix names that place and no guess', async () => {
  const { origin } = await startMcpServer({
    routes: { '/register': undefined, '/oauth/register': plain(405, { allow: 'POST' }) },
    server: (document) => ({ ...document, registration_endpoint: undefined }),
  })

  const { causes } = await diagnose(`${origin}/mcp`)

  const [, endpoint] = causes[0]?.fix?.code?.text.match(/registration_endpoint: '(.*)'/) ?? []
  assert.deepEqual([causes[0]?.finding.code, endpoint], ['registration_elsewhere', `${origin}/oauth/register`])
})

test('the fix of metadata under a wrong issuer keeps its endpoints', async () => {
  const { origin } = await startMcpServer({
    server: (document, here) => ({
      ...document,
      issuer: 'https://inner.example',
      authorization_endpoint: `${here}/oauth/authorize`,
    }),
    routes: { '/oauth/authorize': page(400) },
  })

  const { causes } = await diagnose(`${origin}/mcp`)

  const [, endpoint] = causes[0]?.fix?.code?.text.match(/authorization_endpoint: '(.*)'/) ?? []
  assert.deepEqual([causes[0]?.finding.code, endpoint], ['issuer_mismatch', `${origin}/oauth/authorize`])
})

test('only the clients that are asked about are told of', async () => {
  const { origin } = await startMcpServer()

  const { clients } = await diagnose(`${origin}/mcp`, { profiles: profiles.filter(({ id }) => id === 'codex') })

  assert.deepEqual(
    clients.map(({ client }) => client.id),
    ['codex'],
  )
})

test('the steps are told when they begin', async () => {
  const { origin } = await startMcpServer()
  const steps: string[] = []

  await diagnose(`${origin}/mcp`, { onProgress: (step) => steps.push(step) })

  assert.deepEqual(steps, ['network', 'challenge', 'protected_resource', 'authorization_server', 'clients', 'voices'])
})
