import type { TrustedIssuer } from '../resource-server/trusted-issuer.ts'
import type { PresetOptions } from './preset.ts'

export interface EntraOptions extends PresetOptions {
  /** The tenant's id, "Directory (tenant) ID": a GUID in lower case. */
  tenant: string
  /** The id of this server's app registration, "Application (client) ID": what tokens name as their audience. */
  applicationId: string
  /** "Application ID URI", which clients write before a scope. Default: `api://` and the application's id. */
  applicationIdUri?: string
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * Microsoft Entra ID (https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference, read 2026-11-27). Tokens of version 2.0 alone:
 * `requestedAccessTokenVersion` of the registration's manifest must be 2.
 *
 * - `resource` is refused (AADSTS9010010), S256 is not in its metadata, and nobody can register: few MCP clients get through.
 * - Clients ask for `api://<id>/notes.read`, and the token says `notes.read`: the URI is put before it, so that scopes here are what clients ask for.
 * - `sub` is another one for each application; who somebody is in the tenant says `oid`, among the claims.
 */
export function entra({ tenant, applicationId, applicationIdUri, ...options }: EntraOptions): TrustedIssuer {
  for (const [name, value] of Object.entries({ tenant, applicationId }))
    if (!guid.test(value)) {
      const is = value === undefined ? 'not set' : `"${value}"`
      throw new TypeError(`"${name}" of entra(…) must be a GUID in lower case, but is ${is}`)
    }
  return {
    issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
    tokenType: 'any',
    audiences: [applicationId],
    scopePrefix: `${applicationIdUri ?? `api://${applicationId}`}/`,
    advice: {
      vendor: 'Entra ID',
      audience:
        'In Entra ID: App registrations → this server → Expose an API, and "requestedAccessTokenVersion": 2 in its manifest; clients ask for a scope of it',
      registration:
        'Entra ID registers no clients: make an app registration for each and have people type its client ID into theirs, or let Portcullis be the authorization server in front of Entra ID',
      registersAnybody: false,
      resourceParameter: 'refused',
    },
    ...options,
  }
}
