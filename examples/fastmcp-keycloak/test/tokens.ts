import { createHmac, type KeyObject, sign } from 'node:crypto'
import { password, type Scene } from './scene.ts'

export interface Tokens {
  access_token: string
  id_token?: string
  refresh_token?: string
}

/** Real tokens of Keycloak, without a page. */
export async function tokensFor(
  { issuer }: Pick<Scene, 'issuer'>,
  username: string,
  { scope = 'orders:read orders-3:read orders:roles', client = 'tests' } = {},
): Promise<Tokens> {
  const form = { grant_type: 'password', client_id: client, username, password, scope }
  return tokenAnswer(issuer, form)
}

export async function tokenAnswer(issuer: string, form: Record<string, string>): Promise<Tokens> {
  const answer = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`Keycloak answered ${answer.status}: ${text}`)
  return JSON.parse(text)
}

export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

/** The same token with other claims (or without one, where it is `undefined`), signed again by whoever has the key. */
export function signedAnew(token: string, changes: Record<string, unknown>, key: KeyObject): string {
  const [head = ''] = token.split('.')
  const signed = `${head}.${encoded({ ...claimsOf(token), ...changes })}`
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
}

/** The same token with a head that asks to be verified otherwise. */
export function withAlgorithm(token: string, alg: 'none' | 'HS256', secret: string): string {
  const signed = `${encoded({ alg, typ: 'JWT' })}.${token.split('.')[1]}`
  return `${signed}.${alg === 'none' ? '' : createHmac('sha256', secret).update(signed).digest('base64url')}`
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
