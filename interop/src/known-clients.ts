import { execFileSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** Clients that need not register: one that a document describes, and two that the operator named, which act for themselves. */
export interface KnownClients {
  /** The identifier of the client that a document describes, and where that is. */
  documentUrl: string
  withSecret: { clientId: string; clientSecret: string }
  /** PEM (PKCS #8), of an EC key on P-256. */
  withKey: { clientId: string; privateKey: string }
  /** What an identity provider signs for the client with a secret, of the person with the account (ID-JAG). */
  assertion(about: { audience: string; resource: string }): string
  /** What an operator writes for them into `portcullis.yaml`, and the files that it names. */
  configuration: string
  files: Readonly<Record<string, string>>
  /** What lets Portcullis trust the host of the document. */
  env: Readonly<Record<string, string>>
  close(): Promise<void>
}

/**
 * Starts the host of the document, over https as clients demand it. `scopes`: what the clients may have that act for themselves, at each of `servers` where there
 * are several; `username`: of the account whose person the identity provider knows.
 */
export async function prepareKnownClients(
  folder: string,
  { scopes, servers, username }: { scopes: readonly string[]; servers?: readonly string[]; username: string },
): Promise<KnownClients> {
  const certificate = await makeCertificate(folder)
  const { key, cert } = { key: readFileSync(certificate.key), cert: readFileSync(certificate.certificate) }
  const server = createServer({ key, cert }, (request, response) => {
    if (request.url !== '/client.json') return void response.writeHead(404).end()
    response.setHeader('content-type', 'application/json').end(JSON.stringify(describedAt(documentUrl)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server has no other kind of address
  const documentUrl = `https://${host}/client.json`

  const granted = `[${scopes.join(', ')}]`
  const privilege =
    servers === undefined
      ? `clientCredentials: ${granted}`
      : `clientCredentialsFor: { ${servers.map((name) => `"{origin}/${name}/mcp": ${granted}`).join(', ')} }`
  const clientSecret = randomBytes(32).toString('base64url')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const identityProvider = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    documentUrl,
    withSecret: { clientId: 'job-with-secret', clientSecret },
    withKey: { clientId: 'job-with-key', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
    assertion: ({ audience, resource }) =>
      signed(identityProvider.privateKey, {
        iss: 'https://idp.corp.example',
        sub: 'employee-7',
        aud: audience,
        resource,
        client_id: 'job-with-secret',
      }),
    configuration: `clientDocuments: { dangerouslyAllowLoopback: ["${host}"] }
clients:
  job-with-secret: { grantTypes: [client_credentials, "urn:ietf:params:oauth:grant-type:jwt-bearer"], secretFile: job.secret }
  job-with-key: { grantTypes: [client_credentials], keysFile: job.jwks.json }
privileges:
  job-with-secret: { ${privilege} }
  job-with-key: { ${privilege} }
identityAssertionIssuers:
  https://idp.corp.example: { keysFile: idp.jwks.json, clients: [job-with-secret], people: { employee-7: ${username} } }
`,
    files: {
      'job.secret': clientSecret,
      'job.jwks.json': keySetOf(privateKey),
      'idp.jwks.json': keySetOf(identityProvider.privateKey),
    },
    env: { NODE_EXTRA_CA_CERTS: certificate.certificate },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function keySetOf(privateKey: KeyObject): string {
  return JSON.stringify({
    keys: [{ ...createPublicKey(privateKey).export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }],
  })
}

function signed(key: KeyObject, claims: Record<string, unknown>): string {
  const now = Math.floor(Date.now() / 1000)
  const parts = [
    { alg: 'ES256', typ: 'oauth-id-jag+jwt' },
    { ...claims, jti: randomUUID(), iat: now, exp: now + 60 },
  ]
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }) // RFC 7518 §3.4
  return `${text}.${signature.toString('base64url')}`
}

/** Of a loopback address the port is free (RFC 8252 §7.3). */
function describedAt(documentUrl: string): object {
  return {
    client_id: documentUrl,
    client_name: 'Interop host',
    redirect_uris: ['http://127.0.0.1/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  }
}

async function makeCertificate(folder: string): Promise<{ key: string; certificate: string }> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const files = { key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') }
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
  const name = ['-subj', '/CN=interop', '-addext', 'subjectAltName=IP:127.0.0.1']
  const out = ['-keyout', files.key, '-out', files.certificate]
  execFileSync('openssl', ['req', '-x509', ...curve, '-nodes', '-days', '1', ...name, ...out], { stdio: 'ignore' })
  return files
}
