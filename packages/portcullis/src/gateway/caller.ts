import type { AccessToken } from '@portcullis/auth'
import { identityHeaders } from './identity-headers.ts'

/** What an access token says of the caller, made once for each. */
export interface Caller {
  readonly accessToken: AccessToken
  /** The same without an end of its own, to ask whether its grant has ended. */
  readonly unending: AccessToken
  /** One for each subject with one client. */
  readonly key: string
  readonly identityHeaders: readonly string[]
  /** What events say of the caller. */
  readonly about: { subject: string; resource: string; clientId?: string; grantId?: string }
}

/** Resource servers give the same object for the same token, so this is remembered with it. */
export function callerOf(accessToken: AccessToken): Caller {
  const known = callers.get(accessToken)
  if (known !== undefined) return known
  const { issuer, subject, clientId, grantId, resource } = accessToken
  const caller: Caller = {
    accessToken,
    unending: { ...accessToken, expiresAt: Number.POSITIVE_INFINITY },
    key: JSON.stringify([issuer, subject, clientId ?? null]),
    identityHeaders: identityHeaders(accessToken),
    about: {
      subject,
      resource,
      ...(clientId !== undefined && { clientId }),
      ...(grantId !== undefined && { grantId }),
    },
  }
  callers.set(accessToken, caller)
  return caller
}

/** Subjects of several issuers are several people. */
export function personOf({ accessToken: { issuer, subject } }: Caller): string {
  return JSON.stringify([issuer, subject])
}

const callers = new WeakMap<AccessToken, Caller>()
