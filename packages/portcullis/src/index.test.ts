import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createAccountByLink } from './accounts/account-by-link.ts'
import { findAccount, updateAccount } from './accounts/accounts.ts'
import { issueLink } from './accounts/links.ts'
import { createPasswordHasher } from './accounts/password.ts'
import { loadConfiguration, requireUpstream } from './config/load.ts'
import { exitCodes, run } from './index.ts'
import { OperatorError } from './operations/operator-error.ts'
import { type RunningServer, runServer, type ServerParts } from './operations/run-server.ts'
import { openStore } from './store/open-store.ts'

test('help says what there is, with examples and exit codes', async () => {
  const { code, out } = await command(newFolder(), '--help')

  assert.equal(code, exitCodes.done)
  for (const said of [
    'serve',
    'users',
    'grants',
    'keys',
    'consents',
    'owner-link',
    'check-config',
    'Examples:',
    'Exit codes: 0 done',
  ])
    assert.ok(out.includes(said), said)
})

test('every command explains itself', async () => {
  for (const words of [
    'serve',
    'users list',
    'users invite',
    'users invitations',
    'users withdraw',
    'users reset',
    'users disable',
    'users enable',
    'grants list',
    'grants revoke',
    'clients list',
    'clients show',
    'clients create',
    'clients renew-secret',
    'clients delete',
    'keys list',
    'keys rotate',
    'keys retire',
    'consents list',
    'consents revoke',
    'users role',
    'tokens create',
    'tokens list',
    'tokens revoke',
    'audit list',
    'audit verify',
    'audit export',
    'owner-link',
    'check-config',
    'doctor',
    'dev',
  ]) {
    const { code, out } = await command(newFolder(), `${words} --help`)
    assert.equal(code, exitCodes.done)
    assert.match(out, new RegExp(`Usage: portcullis ${words} .*\\[options\\]|Usage: portcullis ${words} \\[options\\]`))
    assert.ok(out.includes(`Examples:\n  portcullis ${words}`), words)
  }
})

test('help says what stands where nothing is given, and what may be given', async () => {
  const { out } = await command(newFolder(), 'serve --help')
  const { out: list } = await command(newFolder(), 'users list --help')

  const text = out.replace(/\s+/g, ' ')
  for (const said of [
    'loopback too, or else 7080.',
    'speaks TLS. Default: 127.0.0.1.',
    'Default: portcullis.db.',
    'One of debug, info, warn, error, silent. Default: info.',
    'One of auto, json, pretty. Default: auto.',
  ])
    assert.ok(text.includes(said), said)
  assert.doesNotMatch(list, /--public-url|--port/)
})

test('a variable that looks like one of ours and is none is warned of, with what was meant', async () => {
  const cases: [Record<string, string>, RegExp | undefined][] = [
    [{ PORTCULLIS_UPSTRAEM: 'x' }, /^Warning: PORTCULLIS_UPSTRAEM is no .*; did you mean PORTCULLIS_UPSTREAM\?\n/],
    [{ PORTCULLIS_PORT: '7081' }, /did you mean PORTCULLIS_LISTEN_PORT\?\n/],
    [{ PORTCULLIS_SECRETFILE: '/x' }, /did you mean PORTCULLIS_SECRET_FILE\?\n/],
    [{ PORTCULLIS_TRUSTED_PROXIES: '::1' }, /most settings stand in the configuration file alone/],
    [{ PORTCULLIS_PORT: 'tcp://10.0.0.1:7080', PORTCULLIS_SERVICE_HOST: '10.0.0.1' }, undefined],
    [{ PORTCULLIS_PORT_7080_TCP_ADDR: '10.0.0.1', PORTCULLIS_WEB_SERVICE_PORT_HTTP: '1' }, undefined],
    [{ PORTCULLIS_DEBUG: '', PORTCULLIS_SECRET: 'x', OTHER: 'x' }, undefined],
  ]

  for (const [environment, expected] of cases) {
    const { code, err } = await command(newFolder(), 'check-config --upstream http://localhost:3000/mcp', {
      environment,
    })

    assert.equal(code, exitCodes.done)
    if (expected === undefined) assert.equal(err, '')
    else assert.match(err, expected)
  }
})

test('a database that cannot be used is named once, with what is wrong and what to do', async () => {
  const folder = newFolder()
  const broken = join(folder, 'broken.db')
  writeFileSync(broken, 'this is no database, however long it may be'.repeat(100))

  const users = await command(folder, `users list --database ${broken}`)
  const serve = await command(folder, `serve --upstream http://localhost:1/mcp --database ${folder}/no/such.db`, {
    environment: { PORTCULLIS_SECRET: 'x'.repeat(40) },
  })

  assert.equal(
    users.err,
    `${broken} cannot be read as a database: file is not a database.\nName another file, or restore a backup.\n`,
  )
  assert.match(
    serve.err,
    /^Cannot use the database .*\/no\/such\.db: its folder does not exist\.\nSee that its folder exists/,
  )
})

