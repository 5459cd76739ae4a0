import type { AudienceRules } from '../jwt/verify-access-token.ts'
import { clientIdIn } from './claims.ts'
import type { ResolvedIssuer } from './trusted-issuer.ts'

/** Which audiences of an issuer's tokens mean this server, beside the resource itself (law 2). */
export function audienceRulesOf(issuer: ResolvedIssuer): AudienceRules {
  const { audiences, sharedAudience, clientsWithoutAudience, advice } = issuer
  return {
    also: audiences,
    shared: sharedAudience,
    isTrustedWithout(claims) {
      const clientId = clientIdIn(claims, issuer)
      return clientId !== undefined && clientsWithoutAudience.includes(clientId)
    },
    advice: advice?.audience,
  }
}
