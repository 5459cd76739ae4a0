import type { ClientProfile } from '@portcullis/clients'
import { walkEveryWay } from './alternatives.ts'
import { families } from './families.ts'
import { watchProfile } from './reliance.ts'
import { endOf, Unanswered } from './unanswered.ts'
import type { Walk } from './walk.ts'
import type { Wire } from './wire.ts'

/** The walk of a client, as its family walks, with each value that nobody has recorded; it says on which weak values it rests. */
export function takeWalk(client: ClientProfile, wire: Wire): Promise<Walk> {
  return walkEveryWay(client, async (supposed) => {
    // A copy: a proxy may not show a property of a frozen object otherwise than it is, and the data is frozen.
    const { profile, readWeak } = watchProfile(structuredClone(supposed))
    const walk = await families[profile.family.value](profile, wire).catch((error) => {
      if (error instanceof Unanswered) return endOf(error, wire.target)
      throw error
    })
    return {
      ...walk,
      caveats: [...walk.caveats, ...readWeak().map((about) => ({ kind: 'weak_evidence', about }) as const)],
    }
  })
}