test('a wrong command line is told what was meant', async () => {
  const cases: [string, RegExp][] = [
    ['srve', /unknown command 'srve'\n.*Did you mean serve\?/s],
    ['serve --stdio npx -y some-server', /unknown option '-y'\n.*between quotes: --stdio "npx -y some-server"/s],
    ['serve --prot 1', /unknown option '--prot'\n.*Did you mean --port\?/s],
    ['users disable', /missing required argument 'user'/],
    ['serve --secret x', /unknown option '--secret'/],
    ['doctor', /Say which server: portcullis doctor https:/],
    ['doctor http://a.example --fix', /Unknown option '--fix'/],
  ]

  for (const [words, expected] of cases) {
    const { code, err } = await command(newFolder(), words)
    assert.equal(code, exitCodes.wrongUsage)
    assert.match(err, expected)
  }
})

test('check-config and serve warn where clients on this machine are sent to another port than the one listened on', async () => {
  const elsewhere = 'http://localhost:9000/mcp'

  const checked = await command(
    newFolder(),
    `check-config --upstream http://localhost:3000/mcp --public-url ${elsewhere} --port 7080 --json`,
  )
  const server = await stoppedAfterStart(newFolder(), { flags: { publicUrl: elsewhere, port: '7080' } })

  assert.equal(checked.code, exitCodes.done)
  assert.match(
    checked.err,
    /^Warning: publicUrl names port 9000 of this machine, and Portcullis listens on 7080: .*\.\n$/,
  )
  assert.equal(JSON.parse(checked.out).listen.port, 7080)
  assert.match(server.out(), /"level":"warn".*publicUrl names port 9000/)
})

test('check-config says that a configuration stands, or every reason why not', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'portcullis.yaml'), 'upstream: http://localhost:3000/mcp\nlimits: { body: 1 }')

  const wrong = await command(folder, 'check-config --port x')
  writeFileSync(join(folder, 'portcullis.yaml'), 'upstream: http://localhost:3000/mcp')
  const right = await command(folder, 'check-config')
  const json = await command(folder, 'check-config --json')

  assert.equal(wrong.code, exitCodes.wrongUsage)
  assert.match(
    wrong.err,
    /^The configuration cannot stand:\n {2}--port: listen\.port must be.*\n {2}.*portcullis\.yaml:2: limits\.body must be/,
  )
  assert.match(
    right.out,
    /^The configuration stands .*http:\/\/localhost:7080\/mcp in front of http:\/\/localhost:3000\/mcp\n {2}clients connect to: http:\/\/localhost:7080\/mcp\n {2}registration: open to anybody\n/,
  )
  assert.equal(JSON.parse(json.out).lifetimes.accessToken, 600)
})

test('check-config says what a configuration lets happen, in words', async () => {
  const folder = newFolder()
  writeFileSync(
    join(folder, 'portcullis.yaml'),
    `upstream: http://localhost:3000/mcp
resources: { "https://files.example/api": { scopes: { mcp: Read }, accessTokenFormat: opaque, secretVariable: FILES } }
clients: { desk: { secretVariable: DESK, grantTypes: [client_credentials, "urn:ietf:params:oauth:grant-type:token-exchange", "urn:ietf:params:oauth:grant-type:jwt-bearer"] }, web: { redirectUris: ["https://a.example/cb"], requirePushedRequests: true } }
pushedRequests: { enabled: true }
privileges:
  desk: { clientCredentials: [mcp], tokenExchange: { from: "http://localhost:7080/mcp", to: ["https://files.example/api"] } }
identityAssertionIssuers: { "https://acme.okta.com": { clients: [desk], keysFile: a.json, people: { a: ada } } }
signingKeys: { algorithm: EdDSA, lifetime: 30d }`,
  )

  const { out, code } = await command(folder, 'check-config', {
    environment: { PORTCULLIS_INITIAL_ACCESS_TOKEN: 'x'.repeat(32) },
  })

  assert.equal(code, exitCodes.done)
  for (const line of [
    'registration: with an initial access token alone',
    'pushed requests: are taken; web must',
    'access tokens: jwt, for 10m; signed with EdDSA, another key every 30d',
    'further servers: https://files.example/api (opaque)',
    '"desk" may: act for itself (mcp); exchange tokens of http://localhost:7080/mcp for https://files.example/api',
    'https://acme.okta.com decides: for its people, who use desk',
  ])
    assert.ok(out.includes(`  ${line}\n`), `${line}\nis not in\n${out}`)
})

test('law 11: check-config shows no key that the URL of the MCP server may have', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'portcullis.yaml'), 'upstream: http://localhost:3000/mcp?key=s3cret')

  const text = await command(folder, 'check-config')
  const json = await command(folder, 'check-config --json')

  assert.match(text.out, /in front of http:\/\/localhost:3000\/mcp\?key=\[redacted\]\n/)
  assert.ok(!text.out.includes('s3cret'))
  assert.equal(JSON.parse(json.out).upstream, 'http://localhost:3000/mcp?key=[redacted]')
})

test('a command about a database that is not there says so and makes none', async () => {
  const folder = newFolder()

  const { code, err } = await command(folder, 'users list')

  assert.equal(code, exitCodes.refused)
  assert.match(err, /^There is no database at .*portcullis\.db\.\nStart the server once/)
  assert.equal(existsSync(join(folder, 'portcullis.db')), false)
})

