import type { TrustedIssuer } from '../resource-server/trusted-issuer.ts'
import { type IssuerPresetOptions, requireIssuer } from './preset.ts'

/**
 * Clerk (https://clerk.com/docs/references/nextjs/build-mcp-server and https://clerk.com/changelog/2025-06-13-oauth-improvements, read 2026-11-27).
 * The issuer is the Frontend API, `https://clerk.example.com`, or `https://<name>.clerk.accounts.dev` of a development instance.
 *
 * - Tokens name the MCP server once it was added under "Agents" → "MCP servers". Those of older applications have no `aud`.
 * - Session tokens and ID tokens have the same issuer and keys: access tokens are told apart by their type, `at+jwt`.
 * - Applications made before January 2026 give opaque tokens until that is changed (https://clerk.com/changelog/2026-01-08-jwt-oauth-access-tokens): JWTs, or `introspection`.
 */
export function clerk(options: IssuerPresetOptions): TrustedIssuer {
  requireIssuer('clerk', options.issuer, {
    form: /^https?:\/\/[^/]+$/,
    wanted: 'the URL of the Frontend API, without a path',
  })
  return {
    advice: {
      vendor: 'Clerk',
      audience:
        'In Clerk: Agents → MCP servers → Add MCP server, with the URL of this server; clients that signed in before must sign in again',
      registration:
        'In Clerk: Configure → OAuth applications → Settings: switch on dynamic client registration, or client ID metadata documents',
      resourceParameter: 'unknown',
    },
    ...options,
  }
}
