import type { TrustedIssuer } from '../resource-server/trusted-issuer.ts'
import { type IssuerPresetOptions, requireIssuer } from './preset.ts'

/**
 * WorkOS AuthKit (https://workos.com/docs/user-management/mcp and https://workos.com/blog/mcp-server-call-api-on-behalf-of-user, read
 * 2026-11-27). The issuer is `https://<name>.authkit.app`, or a domain of one's own; `https://api.workos.com/…` is that of sessions, whose tokens
 * are not for MCP servers.
 *
 * - Tokens name this server once its URL is among the resource indicators.
 */
export function workos(options: IssuerPresetOptions): TrustedIssuer {
  requireIssuer('workos', options.issuer, {
    form: /^https?:\/\/(?!api\.workos\.com)[^/]+$/,
    wanted: 'that of AuthKit, https://<name>.authkit.app or your own domain',
  })
  return {
    tokenType: 'any',
    roleClaims: ['role', 'roles', 'permissions'],
    advice: {
      vendor: 'WorkOS',
      audience: 'In WorkOS: Connect → Configuration → MCP resource indicators: add the URL of this server',
      registration:
        'In WorkOS: Connect → Configuration → MCP Auth: switch on client ID metadata documents, and dynamic client registration for older clients',
      resourceParameter: 'taken',
    },
    ...options,
  }
}