test('users are listed, invited, reset, disabled and enabled beside an open store', async () => {
  const { folder, store } = await newDatabase({ users: ['ada', 'bob'] })

  const list = await command(folder, 'users list')
  const invite = await command(folder, 'users invite --public-url https://mcp.example/mcp')
  const reset = await command(folder, 'users reset ADA --json')
  const said = await command(folder, 'users reset ada')
  const disable = await command(folder, 'users disable bob')
  const states = JSON.parse((await command(folder, 'users list --json')).out).map(
    (user: { state: string }) => user.state,
  )
  const enable = await command(folder, 'users enable bob')
  const unknown = await command(folder, 'users disable eve')

  assert.match(
    list.out,
    /^USER {2}ROLE {4}STATE {3}SIGNS IN WITH {2}SINCE \(UTC\)\nada {3}member {2}active {2}password {7}\d{4}-\d\d-\d\d \d\d:\d\d\nbob /,
  )
  assert.match(invite.out, /^https:\/\/mcp\.example\/account\/invitation\?token=[\w-]{43}\n$/)
  assert.match(JSON.parse(reset.out).link, /^http:\/\/localhost:7080\/account\/reset\?token=/)
  assert.match(said.err, /all browsers of that person are signed out and no application has access any more\.\n$/)
  assert.equal(disable.out, 'Disabled bob. Grants ended: 0.\n')
  assert.deepEqual(states, ['active', 'disabled'])
  assert.equal(enable.out, 'Enabled bob.\n')
  assert.equal(unknown.code, exitCodes.refused)
  assert.match(unknown.err, /^There is no user "eve"\.\nSee who there is: portcullis users list\n$/)
  await store.close()
})

test('links lead where the server ran last, whatever options it had, unless the command line says otherwise', async () => {
  const folder = newFolder()
  await stoppedAfterStart(folder, { flags: { publicUrl: 'https://mcp.example/mcp' } })
  const config = join(folder, 'other.yaml')
  writeFileSync(config, 'publicUrl: https://elsewhere.example/mcp')

  const plain = await command(folder, 'users invite')
  const named = await command(folder, 'users invite --public-url https://named.example/mcp')
  const moved = await command(folder, `owner-link --config ${config} --database ${join(folder, 'portcullis.db')}`)
  await stoppedAfterStart(folder, { flags: { port: '7081' } })
  const after = await command(folder, 'users invite')

  assert.match(plain.out, /^https:\/\/mcp\.example\/account\/invitation\?token=/)
  assert.doesNotMatch(plain.err, /https?:/)
  assert.match(named.out, /^https:\/\/named\.example\/account/)
  assert.match(moved.out, /^https:\/\/mcp\.example\/account\/welcome/)
  assert.match(
    moved.err,
    /ran last at https:\/\/mcp\.example\/mcp.*https:\/\/elsewhere\.example\/mcp is configured now/,
  )
  assert.match(after.out, /^http:\/\/localhost:7081\/account\/invitation/)
})

test('where nobody has said where the server is, a link comes with a warning', async () => {
  const { folder, store } = await newDatabase({ users: ['ada'] })

  const supposed = await command(folder, 'users reset ada')
  const json = await command(folder, 'users reset ada --json')
  const configured = await command(folder, 'users reset ada', {
    environment: { PORTCULLIS_PUBLIC_URL: 'https://mcp.example/mcp' },
  })

  for (const { err } of [supposed, json])
    assert.match(err, /^No server has said yet where it is.*supposes http:\/\/localhost:7080\/mcp.*--public-url URL/)
  assert.match(configured.out, /^https:\/\/mcp\.example\/account\/reset/)
  assert.doesNotMatch(configured.err, /No server/)
  await store.close()
})

test('invitations are listed with whom they are for and until when they work, and can be taken back', async () => {
  const { folder, store, accounts } = await newDatabase({ users: [] })

  const first = await command(folder, 'users invite --json --expires 30m')
  const second = await command(folder, 'users invite --for Grace')
  const { id, expiresAt } = JSON.parse(first.out)
  const listed = await command(folder, 'users invitations')
  const withdrawn = await command(folder, `users withdraw ${id}`)
  const again = await command(folder, `users withdraw ${id}`)
  const left = JSON.parse((await command(folder, 'users invitations --json')).out)

  assert.ok(Math.abs(expiresAt - accounts.now() - 1800) < 5)
  const rows = listed.out.split('\n')
  assert.match(rows[0] ?? '', /^INVITATION {2}FOR {4}ROLE {4}SINCE \(UTC\) +UNTIL \(UTC\)$/)
  assert.ok(listed.out.includes(id) && /^[0-9a-f]{10} {2}Grace /m.test(listed.out))
  assert.equal(withdrawn.out, `Took back the invitation ${id}.\n`)
  assert.equal(again.code, exitCodes.refused)
  assert.match(again.err, /^There is no invitation .*\n.*portcullis users invitations\n$/)
  assert.deepEqual(
    left.map(({ recipient }: { recipient: string }) => recipient),
    ['Grace'],
  )
  assert.match(second.err, new RegExp(`users withdraw ${left[0].id}\\n$`))
  const token = new URL(JSON.parse(first.out).link).searchParams.get('token') ?? ''
  const used = await createAccountByLink(accounts, { purpose: 'invitation', token, userName: 'eve', password: 'x' })
  assert.equal(used.kind, 'link_gone')
  assert.ok(!listed.out.includes(token))
  await store.close()
})

