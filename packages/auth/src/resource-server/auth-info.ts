import type { AccessToken } from './access-token.ts'

/** Who calls, in the form in which the official SDK hands it to the tools of a server (`authInfo`). */
export interface AuthInfo {
  /** Empty: nothing behind needs the client's token, and what does not have it cannot pass it on (law 7). */
  token: string
  /** Empty where the token names no client. */
  clientId: string
  scopes: string[]
  /** Seconds since the epoch. */
  expiresAt: number
  resource: URL
  extra: { accessToken: AccessToken }
}

export function authInfoOf(accessToken: AccessToken): AuthInfo {
  const { clientId = '', scope, expiresAt, resource } = accessToken
  return { token: '', clientId, scopes: [...scope], expiresAt, resource: new URL(resource), extra: { accessToken } }
}
