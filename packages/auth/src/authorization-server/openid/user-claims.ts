import type { ResolvedOptions } from '../config.ts'
import { claimsOfScope, offeredClaimScopes } from './scopes.ts'

/**
 * What the host says of a person, as far as the scope allows it (OpenID Connect Core §5.3.2, §5.4): whatever else it says is left out, since the
 * person was asked for these alone.
 */
export async function readUserClaims(
  subject: string,
  scope: readonly string[],
  { interaction }: Pick<ResolvedOptions, 'interaction'>,
): Promise<Record<string, unknown>> {
  const granted = offeredClaimScopes(interaction).filter((token) => scope.includes(token))
  const said = await Promise.all(
    granted.map(async (token) => {
      const claims = (await interaction.userClaims?.[token]?.(subject)) ?? {}
      return claimsOfScope[token].flatMap((name) => (claims[name] == null ? [] : [[name, claims[name]] as const]))
    }),
  )
  return Object.fromEntries(said.flat())
}
