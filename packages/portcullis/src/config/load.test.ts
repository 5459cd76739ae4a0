import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadConfiguration, requireUpstream } from './load.ts'
import { ConfigurationError } from './problems.ts'

test('nothing has to be configured', async () => {
  const folder = newFolder()

  const configuration = await loadConfiguration({ folder })

  assert.equal(configuration.publicUrl, 'http://localhost:7080/mcp')
  assert.equal(configuration.issuer, 'http://localhost:7080')
  assert.equal(configuration.isLoopback, true)
  assert.equal(configuration.database, join(folder, 'portcullis.db'))
  assert.deepEqual(configuration.mcpServers[0].defaultScopes, ['mcp'])
  assert.deepEqual(configuration.mcpServers[0].advertisedScopes, ['mcp'])
  assert.deepEqual(configuration.lifetimes, {
    accessToken: 600,
    code: 60,
    consent: 7_776_000,
    grant: 2_592_000,
    refreshReplay: 60,
    session: 1_209_600,
    proof: 600,
    unusedClient: 604_800,
    registrationReplay: 600,
  })
  assert.equal(configuration.limits.body, 4_194_304)
})

test('the public URL follows the port', async () => {
  assert.equal(
    (await loadConfiguration({ folder: newFolder(), flags: { port: '8123' } })).publicUrl,
    'http://localhost:8123/mcp',
  )
})

test('the command line goes before the environment, which goes before the file', async () => {
  const folder = newFolder('listen: { port: 1001, host: 127.0.0.2 }\nname: file\nlog: { level: debug }')
  const environment = { PORTCULLIS_LISTEN_PORT: '1002', PORTCULLIS_NAME: 'environment' }

  const configuration = await loadConfiguration({ folder, environment, flags: { port: '1003' } })

  assert.deepEqual(configuration.listen, { host: '127.0.0.2', port: 1003 })
  assert.equal(configuration.name, 'environment')
  assert.deepEqual(configuration.log, { level: 'debug', format: 'auto' })
})

test('the variable that Kubernetes sets beside a service of this name is not read', async () => {
  assert.equal(
    (await loadConfiguration({ folder: newFolder(), environment: { PORTCULLIS_PORT: 'tcp://10.0.0.1:7080' } })).listen
      .port,
    7080,
  )
})

test('hosts of client documents below a name have no port: check-config says so, since the server would not start', async () => {
  for (const setting of ['hosts', 'deniedHosts']) {
    const loaded = (host: string) =>
      loadConfiguration({ folder: newFolder(`clientDocuments: { ${setting}: ['${host}'] }`) })
    for (const host of ['*.client.example:8443', '*.example:80', '*', '*.', 'client.example.', 'Client.example'])
      await assert.rejects(loaded(host), /must be a host in lower case/, `${setting}: ${host}`)
    for (const host of ['*.client.example', 'client.example', 'client.example:8443'])
      await assert.doesNotReject(loaded(host), host)
  }
})

test('a further URL of the MCP server that is named already, or is the server behind, is refused with its place', async () => {
  const refusedBy = (url: string) => {
    const folder = newFolder(
      `publicUrl: http://localhost:7080/mcp\nupstream: http://localhost:3000/mcp\nalsoServedAt: ["http://localhost:7080/v1", "${url}"]`,
    )
    return assert.rejects(loadConfiguration({ folder }), /alsoServedAt\[1\] must (be another URL|not be the upstream)/)
  }

  for (const url of ['http://localhost:7080/mcp', 'http://localhost:7080/v1', 'http://localhost:3000/mcp'])
    await refusedBy(url)
})

test('law 11: a secret that was written in place of the name of a variable is not told', async () => {
  for (const secret of ['deadbeef'.repeat(8), 'Zm9v+/'.repeat(8)]) {
    const folder = newFolder(`clients: { agent: { secretVariable: "${secret}" } }`)

    await assert.rejects(
      loadConfiguration({ folder }),
      (error) =>
        error instanceof ConfigurationError &&
        /secretVariable must be the name/.test(error.message) &&
        !error.message.includes(secret.slice(0, 20)),
    )
  }
})