test('an invitation works from five minutes to ninety days', async () => {
  for (const lifetime of ['4m', '91d', 'soon', '-1']) {
    const { code, err } = await command(newFolder(), `users invite --expires=${lifetime}`)

    assert.equal(code, exitCodes.wrongUsage)
    assert.match(err, /--expires.*is invalid\. It must be a duration such as 30m, 24h or 7d/)
  }
})

test('a client without a person is made without a redirect URI', async () => {
  const { folder } = await newDatabase({ users: [] })

  const { out } = await command(folder, 'clients create --name Job --grant-type client_credentials --json')
  const { client, clientSecret } = JSON.parse(out)

  assert.deepEqual([client.redirectUris, client.method], [[], 'client_secret_basic'])
  assert.match(clientSecret, /^[\w-]{43}$/)
})

test('what a client may do by itself is listed too, and whom it acts for is itself', async () => {
  const { folder, store } = await newDatabase({ users: ['ada'] })
  const value = {
    clientId: 'c1',
    subject: 'c1',
    grantType: 'client_credentials',
    scope: ['notes:read'],
    resource: 'http://localhost:7080/mcp',
    issuedAt: 0,
    generation: 1,
    rotatedAt: 0,
    keyId: 'k',
    seed: 's',
  }
  const client = (await store.get('client', 'c1')) ?? assert.fail()
  await store.commit([
    { kind: 'grant', id: 'g9', version: 'absent', value, index: { client: 'c1' } },
    { kind: 'client', id: 'c1', version: client.version, value: client.value, index: { state: 'kept' } },
  ])

  const list = await command(folder, 'grants list')
  const ended = await command(folder, 'grants revoke g9')

  assert.match(list.out, /g9 +\(itself\) +Claude \? {2}notes:read/)
  assert.equal(ended.out, 'Grants ended: 1.\n')
})

test('grants are listed and revoked, and disabling a user ends those of that user', async () => {
  const { folder, store, grant } = await newDatabase({ users: ['ada', 'bob'] })
  await grant('g1', 'ada')
  await grant('g2', 'ada')
  await grant('g3', 'bob')
  await grant('g4', 'bob')

  const list = await command(folder, 'grants list')
  const ofAda = JSON.parse((await command(folder, 'grants list --user ada --json')).out).map(
    ({ id, userName }: { id: string; userName: string }) => `${id} ${userName}`,
  )
  const one = await command(folder, 'grants revoke g1')
  const again = await command(folder, 'grants revoke g1')
  const disabled = await command(folder, 'users disable bob')
  const rest = await command(folder, 'grants revoke --user ada')

  assert.match(list.out, /^GRANT {2}USER {2}CLIENT +SCOPE +SINCE/)
  assert.match(list.out, /g1 +ada +Claude \? {2}notes:read/)
  assert.deepEqual(ofAda, ['g1 ada', 'g2 ada'])
  assert.equal(one.out, 'Grants ended: 1.\n')
  assert.equal(again.code, exitCodes.refused)
  assert.match(disabled.out, /Grants ended: 2/)
  assert.equal(rest.out, 'Grants ended: 1.\n')
  assert.deepEqual(
    (await store.list('endedGrant', 'feed', 'all')).map(({ value }) => [value.grantId, value.reason]),
    [
      ['g1', 'revoked_by_operator'],
      ['g3', 'subject_disabled'],
      ['g4', 'subject_disabled'],
      ['g2', 'revoked_by_operator'],
    ],
  )
  await store.close()
})

test('AS-28 a client is made, listed, shown, given another secret, and deleted with its grants', async () => {
  const { folder, store, grant } = await newDatabase({ users: ['ada'] })
  await grant('g1', 'ada')

  const made = await command(folder, 'clients create --name Agent --redirect-uri https://agent.example/cb --json')
  const { client, clientSecret } = JSON.parse(made.out)
  const list = await command(folder, 'clients list')
  const shown = JSON.parse((await command(folder, `clients show ${client.clientId} --json`)).out)
  const renewed = await command(folder, `clients renew-secret ${client.clientId}`)
  const deleted = await command(folder, `clients delete ${client.clientId} --json`)
  const withGrants = await command(folder, 'clients delete c1')
  const again = await command(folder, 'clients delete c1')

  assert.match(clientSecret, /^[\w-]{43}$/)
  assert.match(list.out, /^CLIENT +NAME +ORIGIN +METHOD +SINCE/)
  assert.ok(list.out.includes(`${client.clientId}  Agent`))
  assert.deepEqual([shown.method, shown.origin, shown.clientSecret], ['client_secret_basic', 'created', undefined])
  assert.match(renewed.out, /^secret: [\w-]{43}\n$/)
  assert.notEqual(renewed.out, `secret: ${clientSecret}\n`)
  assert.deepEqual(JSON.parse(deleted.out), { clientId: client.clientId, endedGrants: 0 })
  assert.equal(withGrants.out, 'Deleted the client c1. Grants ended: 1.\n')
  assert.deepEqual([again.code, again.err.split('\n')[0]], [exitCodes.refused, 'There is no client "c1".'])
  const acts = (await store.list('audit', 'all', 'all')).map(({ value }) => value.act)
  assert.deepEqual(acts.map(({ type }) => type).sort(), [
    'client_created',
    'client_deleted',
    'client_deleted',
    'client_secret_renewed',
    'grant_ended',
  ])
  assert.ok(!JSON.stringify(acts).includes(clientSecret))
  await store.close()
})

