import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

export interface PlayedProvider {
  issuer: string
  /** The requests with which people were sent to it. */
  requests: URLSearchParams[]
  close(): Promise<void>
}

/** An OpenID Connect provider on this machine, at which everybody is signed in as one person, and says yes. */
export async function startProvider(person: { sub: string; name: string; email: string }): Promise<PlayedProvider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const requests: URLSearchParams[] = []
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer)
    if (pathname === '/authorize') {
      requests.push(searchParams)
      const back = new URL(searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', String(requests.length - 1))
      back.searchParams.set('state', searchParams.get('state') ?? '')
      response.writeHead(303, { location: back.href }).end()
      return
    }
    const body = pathname === '/token' ? await tokens(request) : documents()[pathname]
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? {}))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`

  const documents = (): Record<string, object> => ({
    '/.well-known/openid-configuration': {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
    },
    '/jwks': { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }] },
  })

  async function tokens(request: IncomingMessage): Promise<object> {
    const asked = requests[Number(new URLSearchParams(await text(request)).get('code'))]
    const now = Math.floor(Date.now() / 1000)
    const nonce = asked?.get('nonce') ?? undefined
    const claims = { iss: issuer, aud: asked?.get('client_id'), ...person, nonce, iat: now, exp: now + 600 }
    const parts = [{ alg: 'RS256', kid: 'k1' }, claims]
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    const signature = sign('sha256', Buffer.from(signed), privateKey).toString('base64url')
    return { access_token: 'at', token_type: 'bearer', expires_in: 600, id_token: `${signed}.${signature}` }
  }

  return {
    issuer,
    requests,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
