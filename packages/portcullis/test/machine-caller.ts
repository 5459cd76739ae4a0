import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'

/** A key pair, its public half as a key set has it. */
export interface SigningPair {
  privateKey: KeyObject
  jwks: { keys: Record<string, unknown>[] }
}

export function signingPair(kid: string): SigningPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey, jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' }] } }
}

export function signed(header: object, claims: object, { privateKey, jwks }: SigningPair): string {
  const parts = [{ alg: 'ES256', kid: jwks.keys[0]?.kid, ...header }, claims]
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

/** An identity assertion as an identity provider signs it: good for five minutes, once. */
export function identityAssertion(claims: Record<string, unknown>, pair: SigningPair): string {
  const now = Math.floor(Date.now() / 1000)
  return signed({ typ: 'oauth-id-jag+jwt' }, { jti: randomUUID(), iat: now, exp: now + 300, ...claims }, pair)
}

export interface Answer {
  status: number
  body: Record<string, unknown>
}

/** Posts a form as a client that shows its secret (`client_secret_basic`), or as whoever shows `bearer`. */
export async function postForm(
  url: string,
  fields: Record<string, string>,
  { client, secret, bearer }: { client?: string; secret?: string; bearer?: string } = {},
): Promise<Answer> {
  const basic = client === undefined ? undefined : `Basic ${btoa(`${client}:${secret}`)}`
  const authorization = bearer === undefined ? basic : `Bearer ${bearer}`
  const response = await fetch(url, {
    method: 'POST',
    headers: authorization === undefined ? {} : { authorization },
    body: new URLSearchParams(fields),
  })
  return { status: response.status, body: await response.json() }
}

/** The status that the MCP server answers a token with. */
export async function callWith(token: unknown, mcp: string): Promise<number> {
  const response = await fetch(mcp, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  })
  await response.body?.cancel()
  return response.status
}

/** What a JWT says, unverified. */
export function claimsOf(token: unknown): Record<string, unknown> {
  return JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString())
}
