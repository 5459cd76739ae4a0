import type { FamilyWalk } from '../family.ts'
import { seekChallenge } from '../steps/challenge.ts'
import { discover } from '../steps/discovery.ts'
import { signIn } from '../steps/sign-in.ts'
import { Footprints, hasEnded } from '../walk.ts'

/**
 * A client that nobody has observed as a whole: what its profile does not say is what MCP 2025-11-25 and 2026-07-28 say, where they leave no
 * choice and clients follow them, and unknown else.
 */
export const walkBySpecification: FamilyWalk = async (client, wire) => {
  const steps = new Footprints()
  const challenge = await seekChallenge(client, wire, steps)
  if (hasEnded(challenge)) return challenge
  const discovered = await discover(client, wire, challenge, 'stops', steps)
  return hasEnded(discovered) ? discovered : signIn(client, wire, discovered, steps)
}