test('a database named in a file is taken from the folder of the file, one named elsewhere from the current folder', async () => {
  const folder = newFolder('database: data/portcullis.db')
  const elsewhere = newFolder()

  const flags = { config: join(folder, 'portcullis.yaml') }

  assert.equal((await loadConfiguration({ folder: elsewhere, flags })).database, join(folder, 'data/portcullis.db'))
  assert.equal(
    (await loadConfiguration({ folder: elsewhere, flags: { ...flags, database: 'x.db' } })).database,
    join(elsewhere, 'x.db'),
  )
})

test('the configuration is frozen all the way down', async () => {
  const configuration = await loadConfiguration({ folder: newFolder('scopes: { a: Do a }\ndefaultScopes: [a]') })

  const [server] = configuration.mcpServers
  for (const part of [configuration, server, server.scopes, server.defaultScopes, configuration.limits])
    assert.ok(Object.isFrozen(part))
})

test('what cannot stand is refused with its place, its path and the remedy', async () => {
  const cases: [string, RegExp][] = [
    [
      'listen: { port: 70000 }',
      /portcullis\.yaml:1: listen\.port must be a whole number from 0 to 65535, but is 70000$/,
    ],
    ['\nlistn: 3', /portcullis\.yaml:2: listn is not a setting; did you mean listen\?$/],
    ['listen:\n  prot: 3', /portcullis\.yaml:2: listen\.prot is not a setting; did you mean listen\.port\?$/],
    ['tools: { a: { scope: [x] } }', /: tools\.a\.scope is not a setting; did you mean tools\.a\.scopes\?$/],
    ['log: { format: JSON }', /: log\.format must be one of .*, but is "JSON"; did you mean json\?$/],
    ['zzz: 1', /: zzz is not a setting; known are publicUrl, name, upstream/],
    ['lifetimes: { grant: 5q }', /: lifetimes\.grant must be a duration such as 90s.*, but is "5q"$/],
    ['lifetimes: { code: 11m }', /: lifetimes\.code must be a duration.* to 10m, but is "11m"$/],
    ['limits: { body: 4MB }', /: limits\.body must be a size such as 64KiB.*, but is "4MB"$/],
    ['limits: { body: 33MiB }', /limits\.bodiesPerCaller must be at least twice limits\.body$/],
    ['limits: { bodies: 60MiB }', /: limits\.bodies must be at least limits\.bodiesPerCaller$/],
    ['limits: 5', /: limits must be a table of settings, but is 5$/],
    ['upstream: ftp://a', /: upstream must be an http or https URL/],
    [
      'upstream: http://user:pw@localhost:3000/mcp',
      /: upstream must not have a user name or password.*, but is "http:\/\/\[redacted\]@localhost:3000\/mcp"$/,
    ],
    ['publicUrl: http://user:pw@mcp.example.com/mcp', /: publicUrl must not have a user name or password$/],
    ['upstream: http://localhost:7080/mcp', /: upstream must not be the public URL/],
    ['publicUrl: http://mcp.example.com/mcp', /: publicUrl must be https unless its host is loopback/],
    ['publicUrl: https://mcp.example.com/authorize', /: publicUrl must not be under \/authorize/],
    ['publicUrl: https://mcp.example.com/.well-known/x', /: publicUrl must not be under \/\.well-known/],
    ['publicUrl: https://mcp.example.com/mcp?x=1', /: publicUrl must not have a query$/],
    ['listen: { port: 0 }', /^publicUrl must be set when listen\.port is 0/],
    ['scopes: {}', /: scopes must name at least one scope/],
    ['scopes: { a: "" }', /: scopes\.a must be the description/],
    ['defaultScopes: [b]', /: defaultScopes\[0\] must be one of "scopes", but is "b"; add it there/],
    ['tools: { "add note": { scopes: [b] } }', /: tools\["add note"\]\.scopes\[0\] must be one of "scopes"/],
    [
      'resourceUris: { "file:/etc/*": { denied: true } }',
      /: resourceUris\["file:\/etc\/\*"\] must be written as URL parsers do: file:\/\/\/etc\/\*$/,
    ],
    ['hierarchy: { b: [] }', /: hierarchy\.b must be one of "scopes", but is "b"/],
    ['allowedHosts: [A.example]', /: allowedHosts\[0\] must be a host.* in lower case/],
    ['allowedHosts: [a.example/b]', /: allowedHosts\[0\] must be a host/],
    ['allowedOrigins: ["https://a.example/"]', /: allowedOrigins\[0\] must be an origin/],
    ['trustedProxies: [10.0.0.0/33]', /: trustedProxies\[0\] must be an IP address, or a range/],
    ['branding: { color: red }', /: branding\.color must be like "#1d4fb8"/],
    [
      'branding: { logo: "https://cdn.example/a.png" }',
      /: branding\.logo must be a path or URL of http:\/\/localhost:7080, or a data: URL/,
    ],
    ['branding: { support: "javascript:alert(1)" }', /: branding\.support must be an https URL, or mailto:/],
    ['log: { level: loud }', /: log\.level must be one of debug, info, warn, error, silent, but is "loud"$/],
    ['dev: true\npublicUrl: https://a.example/mcp', /:2: publicUrl must be loopback for dev sign-in/],
    ['dev: true\nlisten: { host: 0.0.0.0 }', /:2: listen\.host must be loopback for dev sign-in, but is "0\.0\.0\.0"/],
    ['a: [', /portcullis\.yaml:\d+: is not valid YAML/],
    ['name: a\nname: b', /portcullis\.yaml:2: is not valid YAML: Map keys must be unique/],
    ['name: &a x\nupstream: *a', /portcullis\.yaml:2: must write each setting out: \*a is not read$/],
    ['- a', /portcullis\.yaml: must be a table of settings/],
  ]

  for (const [text, expected] of cases) assert.match(await problemOf(text), expected, text)
})

