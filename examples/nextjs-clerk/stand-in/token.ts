import { createHash } from 'node:crypto'
import { type Client, type Instance, json, oauthError } from './instance.ts'
import { userinfoOf } from './people.ts'
import { accessToken, type Grant, id, idToken } from './tokens.ts'

/** `POST /oauth/token`: codes and refresh tokens, which are good once. Refresh tokens never expire at Clerk, and come with `offline_access`, by its page on scopes. */
export async function token(instance: Instance, request: Request): Promise<Response> {
  const form = Object.fromEntries(new URLSearchParams(await request.text()))
  const client = authenticated(instance, request, form)
  if (client === undefined) return oauthError('invalid_client', 'This client is not known, or its secret is wrong', 401)
  if (form.grant_type === 'authorization_code') return redeem(instance, client, form)
  if (form.grant_type === 'refresh_token') return refresh(instance, client, form)
  return oauthError('unsupported_grant_type', 'authorization_code and refresh_token are known here')
}

function authenticated(instance: Instance, request: Request, form: Record<string, string>): Client | undefined {
  const [, basic = ''] = /^Basic (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  const [name = '', secret] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent)
  const client = instance.clients.get(name === '' ? (form.client_id ?? '') : name)
  return client?.secret === undefined || client.secret === (secret ?? form.client_secret) ? client : undefined
}

function redeem(instance: Instance, client: Client, form: Record<string, string>): Promise<Response> | Response {
  const code = instance.codes.get(form.code ?? '')
  instance.codes.delete(form.code ?? '')
  const verifier = createHash('sha256')
    .update(form.code_verifier ?? '')
    .digest('base64url')
  const fits = code?.clientId === client.id && code.redirectUri === form.redirect_uri && code.challenge === verifier
  if (code === undefined || !fits) return oauthError('invalid_grant', 'The code is not good, or not for this request')
  const { clientId, userId, scope, resource } = code
  return answer(instance, { clientId, userId, scope, resource: resource ?? form.resource })
}

function refresh(instance: Instance, client: Client, form: Record<string, string>): Promise<Response> | Response {
  const grant = instance.refreshTokens.get(form.refresh_token ?? '')
  if (grant === undefined || grant.clientId !== client.id)
    return oauthError('invalid_grant', 'The refresh token is not good')
  instance.refreshTokens.delete(form.refresh_token ?? '')
  return answer(instance, grant)
}

async function answer(instance: Instance, grant: Grant): Promise<Response> {
  const { issuer, switches, people } = instance
  const access = await accessToken(issuer, grant, switches)
  const granted = grant.scope.split(' ')
  instance.accessTokens.set(access, grant)
  const refreshToken = granted.includes('offline_access') ? id(32) : undefined
  if (refreshToken !== undefined) instance.refreshTokens.set(refreshToken, grant)
  const person = people.find(({ id }) => id === grant.userId)
  const isOpenId = granted.includes('openid') && person !== undefined
  return json({
    access_token: access,
    expires_in: 86_400,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    scope: grant.scope,
    token_type: 'bearer', // as it writes it
    ...(isOpenId && { id_token: await idToken(issuer, grant, userinfoOf(person, grant.scope)) }),
  })
}

/** `GET /oauth/userinfo`. */
export function userinfo({ accessTokens, people }: Instance, request: Request): Response {
  const [, presented = ''] = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '') ?? []
  const grant = accessTokens.get(presented)
  const person = people.find(({ id }) => id === grant?.userId)
  if (grant === undefined || person === undefined) return oauthError('invalid_token', 'The token is not good', 401)
  return json(userinfoOf(person, grant.scope))
}