test('law 11: of a client of which only what people allowed is left, the log tells that it was deleted, and what was forgotten', async () => {
  const { folder, store } = await newDatabase({ users: [] })
  const clientId = 'https://app.example/client.json'
  const consent = {
    ...{ subject: 'a1', clientId, destination: 'app.example', resource: 'http://localhost:7080/mcp' },
    ...{ scopes: [{ token: 'notes:read', until: 2e9 }], redirectUris: 'hash', consentedAt: 0 },
  }
  const index = { subject: 'a1', client: clientId }
  await store.commit([{ kind: 'consent', id: 'c', version: 'absent', value: consent, index }])

  const deleted = await command(folder, `clients delete ${clientId}`)

  assert.equal(deleted.out, `Deleted the client ${clientId}. Grants ended: 0.\n`)
  const acts = (await store.list('audit', 'all', 'all')).map(({ value }) => value.act)
  const { subject, resource } = consent
  assert.deepEqual(acts, [
    { type: 'client_deleted', clientId },
    { type: 'consent_revoked', reason: 'client_deleted', subject, clientId, resource },
  ])
  await store.close()
})

test('clients of the configuration are listed beside the others, and changed there alone', async () => {
  const { folder, store } = await newDatabase({ users: [] })
  writeFileSync(
    join(folder, 'portcullis.yaml'),
    'clients: { agent: { name: Agent, redirectUris: ["https://agent.example/cb"], secretVariable: AGENT_SECRET } }',
  )

  const list = JSON.parse((await command(folder, 'clients list --json')).out)
  const shown = await command(folder, 'clients show agent')
  const refused = await command(folder, 'clients renew-secret agent')
  const kept = await command(folder, 'clients delete agent')
  writeFileSync(join(folder, 'portcullis.yaml'), 'clientDocuments: { enabled: false }')
  const unfetched = await command(
    folder,
    'clients create --redirect-uri https://a.example/cb --keys-url https://a.example/k',
  )

  assert.match(unfetched.err, /^The keys of a client at a URL are not fetched here/)
  assert.deepEqual(list, [
    {
      clientId: 'agent',
      name: 'Agent',
      origin: 'configured',
      method: 'client_secret_basic',
      redirectUris: ['https://agent.example/cb'],
    },
  ])
  assert.match(shown.out, /redirect URI +https:\/\/agent\.example\/cb/)
  for (const { code, err } of [refused, kept])
    assert.deepEqual([code, err.split('\n')[0]], [exitCodes.refused, 'The client "agent" stands in the configuration.'])
  await store.close()
})

for (const [words, said] of [
  [
    'clients create --redirect-uri http://agent.example/cb',
    /The client is not made: .*No redirect URI can be accepted/,
  ],
  ['clients create --name Job', /The client is not made: .*has no "redirectUris"/],
  ['clients create --grant-type password', /There is no grant type "password"/],
  ['clients create --redirect-uri https://agent.example/cb --method sometimes', /There is no method "sometimes"/],
  ['clients create --redirect-uri https://agent.example/cb --method private_key_jwt', /The client is not made/],
  [
    'clients create --redirect-uri https://agent.example/cb --keys-url http://agent.example/jwks',
    /The client is not made: .*"?jwks_uri"? must be an https URL/,
  ],
  ['clients show nobody', /There is no client "nobody"/],
  ['clients renew-secret c1', /The client "c1" has no secret/],
] as const)
  test(`${words} is refused with its reason`, async () => {
    const { folder, store } = await newDatabase({ users: [] })

    const { code, err } = await command(folder, words)

    assert.equal(code, exitCodes.refused)
    assert.match(err, said)
    await store.close()
  })

test('signing keys are listed, rotated, taken back one by one and, by --now, all at once', async () => {
  const { folder, store } = await newDatabase({ users: [] })
  const environment = { PORTCULLIS_SECRET: 's'.repeat(40) }
  const states = ({ out }: { out: string }) => JSON.parse(out).map(({ state }: { state: string }) => state)

  const first = await command(folder, 'keys rotate --json', { environment })
  const rotated = await command(folder, 'keys rotate --json', { environment })
  const listed = await command(folder, 'keys list')
  const [next, signing] = JSON.parse(rotated.out)
  const refused = await command(folder, `keys retire ${signing.kid}`, { environment })
  const unknown = await command(folder, 'keys retire nothing', { environment })
  const retired = await command(folder, `keys retire ${next.kid} --json`, { environment })
  const now = await command(folder, 'keys rotate --now', { environment })
  const wrongSecret = await command(folder, 'keys rotate', { environment: { PORTCULLIS_SECRET: 't'.repeat(40) } })

  assert.deepEqual([first, rotated, retired].map(states), [['signing'], ['next', 'signing'], ['signing']])
  assert.equal(next.signsFrom - next.createdAt, 86_400)
  assert.match(listed.out, /^KEY +ALGORITHM {2}STATE +MADE \(UTC\) +SIGNS FROM \(UTC\)/)
  assert.deepEqual([refused.code, unknown.code, wrongSecret.code], Array(3).fill(exitCodes.refused))
  assert.match(refused.err, /signs now\.\n.*portcullis keys rotate --now/)
  assert.match(unknown.err, /^There is no key "nothing"\.\n.*portcullis keys list/)
  assert.match(wrongSecret.err, /written with another secret/)
  assert.match(now.out, /tokens issued so far are refused; clients refresh them by themselves/)
  assert.match(now.out, new RegExp(`^${signing.kid} .* retired `, 'm')) // for two seconds more
  const acts = (await store.list('audit', 'all', 'all')).map(({ value }) => value.act.type)
  assert.deepEqual(
    acts.sort(),
    ['published', 'published', 'published', 'removed', 'retired'].map((act) => `signing_key_${act}`),
  )
  await store.close()
})

