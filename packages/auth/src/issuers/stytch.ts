import type { TrustedIssuer } from '../resource-server/trusted-issuer.ts'
import { type IssuerPresetOptions, requireIssuer } from './preset.ts'

export interface StytchOptions extends IssuerPresetOptions {
  /** `project-live-…`, as the console shows it: what all tokens of the project have as their audience. */
  projectId: string
}

/**
 * Stytch Connected Apps (https://stytch.com/docs/b2b/api/connected-app-access-token and
 * https://stytch.com/docs/connected-apps/guides/mcp-auth-overview, read 2026-11-27). The issuer is the project's domain.
 *
 * - The audience is the id of the project, which says nothing of what a token is for: it counts as none. `access_token_custom_audience` of a client adds another
 *   (https://stytch.com/docs/api-reference/b2b/api/connected-apps/tokens/connected-app-access-token-object).
 */
export function stytch({ projectId, ...options }: StytchOptions): TrustedIssuer {
  requireIssuer('stytch', options.issuer, {
    form: /^https?:\/\/[^/]+$/,
    wanted: 'the domain of the project, https://<name>.customers.stytch.com or your own',
  })
  if (typeof projectId !== 'string' || projectId === '')
    throw new TypeError('"projectId" of stytch(…) must be the id of the project, project-live-…')
  return {
    tokenType: 'any',
    sharedAudience: projectId,
    advice: {
      vendor: 'Stytch',
      audience:
        'Stytch writes the id of the project as the audience of every token: set "access_token_custom_audience" of each client to the URL of this server, or list the clients whose tokens you trust ("dangerouslyAcceptTokensWithoutAudience")',
      registration: 'In Stytch: Connected Apps: switch on dynamic client registration',
      resourceParameter: 'unknown',
    },
    ...options,
  }
}
