import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { openGroupedDatabase } from './grouped-database.ts'
import { listen, port } from './listening.ts'
import { type AuthorizationSettings, readSettings } from './settings.ts'

/**
 * The floor of an authorization server: HTTP, one ES256 signature, one durable write that shares its transaction with others of its turn. It
 * checks nothing at all, so nothing that checks can be quicker on the same parts.
 */
const { folder, resource, scopes } = readSettings<AuthorizationSettings>()
const { database, write } = openGroupedDatabase(
  join(folder, 'floor.db'),
  `CREATE TABLE IF NOT EXISTS clients (id TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE IF NOT EXISTS grants (id TEXT PRIMARY KEY, generation INTEGER NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,
)
const insertClient = database.prepare('INSERT INTO clients VALUES (?, ?)')
const insertGrant = database.prepare('INSERT INTO grants VALUES (?, 0, ?)')
const findGrant = database.prepare('SELECT value FROM grants WHERE id = ?')
const moveOn = database.prepare(
  'UPDATE grants SET generation = generation + 1, value = ? WHERE id = ? AND generation = ?',
)
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const header = base64url({ alg: 'ES256', typ: 'at+jwt', kid: 'floor' })
const issuer = `http://127.0.0.1:${port}`
const metadata = JSON.stringify({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  registration_endpoint: `${issuer}/register`,
  jwks_uri: `${issuer}/jwks`,
  scopes_supported: scopes,
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
  code_challenge_methods_supported: ['S256'],
})

const server = createServer(async (req: IncomingMessage, res: ServerResponse) => {
  if (req.method === 'GET') return answer(res, metadata)
  const body = await bodyOf(req)
  if (req.url === '/register') return answer(res, JSON.stringify(await register(body)))
  if (req.url === '/introspect') return answer(res, JSON.stringify(introspect(new URLSearchParams(body))))
  if (req.url === '/token') return answer(res, JSON.stringify(await issue(new URLSearchParams(body))))
  return answer(res, JSON.stringify(await prepare(Number(body))))
})
listen(server)

async function register(body: string) {
  const id = randomBytes(16).toString('base64url')
  const value = JSON.stringify(JSON.parse(body))
  await write(() => insertClient.run(id, value))
  return { client_id: id, ...JSON.parse(value) }
}

async function issue(parameters: URLSearchParams) {
  const [id = '', generation = '0'] = (parameters.get('code') ?? parameters.get('refresh_token') ?? '').split('.')
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: issuer,
    sub: 'alice',
    aud: resource,
    client_id: 'bench',
    scope: scopes.join(' '),
    iat: now,
    exp: now + 600,
    jti: id,
    grant_id: id,
  }
  const signed = `${header}.${base64url(claims)}`
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  await write(() => moveOn.run(grantValue, id, Number(generation)))
  return {
    access_token: `${signed}.${signature.toString('base64url')}`,
    token_type: 'Bearer',
    expires_in: 600,
    refresh_token: `${id}.${Number(generation) + 1}`,
    scope: scopes.join(' '),
  }
}

/** One read, and what it says of the token. */
function introspect(parameters: URLSearchParams) {
  const grant = JSON.parse(String(findGrant.get(parameters.get('token') ?? '')?.value ?? '{}'))
  return { active: true, ...grant }
}

/** Codes to exchange, without any of what comes before a code. */
function prepare(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomBytes(16).toString('base64url'))
  return write(() => {
    for (const id of ids) insertGrant.run(id, grantValue)
    return ids
  })
}

const grantValue = JSON.stringify({
  subject: 'alice',
  clientId: 'bench',
  resource,
  scope: scopes,
  seed: 'x'.repeat(22),
})

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function answer(res: ServerResponse, body: string): void {
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
}

function bodyOf(req: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let body = ''
    req.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    req.on('end', () => resolve(body))
  })
}