test('law 14: what disabling had not ended when it was cut off does not come back when the user is enabled', async () => {
  const { folder, store, accounts, grant } = await newDatabase({ users: ['ada'] })
  await grant('g1', 'ada')
  const id = (await findAccount(accounts, 'ada'))?.id ?? ''
  await updateAccount(accounts, id, (account) => ({ ...account, disabledAt: 1 }))

  await command(folder, 'users enable ada')
  await grant('g2', 'ada')
  await command(folder, 'users enable ada')

  assert.deepEqual(
    (await store.list('grant', 'subject', id)).map((entry) => entry.id),
    ['g2'],
  )
  assert.equal((await findAccount(accounts, 'ada'))?.value.disabledAt, undefined)
  await store.close()
})

test('P-02 what is remembered is listed and revoked, with the grants that came of it', async () => {
  const { folder, store, accounts, grant } = await newDatabase({ users: ['ada', 'bob'] })
  const id = (await findAccount(accounts, 'ada'))?.id ?? ''
  const consent = {
    subject: id,
    clientId: 'c1',
    destination: 'client.example',
    resource: 'https://mcp.example/mcp',
    scopes: [{ token: 'notes:read', until: 4e9 }],
    redirectUris: 'x',
    consentedAt: 1_800_000_000,
  }
  const index = { subject: id }
  await store.commit([{ kind: 'consent', id: 'k1', version: 'absent', value: consent, expiresAt: 4e9, index }])
  await grant('g1', 'ada')

  const list = await command(folder, 'consents list')
  const ofAda = JSON.parse((await command(folder, 'consents list --user ada --json')).out)
  const ofBob = JSON.parse((await command(folder, 'consents list --user bob --json')).out)
  const another = await command(folder, 'consents revoke --user ada --client c2')
  const revoked = await command(folder, 'consents revoke --user ada')
  const again = await command(folder, 'consents revoke --user ada')

  assert.match(list.out, /^USER {2}NAME/)
  assert.match(list.out, /ada +\S.* c1 +client\.example {2}notes:read/)
  assert.deepEqual([ofAda.length, ofAda[0].userName, ofAda[0].scope, ofBob], [1, 'ada', ['notes:read'], []])
  assert.match(another.err, /^There is nothing of that kind/)
  assert.equal(revoked.out, 'Consents forgotten: 1. Grants ended: 1.\n')
  assert.equal(again.code, exitCodes.refused)
  await store.close()
})

test('grants revoke wants one grant or one user', async () => {
  const { folder, store } = await newDatabase({ users: [] })

  for (const words of ['grants revoke', 'grants revoke g1 --user ada'])
    assert.match((await command(folder, words)).err, /^Say which grant to end/)
  await store.close()
})

test('owner-link gives a fresh link until there is an owner, and then says what to do instead', async () => {
  const { folder, store, accounts } = await newDatabase({ users: [] })

  const first = await command(folder, 'owner-link')
  const token = new URL(first.out.trim()).searchParams.get('token') ?? ''
  await createAccountByLink(accounts, { purpose: 'owner', token, userName: 'ada', password: 'x' })
  const second = await command(folder, 'owner-link')

  assert.match(first.err, /works once, until/)
  assert.equal(existsSync(join(folder, 'portcullis.owner-link')), false)
  assert.equal(second.code, exitCodes.refused)
  assert.match(second.err, /^There is an owner already: ada\.\nFor a new password run "portcullis users reset ada"/)
  await store.close()
})

test('owner-link takes the place of the link that a server without terminal has kept in a file', async () => {
  const folder = newFolder()
  await stoppedAfterStart(folder, {})
  const file = join(folder, 'portcullis.owner-link')
  const before = readFileSync(file, 'utf8')

  const { out } = await command(folder, 'owner-link')

  assert.notEqual(out, before)
  assert.equal(readFileSync(file, 'utf8'), out)
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a fault of ours is one line without a stack, unless the stack is asked for', async () => {
  const broken = {
    get PORTCULLIS_CONFIG(): string {
      throw new Error('boom')
    },
  }

  const plain = await command(newFolder(), 'check-config', { environment: broken })
  const debug = await command(newFolder(), 'check-config', {
    environment: { ...Object.create(broken), PORTCULLIS_DEBUG: '1' },
  })

  assert.equal(plain.code, exitCodes.failed)
  assert.match(plain.err, /^Something went wrong that should not: boom\nSet PORTCULLIS_DEBUG=1/)
  assert.doesNotMatch(plain.err, /\n {4}at /)
  assert.equal(debug.code, exitCodes.wrongUsage)
})

