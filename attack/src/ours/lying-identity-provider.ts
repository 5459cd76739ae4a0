import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { createSigningKey, hmacJwt, signedJwt, unsignedJwt } from '../jwt.ts'

type Claims = Readonly<Record<string, unknown>>

/** What an identity provider that lies says otherwise than is so. Each is said of one sign-in. */
export interface Lies {
  /** Of the answer in the browser, in place of its own: `undefined` leaves one out. */
  answer?: Readonly<Record<string, string | undefined>>
  /** Claims of the ID token in place of those that are true: `undefined` leaves one out. */
  claims?: Claims
  /** Of the header of the ID token. */
  header?: Claims
  /** How the ID token is signed. Default: by its key. */
  signed?: 'by another key' | 'by nobody' | 'by its public key as a secret'
  /** What userinfo says in place of what is so. */
  userInfo?: Claims
  /** It redeems codes whatever the verifier, the redirect URI and the browser that they were for. */
  redeemsAnything?: true
}

/**
 * A small identity provider on this machine that signs in whom it is told to, and lies where it is told to: what no real one does when an attack wants it.
 * It proves nothing about real ones.
 */
export interface LyingIdentityProvider {
  issuer: string
  /** The codes that came to its token endpoint, whoever had given them out. */
  presented: readonly string[]
  /** Answers an authorization request as the person who has these claims: where their browser goes. */
  answer(url: string, person: Claims, lies?: Lies): string
  close(): void
}

export const clientId = 'portcullis'

interface Code {
  asked: URLSearchParams
  person: Claims
  lies: Lies
}

/** `saysIssuer`: whether its answers name their issuer (RFC 9207). */
export async function startLyingIdentityProvider({
  saysIssuer,
}: {
  saysIssuer: boolean
}): Promise<LyingIdentityProvider> {
  const [key, otherKey] = [createSigningKey(), createSigningKey()]
  const codes = new Map<string, Code>()
  const people = new Map<string, Claims>()
  const presented: string[] = []
  const server = createServer(async (request, response) => {
    const { status = 200, body } = answerTo(
      new URL(request.url ?? '/', issuer).pathname,
      await formOf(request),
      request,
    )
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port')
  const issuer = `http://127.0.0.1:${address.port}`

  function answerTo(path: string, form: URLSearchParams, request: IncomingMessage): { status?: number; body: unknown } {
    switch (path) {
      case '/.well-known/openid-configuration':
        return { body: metadata() }
      case '/jwks':
        return { body: { keys: [key.publicJwk] } }
      case '/token':
        return redeem(form)
      case '/userinfo':
        return { body: people.get(request.headers.authorization?.replace(/^Bearer /i, '') ?? '') ?? {} }
      default:
        return { status: 404, body: {} }
    }
  }

  function metadata() {
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      authorization_response_iss_parameter_supported: saysIssuer,
    }
  }

  function redeem(form: URLSearchParams): { status?: number; body: unknown } {
    const code = form.get('code') ?? ''
    presented.push(code)
    const given = codes.get(code)
    codes.delete(code)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isOwn =
      given?.asked.get('code_challenge') === challenge && given.asked.get('redirect_uri') === form.get('redirect_uri')
    if (given === undefined || (!isOwn && given.lies.redeemsAnything !== true))
      return { status: 400, body: { error: 'invalid_grant' } }
    const accessToken = randomUUID()
    people.set(accessToken, { ...given.person, ...given.lies.userInfo })
    return { body: { access_token: accessToken, token_type: 'Bearer', id_token: idTokenOf(given) } }
  }

  function idTokenOf({ asked, person, lies: { claims, header = {}, signed } }: Code): string {
    const now = Math.floor(Date.now() / 1000)
    const at = { iat: now, exp: now + 300, auth_time: now }
    const all = { iss: issuer, aud: clientId, ...at, nonce: asked.get('nonce'), ...person, ...claims }
    switch (signed) {
      case 'by another key':
        return signedJwt(all, otherKey, header)
      case 'by nobody':
        return unsignedJwt(all, header)
      case 'by its public key as a secret':
        return hmacJwt(all, key.publicPem, { kid: 'attack', ...header })
      case undefined:
        return signedJwt(all, key, header)
      default:
        return signed satisfies never
    }
  }

  return {
    issuer,
    presented,
    answer(url, person, lies = {}) {
      const asked = new URL(url).searchParams
      const code = randomUUID()
      codes.set(code, { asked, person, lies })
      const callback = new URL(asked.get('redirect_uri') ?? '')
      const said = { code, state: asked.get('state') ?? '', ...(saysIssuer && { iss: issuer }), ...lies.answer }
      for (const [name, value] of Object.entries(said)) if (value !== undefined) callback.searchParams.set(name, value)
      return callback.href
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}
