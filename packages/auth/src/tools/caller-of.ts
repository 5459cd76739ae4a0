import type { Scope } from '../protocol/scope.ts'
import type { AccessToken } from '../resource-server/access-token.ts'

/** Who calls a tool, as the handler of it sees them. `Claims`: what the issuer of your tokens is known to put into them. */
export interface Caller<Claims extends object = Readonly<Record<string, unknown>>> {
  /** The person, or the client itself where it acts for itself (RFC 9068 §2.2). */
  readonly subject: string
  /** Whose tokens these are: a subject is one person's with one issuer alone. */
  readonly issuer: string
  readonly clientId: string | undefined
  /** What was granted, with all that it implies. */
  readonly scopes: Scope
  readonly roles: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
  /** All claims of the access token. The type is your word for them: nothing checks it. */
  readonly claims: Claims
  /** Seconds since the epoch. */
  readonly expiresAt: number
}

/** What a handler is given beside its arguments: `extra` of the official SDK 1.x, the context of 2.x, that of FastMCP, and whatever has the same in it. */
export interface HandlerExtra {
  readonly authInfo?: AuthInfoLike | undefined
  readonly http?: { readonly authInfo?: AuthInfoLike | undefined } | undefined
  readonly session?: AuthInfoLike | undefined
}

interface AuthInfoLike {
  readonly extra?: Readonly<Record<string, unknown>> | undefined
}

/**
 * The caller of a tool, in its handler. Throws where nobody is known to call: then no `protect` stands in front of the server, or what stands between
 * them does not pass on `authInfo`.
 */
export function callerOf<Claims extends object = Readonly<Record<string, unknown>>>(
  extra: HandlerExtra,
): Caller<Claims> {
  const accessToken = accessTokenIn(extra)
  if (accessToken === undefined)
    throw new Error(
      'Nobody is known to call: put protect() of @portcullis/auth in front of the MCP server, and pass on what it says of the caller (authInfo)',
    )
  const { subject, issuer, clientId, scope: scopes, roles, groups, claims, expiresAt } = accessToken
  // The type of the claims is the word of whoever calls this, as its comment says.
  return { subject, issuer, clientId, scopes, roles, groups, claims: claims as Claims, expiresAt }
}

/** The access token that `protect` left for the handler. Told by its form, since two copies of this package may be installed. */
export function accessTokenIn({ authInfo, http, session }: HandlerExtra): AccessToken | undefined {
  const found = (authInfo ?? http?.authInfo ?? session)?.extra?.accessToken
  return isAccessToken(found) ? found : undefined
}

function isAccessToken(value: unknown): value is AccessToken {
  if (typeof value !== 'object' || value === null) return false
  return ['subject', 'issuer', 'scope', 'roles', 'groups', 'claims'].every((name) => name in value)
}