test('a server without terminal puts the owner link in a private file, says where, and stops when told', async () => {
  const folder = newFolder()
  const server = await started(folder, {})

  server.signals.emit('SIGTERM')
  await server.stopped

  const file = join(folder, 'portcullis.owner-link')
  assert.match(readFileSync(file, 'utf8'), /^http:\/\/localhost:7080\/account\/welcome\?token=[\w-]{43}\n$/)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.ok(server.out().includes(file))
  assert.doesNotMatch(server.out(), /token=/)
  assert.deepEqual(server.calls, ['serve', 'close'])
  assert.match(server.out(), /"msg":"Stopped"/)
})

const clientLines = [
  'claude mcp add --transport http portcullis http://localhost:7080/mcp',
  'codex mcp add portcullis --url http://localhost:7080/mcp',
  `code --add-mcp '{"name":"portcullis","type":"http","url":"http://localhost:7080/mcp"}'`,
  '{"mcpServers":{"portcullis":{"url":"http://localhost:7080/mcp"}}}',
]

test('a server on a terminal shows the link and ready-made lines for clients, and development loudly', async () => {
  const folder = newFolder()
  const file = join(folder, 'portcullis.owner-link')
  writeFileSync(file, 'the link of a start before')

  const server = await stoppedAfterStart(folder, { isTTY: true, flags: { dev: true } })

  assert.match(server.out(), /\n {2}http:\/\/localhost:7080\/account\/welcome\?token=[\w-]{43}\n/)
  assert.match(server.out(), /DEVELOPMENT +Anybody on this machine/)
  for (const line of clientLines) assert.ok(server.out().includes(`${line}\n`), line)
  assert.equal(existsSync(file), false)
})

test('a server without terminal has the same lines: as one line of the log, or for people where that is set', async () => {
  const json = await stoppedAfterStart(newFolder(), {})
  const folder = newFolder()
  const pretty = await stoppedAfterStart(folder, { flags: { logFormat: 'pretty' } })
  const quiet = await stoppedAfterStart(newFolder(), { flags: { logFormat: 'pretty', logLevel: 'warn' } })

  const { clients } = JSON.parse(
    json
      .out()
      .split('\n')
      .find((line) => line.includes('"clients"')) ?? '{}',
  )
  assert.deepEqual(Object.values(clients), clientLines)
  assert.equal(
    json
      .out()
      .split('\n')
      .some((line) => line !== '' && !line.startsWith('{')),
    false,
  )
  for (const line of clientLines) assert.ok(pretty.out().includes(`${line}\n`), line)
  assert.ok(pretty.out().includes(`is in ${join(folder, 'portcullis.owner-link')}\n`))
  assert.doesNotMatch(pretty.out(), /token=/)
  assert.equal(quiet.out(), '')
})

test('on a terminal that is to have JSON the link is kept in the file all the same', async () => {
  const folder = newFolder()

  const server = await stoppedAfterStart(folder, { isTTY: true, flags: { logFormat: 'json' } })

  assert.doesNotMatch(server.out(), /token=/)
  assert.match(readFileSync(join(folder, 'portcullis.owner-link'), 'utf8'), /token=/)
})

test('once there is an owner, no banner speaks of a link', async () => {
  const { folder, store, accounts } = await newDatabase({ users: [] })
  const { token } = await issueLink(accounts, { purpose: 'owner' })
  await createAccountByLink(accounts, { purpose: 'owner', token, userName: 'ada', password: 'x' })
  await store.close()

  const server = await stoppedAfterStart(folder, { isTTY: true })

  assert.doesNotMatch(server.out(), /owner|DEVELOPMENT/)
})

test('told to stop twice, a server ends at once', async () => {
  const held = Promise.withResolvers<void>()
  const server = await started(newFolder(), { close: () => held.promise })

  server.signals.emit('SIGINT')
  server.signals.emit('SIGTERM')
  held.resolve()
  await server.stopped

  assert.deepEqual(server.exits, [130])
})

test('a key file beside the database of a public server is warned of', async () => {
  const local = await started(newFolder(), {})
  const publicServer = await started(newFolder(), { flags: { publicUrl: 'https://mcp.example/mcp' } })
  for (const server of [local, publicServer]) {
    server.signals.emit('SIGTERM')
    await server.stopped
  }

  assert.doesNotMatch(local.out(), /"level":"warn"/)
  assert.match(publicServer.out(), /"level":"warn".*set PORTCULLIS_SECRET/)
})

test('law 11: a database that every user of the machine may read is warned of, with what to run; one for a group is not', async () => {
  const folder = newFolder()
  const database = join(folder, 'portcullis.db')
  await stoppedAfterStart(folder, {})

  chmodSync(database, 0o660)
  const group = await stoppedAfterStart(folder, {})
  chmodSync(database, 0o644)
  const everybody = await stoppedAfterStart(folder, {})

  assert.doesNotMatch(group.out(), /"level":"warn"/)
  assert.ok(everybody.out().includes(`run: chmod o= ${database} ${database}-wal ${database}-shm"`), everybody.out())
  assert.match(everybody.out(), /"level":"warn".*may read the database/)
})