test('what may stand stands', async () => {
  const cases: [string, (configuration: Awaited<ReturnType<typeof loadConfiguration>>) => unknown, unknown][] = [
    [
      'publicUrl: https://mcp.example.com',
      ({ publicUrl, isLoopback }) => [publicUrl, isLoopback],
      ['https://mcp.example.com', false],
    ],
    [
      'allowedHosts: [a.example, "a.example:80", "a.example:443", "[::1]:1"]',
      ({ allowedHosts }) => allowedHosts.length,
      4,
    ],
    ['trustedProxies: [10.0.0.0/8, "::1", "fd00::/8"]', ({ trustedProxies }) => trustedProxies.length, 3],
    [
      'lifetimes: { accessToken: 90, refreshReplay: 0, session: 8h }',
      ({ lifetimes }) => [lifetimes.accessToken, lifetimes.refreshReplay, lifetimes.session],
      [90, 0, 28_800],
    ],
    ['limits: { body: 64KiB }', ({ limits }) => limits.body, 65_536],
    ['dev: true', ({ dev }) => dev, true],
    ['dev: true\nlisten: { host: "::1" }', ({ listen }) => listen.host, '::1'],
    ['', ({ mcpServers: [{ tools }] }) => tools, {}],
  ]

  for (const [text, read, expected] of cases)
    assert.deepEqual(read(await loadConfiguration({ folder: newFolder(text) })), expected, text)
})

test('every problem is told at once, each with the place it was set', async () => {
  const folder = newFolder('limits: { body: 1 }')

  const problems = await problemsOf(() =>
    loadConfiguration({ folder, flags: { port: 'x' }, environment: { PORTCULLIS_LOG_LEVEL: 'loud' } }),
  )

  assert.deepEqual(
    problems.map(({ place }) => place?.split('/').at(-1)),
    ['--port', 'portcullis.yaml:1', 'PORTCULLIS_LOG_LEVEL'],
  )
})

