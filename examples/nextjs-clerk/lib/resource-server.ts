import { createResourceServer, type TrustedIssuer } from '@portcullis/auth'
import { clerk } from '@portcullis/auth/issuers'
import { once } from './once.ts'
import { settings } from './settings.ts'
import { tellRefusals } from './tell-refusals.ts'

/** What a client asks for at first, as the tools need it. Clerk gives them to clients that register by themselves. */
export const scopes = ['profile', 'email']

/** Clerk as an authorization server. */
export function issuer(): TrustedIssuer {
  return clerk({ issuer: settings().issuer })
}

/** Clerk signs people in and makes tokens; this takes those that were made for this very server. */
export const resourceServer = once('resource-server', () =>
  createResourceServer({
    resource: settings().resource,
    authorizationServers: [issuer()],
    scopes,
    mirrorMetadata: true,
    name: 'Shelf',
    onEvent: tellRefusals,
  }),
)
