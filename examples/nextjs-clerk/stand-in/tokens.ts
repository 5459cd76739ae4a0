import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Switches } from './switches.ts'

export interface Grant {
  clientId: string
  userId: string
  scope: string
  /** What the client asked for (RFC 8707), where it did. */
  resource: string | undefined
}

const day = 86_400
const kid = `ins_${id(27)}`
const { privateKey, publicKey } = await generateKeyPair('RS256')

export const jwks = { keys: [{ use: 'sig', kid, alg: 'RS256', ...(await exportJWK(publicKey)) }] }

/**
 * An access token as Clerk makes it: type and claims as `@clerk/backend` 3.25.0 reads them (`OAUTH_ACCESS_TOKEN_TYPES`, `IdPOAuthAccessToken.fromJwtPayload`),
 * in the order in which one of a development instance was seen (2026-05). `aud` is there where the resource was added under "Agents → MCP servers".
 */
export async function accessToken(issuer: string, grant: Grant, switches: Switches): Promise<string> {
  const { clientId, userId, scope, resource } = grant
  if (!switches.accessTokensAsJwts) return `oat_${id(32)}`
  const iat = now() - switches.tokensAreOld
  const audience = resource !== undefined && switches.mcpServers.includes(resource) ? { aud: [resource] } : {}
  return sign('at+jwt', {
    ...audience,
    client_id: clientId,
    exp: iat + day,
    iat,
    iss: issuer,
    jti: `oat_${id(16)}`,
    nbf: iat - 10,
    scope,
    sub: userId,
  })
}

/** What a browser of a signed-in person has, from the same issuer and by the same key: it is no access token. */
export function sessionToken(azp: string, issuer: string, userId: string): Promise<string> {
  const iat = now()
  const sid = `sess_${id(27)}`
  return sign('JWT', { azp, exp: iat + 60, fva: [0, -1], iat, iss: issuer, nbf: iat - 10, sid, sub: userId })
}

/** What Clerk hands to the application in a URL, for it to set: cookies, as they are written (`verifyHandshakeToken` of `@clerk/backend` 3.25.0). */
export function handshakeToken(cookies: readonly string[]): Promise<string> {
  return sign('JWT', { handshake: cookies })
}

export function idToken(issuer: string, { clientId, userId }: Grant, claims: object): Promise<string> {
  const iat = now()
  return sign('JWT', { aud: clientId, exp: iat + day, iat, iss: issuer, sub: userId, ...claims })
}

function sign(typ: string, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ }).sign(privateKey)
}

/** Letters and digits, as Clerk's identifiers have them. */
export function id(length: number): string {
  return randomBytes(length * 2)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, length)
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}