test('law 10: dev sign-in says so loudly, and a start without it ends what test users left', async () => {
  const { folder, store, grant } = await newDatabase({ users: [] })
  const value = { userName: 'alice', role: 'member', createdAt: 0, sessionEpoch: 0 } as const
  await store.commit([{ kind: 'account', id: 'test-alice', version: 'absent', value, index: { all: 'all' } }])
  await grant('g1', undefined, 'test-alice')

  const dev = await started(folder, { flags: { dev: true } })
  dev.signals.emit('SIGTERM')
  await dev.stopped
  assert.match(dev.out(), /"level":"warn".*DEVELOPMENT: anybody on this machine can sign in/)
  assert.notEqual(await store.get('grant', 'g1'), undefined)

  const plain = await started(folder, {})
  plain.signals.emit('SIGTERM')
  await plain.stopped
  assert.equal(await store.get('grant', 'g1'), undefined)
  assert.equal((await store.get('account', 'test-alice'))?.value.sessionEpoch, 1)
  await store.close()
})

test('a server that cannot start closes its database and says why', async () => {
  const folder = newFolder()
  const refused = new OperatorError('Port 7080 is taken by another program', {
    nextStep: 'Choose another port: --port 7081',
  })

  const server = await started(folder, { fails: refused }).catch((error: unknown) => error)

  assert.equal(server, refused)
})

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-cli-'))
  folders.push(folder)
  return folder
}

async function command(
  folder: string,
  words: string,
  { environment = {} }: { environment?: Record<string, string> } = {},
) {
  const { io, out, err } = recordingIo(folder, { environment })
  const code = await run(words.split(' '), io)
  return { code, out: out(), err: err() }
}

function recordingIo(
  folder: string,
  { isTTY = false, environment = {} }: { isTTY?: boolean; environment?: Record<string, string> } = {},
) {
  const written = { out: '', err: '' }
  const signals = new EventEmitter()
  const exits: number[] = []
  const io = {
    stdout: { isTTY, write: (text: string) => (written.out += text) },
    stderr: { write: (text: string) => (written.err += text) },
    environment,
    folder,
    signals,
    exit: (code: number) => void exits.push(code),
  }
  return { io, signals, exits, out: () => written.out, err: () => written.err }
}

async function newDatabase({ users }: { users: readonly string[] }) {
  const folder = newFolder()
  writeFileSync(join(folder, 'portcullis.key'), 'x'.repeat(43), { mode: 0o600 })
  const store = await openStore({ database: join(folder, 'portcullis.db') })
  const accounts = { store, now: () => Math.floor(Date.now() / 1000), passwords: createPasswordHasher({ cost: 16 }) }
  for (const userName of users) {
    const { token } = await issueLink(accounts, { purpose: 'invitation' })
    await createAccountByLink(accounts, { purpose: 'invitation', token, userName, password: 'four quiet words' })
  }
  const client = {
    redirectUris: ['http://localhost/cb'],
    authenticationMethod: 'none',
    grantTypes: ['authorization_code'],
    clientName: 'Claude \u001b',
    issuedAt: 0,
  } as const
  await store.commit([{ kind: 'client', id: 'c1', version: 'absent', value: client }])
  const grant = async (id: string, user: string | undefined, given?: string) => {
    const subject = given ?? (await store.get('userName', user ?? ''))?.value.accountId ?? ''
    const value = {
      clientId: 'c1',
      subject,
      scope: ['notes:read'],
      resource: 'http://localhost:7080/mcp',
      redirectUri: 'http://localhost/cb',
      codeChallenge: 'x',
      authTime: 0,
      issuedAt: 0,
      generation: 1,
      rotatedAt: 0,
      keyId: 'k',
      seed: 's',
    }
    await store.commit([{ kind: 'grant', id, version: 'absent', value, index: { subject, client: 'c1' } }])
  }
  return { folder, store, accounts, grant }
}

interface Starting {
  isTTY?: boolean
  flags?: Record<string, unknown>
  close?: () => Promise<void>
  fails?: Error
}

/** Runs a server whose inside is a stand-in: what it is given and told is what matters here. */
async function started(folder: string, { isTTY = false, flags = {}, close = async () => {}, fails }: Starting) {
  const recording = recordingIo(folder, { isTTY, environment: { PORTCULLIS_SECRET: isTTY ? 'x'.repeat(40) : '' } })
  const configuration = requireUpstream(
    await loadConfiguration({ folder, flags: { upstream: 'http://localhost:3000/mcp', ...flags } }),
  )
  const calls: string[] = []
  const listening = Promise.withResolvers<void>()
  const serve = async ({ store }: ServerParts): Promise<RunningServer> => {
    calls.push('serve')
    if (fails !== undefined) throw fails
    assert.equal(await store.get('account', 'nobody'), undefined)
    return {
      close() {
        calls.push('close')
        return close()
      },
    }
  }
  recording.signals.on('newListener', () => listening.resolve())
  const stopped = runServer(configuration, recording.io, serve)
  await Promise.race([listening.promise, stopped])
  await new Promise((resolve) => setImmediate(resolve)) // both signals are listened for
  return { ...recording, calls, stopped }
}

/** What a server said that started and was told to stop. */
async function stoppedAfterStart(folder: string, starting: Starting) {
  const server = await started(folder, starting)
  server.signals.emit('SIGTERM')
  await server.stopped
  return server
}
