import { randomUUID } from 'node:crypto'
import { type SigningKey, signedJwt } from './jwt.ts'

/** A client that the attacks use or play. */
export interface Client {
  clientId: string
  redirectUri: string
  method: 'none' | 'client_secret_post' | 'client_secret_basic' | 'private_key_jwt'
  secret?: string
  key?: SigningKey
  /** What the registration answered; nothing where the client was given. */
  registered: Readonly<Record<string, unknown>>
}

/** The parameters and headers by which a client shows who it is (RFC 6749 §2.3, RFC 7523 §2.2). */
export function credentialsOf(
  { clientId, method, secret, key }: Client,
  audience: string,
): { headers: Record<string, string>; parameters: Record<string, string> } {
  switch (method) {
    case 'none':
      return { headers: {}, parameters: { client_id: clientId } }
    case 'client_secret_post':
      return { headers: {}, parameters: { client_id: clientId, client_secret: secret ?? '' } }
    case 'client_secret_basic':
      return { headers: { authorization: basic(clientId, secret ?? '') }, parameters: {} }
    case 'private_key_jwt':
      if (key === undefined) throw new TypeError('The client has no key')
      return {
        headers: {},
        parameters: { client_id: clientId, ...assertion(signedJwt(assertionClaims(clientId, audience), key)) },
      }
    default:
      return method satisfies never
  }
}

export function basic(clientId: string, secret: string): string {
  const encoded = [clientId, secret].map((each) => encodeURIComponent(each).replaceAll('%20', '+')).join(':')
  return `Basic ${Buffer.from(encoded).toString('base64')}`
}

export function assertionClaims(clientId: string, audience: string): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000)
  return { iss: clientId, sub: clientId, aud: audience, jti: randomUUID(), iat: now, exp: now + 60 }
}

export function assertion(jwt: string): Record<string, string> {
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: jwt,
  }
}
