import type { TrustedIssuer } from '../resource-server/trusted-issuer.ts'
import { type IssuerPresetOptions, requireIssuer } from './preset.ts'

/**
 * Supabase Auth (https://supabase.com/docs/guides/auth/oauth-server/token-security and
 * https://supabase.com/docs/guides/auth/auth-hooks/custom-access-token-hook, read 2026-11-27). The issuer is `https://<project>.supabase.co/auth/v1`.
 *
 * - Every token has the audience `authenticated`, those of the project's own application too, which have no `client_id`: it counts as none. A custom
 *   access token hook can write this server there.
 * - The keys must be asymmetric (ES256 or RS256): with the shared secret there is nothing to verify by.
 * - Tokens have no scope. `role` is that of the database; roles of one's own are where the guide for them has them (`user_role`, or in `app_metadata`).
 */
export function supabase(options: IssuerPresetOptions): TrustedIssuer {
  requireIssuer('supabase', options.issuer, { form: /\/auth\/v1$/, wanted: 'https://<project>.supabase.co/auth/v1' })
  return {
    tokenType: 'any',
    sharedAudience: 'authenticated',
    clientIdClaims: ['client_id'],
    roleClaims: ['user_role', ['app_metadata', 'role'], ['app_metadata', 'roles']],
    advice: {
      vendor: 'Supabase',
      audience:
        'In Supabase: write the URL of this server as "aud" by a custom access token hook for tokens with a client_id, or list the clients whose tokens you trust ("dangerouslyAcceptTokensWithoutAudience")',
      registration: 'In Supabase: Authentication → OAuth Server: switch on dynamic client registration',
      resourceParameter: 'ignored',
    },
    ...options,
  }
}
