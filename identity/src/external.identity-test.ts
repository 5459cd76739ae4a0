import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Daemon, startDaemon } from '../../interop/src/daemon.ts'
import { freePort } from '../../scripts/free-port.ts'
import { createExternalClient, type ExternalClient } from './external-client.ts'
import { identityFolder, workFolder } from './folders.ts'
import { importMcpRealm, type McpRealm } from './mcp-realm.ts'
import { password } from './realm.ts'
import { type RunningKeycloak, sharedKeycloak } from './shared-keycloak.ts'

/** A Keycloak that runs, as the authorization server of an MCP server with the library in it (docs/external-issuers.md). */
let keycloak: RunningKeycloak
let realm: McpRealm
let server: Daemon
let url: string
let clock: string

const stops: (() => Promise<unknown>)[] = []

before(async () => {
  keycloak = await sharedKeycloak()
  stops.push(keycloak.release)
  const [port, calendarPort] = [await freePort(), await freePort()]
  url = `http://127.0.0.1:${port}/mcp`
  realm = await importMcpRealm(keycloak, { name: 'external', resource: url })
  mkdirSync(workFolder, { recursive: true })
  clock = join(workFolder, 'external.clock')
  shiftClock(0)
  const settings = { port, calendarPort, issuer: realm.issuer, client: realm.server }
  const [preload, program] = ['shifted-clock.ts', 'external-server.ts'].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  )
  // The library as it stands in the repository.
  server = startDaemon([process.execPath, '--conditions=source', `--import=${preload}`, program ?? ''], {
    name: 'external-server',
    folder: identityFolder,
    logs: workFolder,
    env: { PATH: '/usr/bin:/bin', SHIFTED_CLOCK: clock, EXTERNAL_SERVER: JSON.stringify(settings) },
  })
  stops.push(() => server.stop(5))
  await server.until(() => (server.stdout().includes('ready') ? true : undefined), 30)
})

after(async () => {
  for (const stop of stops.reverse()) await stop()
})

test('A client of the official SDK registers at Keycloak by itself, and the server knows who calls, with roles and scope', async () => {
  const alice = await signedIn('alice')

  const { subject, clientId, roles, scope } = JSON.parse(await alice.call('whoami'))

  assert.equal(subject, await realm.subjectOf('alice'))
  assert.equal(clientId, alice.clientId())
  assert.ok(roles.includes('notes-keeper'))
  assert.ok(scope.includes('notes:read'))
})

test('Of a Keycloak that is set up so it is said at the start that the audience is a setting, and nothing else is missing', () => {
  const lines = server.stdout().split('\n')
  const findings = lines.filter((line) => line.includes('"type":"finding"')).map((line) => JSON.parse(line))

  assert.deepEqual(
    findings.map(({ code }) => code),
    ['resource_ignored'],
  )
  assert.match(findings[0].fix, /Mappers.*Audience/)
})

test('Somebody without a role has none, whatever their client asks for', async () => {
  const bob = await signedIn('bob')

  assert.ok(!JSON.parse(await bob.call('whoami')).roles.includes('notes-keeper'))
})

test('law 15: what Keycloak says of itself is at the MCP host byte by byte', async () => {
  const { origin } = new URL(url)
  const pairs = [
    ['/.well-known/openid-configuration', `${realm.issuer}/.well-known/openid-configuration`],
    [
      '/.well-known/oauth-authorization-server',
      `${keycloak.origin}/.well-known/oauth-authorization-server/realms/external`,
    ],
  ] as const

  for (const [here, there] of pairs)
    assert.equal(await (await fetch(origin + here)).text(), await (await fetch(there)).text())
})

test('law 2: a token of the realm that is not for this server is refused, and the log says what to do in Keycloak', async () => {
  await realm.changeClient('portcullis', { directAccessGrantsEnabled: true })
  const { clientId, clientSecret } = realm.client
  const form = { grant_type: 'password', client_id: clientId, client_secret: clientSecret, username: 'alice', password }
  const answer = await fetch(`${realm.issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const { access_token: token } = (await answer.json()) as { access_token: string } // as the test asked for it

  const refused = await ask(token)

  assert.equal(refused.status, 401)
  assert.match(refused.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
  await told(/"reason":"wrong_audience".*Audience/)
})

test('A token that has expired, or is from a time to come, is refused with 401, and one whose clock differs by seconds is not', async () => {
  const alice = await signedIn('alice')

  assert.equal((await ask(alice.accessToken())).status, 200)
  for (const [seconds, reason] of [
    [400, 'expired'],
    [-3600, 'not_yet_valid'],
  ] as const) {
    shiftClock(seconds)
    const refused = await ask(`${alice.accessToken()}`)
    shiftClock(0)
    assert.deepEqual([refused.status, seconds], [401, seconds])
    await told(new RegExp(`"reason":"${reason}"`))
  }
})

test('A token that was changed, or that another realm signed, is refused', async () => {
  const alice = await signedIn('alice')
  const [head, body, signature = ''] = alice.accessToken().split('.')

  assert.equal((await ask(`${head}.${body}.${signature.split('').reverse().join('')}`)).status, 401)
  assert.equal((await ask(randomBytes(40).toString('base64url'))).status, 401)
})

test('New keys of Keycloak are fetched with the first token that they signed, and clients sign in on', async () => {
  const before = await signedIn('alice')
  await realm.rotateKeys()

  const after = await signedIn('alice')

  assert.equal(JSON.parse(await after.call('whoami')).subject, await realm.subjectOf('alice'))
  await before.close()
})

test('law 7: the server asks the calendar with a token of its own, by which the calendar knows for whom; the client’s goes no further', async () => {
  const alice = await signedIn('alice')

  const seen = JSON.parse(await alice.call('calendar'))

  assert.deepEqual(
    [seen.subject, seen.clientId, seen.aud],
    [await realm.subjectOf('alice'), realm.server.clientId, 'calendar'],
  )
  assert.notEqual(seen.authorization, `Bearer ${alice.accessToken()}`)
  const exchanges = () => server.stdout().split('"token_exchanged"').length
  const before = exchanges()
  await alice.call('calendar')
  assert.equal(exchanges(), before, 'what was given is used on')
})

test('Where Keycloak gives no token for a server, the operator is told which setting, and the person that it is not up to them', async () => {
  const alice = await signedIn('alice')

  await assert.rejects(alice.call('nowhere'), /its operator has to look/)

  await told(/"exchange_failed","reason":"misconfigured".*Audience not found/)
})

test('Whoever was signed out at Keycloak is asked to sign in anew, by the words of the tool', async () => {
  const carol = await signedIn('carol')
  await carol.call('whoami')
  await realm.logout('carol')

  await assert.rejects(carol.call('calendar'), /sign in again/)
})

async function signedIn(userName: string): Promise<ExternalClient> {
  const client = createExternalClient(url, { userName, password, origins: [keycloak.origin] })
  stops.push(client.close)
  await client.signIn()
  return client
}

/** What the server has written, or writes in a moment: its answer may be here before. */
async function told(words: RegExp): Promise<void> {
  await server.until(() => (words.test(server.stdout()) ? true : undefined), 30)
}

function ask(token: string): Promise<Response> {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } }
  return fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  })
}

function shiftClock(seconds: number): void {
  writeFileSync(clock, String(seconds))
}