test('a file that is named and does not exist is an error, the usual one may be missing', async () => {
  const folder = newFolder()

  assert.match(
    await messageOf(() => loadConfiguration({ folder, flags: { config: 'no.yaml' } })),
    /no\.yaml: the file does not exist$/,
  )
  assert.equal((await loadConfiguration({ folder })).file, undefined)
})

test('to serve, there must be an MCP server to stand in front of', async () => {
  const folder = newFolder()

  assert.match(
    await messageOf(async () => requireUpstream(await loadConfiguration({ folder }))),
    /^upstream is missing; .*--upstream/,
  )
  const flags = { upstream: 'http://localhost:3000/mcp' }
  assert.equal(requireUpstream(await loadConfiguration({ folder, flags })).mcpServers[0].upstream, flags.upstream)
})

test('law 11: no message shows the password or the key in a URL', async () => {
  const folder = newFolder()
  const cases: [string, string][] = [
    ['upstream', 'http://user:the-secret@host/mcp'],
    ['upstream', 'ftp://host/?key=the-secret'],
    ['upstream', 'http://a:the-secret@b@c:d'],
    ['publicUrl', 'http://user:the-secret@mcp.example/mcp'],
    ['publicUrl', 'ftp://user:the-secret@mcp.example/mcp'],
    ['publicUrl', 'http://a:the-secret@b@c:d'],
  ]

  for (const [name, value] of cases) {
    const message = await messageOf(() => loadConfiguration({ folder, flags: { [name]: value } }))

    assert.match(message, new RegExp(`${name} must`))
    assert.doesNotMatch(message, /the-secret/)
  }
})

test('law 11: no form of a Postgres URL carries its password into the configuration, and none passes on the command line', async () => {
  const folder = newFolder()
  for (const [url, shown] of [
    ['postgres://me@server:the-secret@host/db', 'postgres://me@server@host/db'],
    ['postgres://host/db?password=a&password=the-secret', 'postgres://host/db'],
    ['postgres://me@host/db?pass%77ord=the-secret&sslmode=require', 'postgres://me@host/db?sslmode=require'],
    ['postgres://me:the@secret@host:5432/db', 'postgres://me@host:5432/db'],
  ] as const) {
    const { database } = await loadConfiguration({ folder, environment: { PORTCULLIS_DATABASE: url } })

    assert.equal(database, shown)
    assert.match(
      await messageOf(() => loadConfiguration({ folder, flags: { database: url } })),
      /^--database: database must not/,
    )
  }
  for (const password of [
    'the/secret',
    'the?secret',
    'the#secret',
    '12/the-secret',
    '12?the-secret',
    'a@b/the-secret',
  ]) {
    const environment = { PORTCULLIS_DATABASE: `postgres://me:${password}@host/db` }
    const message = await messageOf(() => loadConfiguration({ folder, environment }))

    assert.match(message, /^PORTCULLIS_DATABASE: database cannot be read: .*percent-encoded/)
    assert.doesNotMatch(message, /secret/)
  }
  for (const plain of ['postgres://me@[::1]:5432/db?sslmode=require', 'postgres://host/db?user=me@server'])
    assert.equal((await loadConfiguration({ folder, flags: { database: plain } })).database, plain)
})

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function newFolder(yaml?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-config-'))
  folders.push(folder)
  if (yaml !== undefined) writeFileSync(join(folder, 'portcullis.yaml'), yaml)
  return folder
}

function problemOf(yaml: string): Promise<string> {
  return messageOf(() => loadConfiguration({ folder: newFolder(yaml) }))
}

async function messageOf(act: () => Promise<unknown>): Promise<string> {
  return (await problemsOf(act)).length === 0 ? '' : ((await caught(act)) as ConfigurationError).message
}

async function problemsOf(act: () => Promise<unknown>) {
  const error = await caught(act)
  assert.ok(error instanceof ConfigurationError, String(error))
  return error.problems
}

async function caught(act: () => Promise<unknown>): Promise<unknown> {
  try {
    return void (await act())
  } catch (error) {
    return error
  }
}
