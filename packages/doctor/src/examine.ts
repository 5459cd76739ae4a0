import type { ClientProfile } from '@portcullis/clients'
import type { Evidence } from './evidence/evidence.ts'
import { probeVoices } from './probes/network.ts'
import { type ProbeStep, probe } from './probes/probe.ts'
import { simulate } from './simulation/simulate.ts'
import type { ClientVerdict } from './simulation/verdict.ts'

export type ExaminationStep = ProbeStep | 'clients' | 'voices'

/**
 * Asks all that there is to ask. The voices come last, with the requests that are left: what clients look at beyond the probes comes first.
 * Resolves to what there is to say of the clients before the voices are heard; `undefined` where nobody is answered.
 */
export async function examine(
  evidence: Evidence,
  profiles: readonly ClientProfile[],
  onProgress: (step: ExaminationStep) => void = () => {},
): Promise<readonly ClientVerdict[] | undefined> {
  const speaker = await probe(evidence, { onProgress })
  if (speaker === undefined) return undefined
  onProgress('clients')
  const verdicts = await simulate(speaker, profiles, () => undefined)
  onProgress('voices')
  await probeVoices(evidence, speaker)
  return verdicts
}
