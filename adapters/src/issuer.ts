import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An authorization server as far as a resource server sees it: metadata, keys, and tokens of every kind, made by hand. */
export interface Issuer {
  /** On loopback. */
  readonly url: string
  /** Whether its keys can be had; else they are 503. */
  keysAreUp: boolean
  /** An access token (RFC 9068) that differs from a good one by these claims (`undefined` leaves one out), and in its header. */
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>): string
  /** Ends the grant of tokens with this `grant_id`, as its revocation feed tells whoever shows `readerSecret`. */
  end(grantId: string): void
  /** The same, made in one of the ways that must not work. */
  forged(how: 'unsigned' | 'by the public key as a secret' | 'by another key'): string
  close(): Promise<void>
}

/** By which a resource server reads which grants have ended. */
export const readerSecret = 'the-secret-of-a-reader'

/** Of the client and the person behind all tokens. */
export const clientId = 'the-client'

/** `resource`: the audience of good tokens. `scope`: what they are good for. */
export async function startIssuer(resource: string, scope: string): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'ES256', use: 'sig' }] }

  const ended: { grant_id: string; expires_at: number }[] = []

  const server = createServer((req, res) => {
    const document = documents()[req.url ?? ''] ?? feed(req)
    if (document === undefined) res.writeHead(404).end()
    else if (req.url === '/jwks' && !issuer.keysAreUp) res.writeHead(503).end()
    else res.setHeader('content-type', 'application/json').end(JSON.stringify(document))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server has no other kind of address

  function documents(): Record<string, object> {
    const metadata = {
      issuer: url,
      jwks_uri: `${url}/jwks`,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
    }
    return {
      '/.well-known/oauth-authorization-server': metadata,
      '/.well-known/openid-configuration': metadata,
      '/jwks': keys,
    }
  }

  /** Whole each time. */
  function feed({ url = '', headers: { authorization } }: IncomingMessage): object | undefined {
    const isRead = url.startsWith('/revocations') && authorization === `Bearer ${readerSecret}`
    return isRead ? { issuer: issuer.url, ended, position: String(ended.length) } : undefined
  }

  function unsigned(claims: Record<string, unknown>, header: Record<string, unknown>): string {
    const now = Math.floor(Date.now() / 1000)
    const good = {
      iss: url,
      aud: resource,
      sub: 'alice',
      client_id: clientId,
      iat: now,
      exp: now + 600,
      jti: '1',
      scope,
    }
    return [
      { alg: 'ES256', typ: 'at+jwt', kid: 'key-1', ...header },
      { ...good, ...claims },
    ]
      .map(encoded)
      .join('.')
  }

  function signed(text: string, key = privateKey): string {
    return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  }

  const issuer: Issuer = {
    url,
    keysAreUp: true,
    token: (claims = {}, header = {}) => signed(unsigned(claims, header)),
    end: (grantId) => ended.push({ grant_id: grantId, expires_at: Math.floor(Date.now() / 1000) + 600 }),
    forged(how) {
      if (how === 'unsigned') return `${unsigned({}, { alg: 'none' })}.`
      if (how === 'by another key') return signed(unsigned({}, {}), other)
      const text = unsigned({}, { alg: 'HS256' })
      const secret = publicKey.export({ format: 'pem', type: 'spki' })
      return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return issuer
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
