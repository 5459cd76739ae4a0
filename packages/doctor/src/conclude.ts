import { profiles as allProfiles, type ClientProfile } from '@portcullis/clients'
import { findCauses } from './causes/find-causes.ts'
import { hiddenCauses } from './causes/hidden-causes.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { Evidence } from './evidence/evidence.ts'
import { find } from './findings/find.ts'
import { slowAfter } from './findings/network.ts'
import { detectStack } from './fixes/detect-stack.ts'
import { createFixes } from './fixes/fix-for.ts'
import { endSessions } from './probes/sessions.ts'
import { shutOutAs, speaking, voicesApart } from './probes/voices.ts'
import { simulate } from './simulation/simulate.ts'
import type { ClientVerdict } from './simulation/verdict.ts'

/**
 * What evidence says: the clients walk over it first, since they may ask for more, and all else is made of what there is then. `before`: what
 * they came to before the last questions, which stands where those have shown nothing that matters to them: thousands of walks take their time.
 */
export async function conclude(
  gathered: Evidence,
  profiles: readonly ClientProfile[],
  before?: readonly ClientVerdict[],
): Promise<Omit<Diagnosis, 'at' | 'milliseconds'>> {
  const evidence = speaking(gathered)
  const apart = voicesApart(gathered)
  const isNothingNew = apart.length === 0 && gathered.exchanges.every(({ milliseconds }) => milliseconds < slowAfter)
  const walkAgain = () => simulate(evidence, profiles, (voice, leg, url) => shutOutAs(apart, voice, leg, url))
  const clients = (isNothingNew ? before : undefined) ?? (await walkAgain())
  await endSessions(gathered)
  const findings = find(evidence)
  const stack = detectStack(evidence)
  const fixFor = createFixes(stack, evidence, findings)
  const all = findCauses(findings, clients).map((cause) => {
    const fix = fixFor(cause.finding)
    return fix === undefined ? cause : { ...cause, fix }
  })
  const hidden = hiddenCauses(all, clients)
  const exchanges = evidence.exchanges.filter(
    ({ outcome }) => outcome.kind === 'answer' || outcome.reason !== 'not_asked',
  )
  return {
    target: evidence.target,
    level: 'passive',
    requests: exchanges.length,
    notAsked: evidence.notAsked,
    stack,
    clients,
    areChosen: profiles !== allProfiles,
    causes: all.filter((cause) => !hidden.includes(cause)),
    hidden,
    findings,
    exchanges,
  }
}
