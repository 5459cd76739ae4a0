import type { FamilyWalk } from '../family.ts'
import { seekChallenge } from '../steps/challenge.ts'
import { discover } from '../steps/discovery.ts'
import { signIn } from '../steps/sign-in.ts'
import { Footprints, hasEnded } from '../walk.ts'

/**
 * Claude on the web, on the desktop and on phones, which share one backend: as its documents and the issues that its staff answered have it.
 * Metadata that names another resource than the URL entered it throws away, and looks at the origin of that URL instead.
 */
export const walkClaudeHosted: FamilyWalk = async (client, wire) => {
  const steps = new Footprints()
  const challenge = await seekChallenge(client, wire, steps)
  if (hasEnded(challenge)) return challenge
  const discovered = await discover(client, wire, challenge, 'disregards', steps)
  return hasEnded(discovered) ? discovered : signIn(client, wire, discovered, steps)
}
