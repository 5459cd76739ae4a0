import type { ClientProfile } from '@portcullis/clients'
import type { Evidence } from './evidence/evidence.ts'
import { probeVoices } from './probes/network.ts'
import { type ProbeStep, probe } from './probes/probe.ts'
import { simulate } from './simulation/simulate.ts'

export type ExaminationStep = ProbeStep | 'clients' | 'voices'

/** Asks all that there is to ask. The voices come last, with the requests that are left: what clients look at beyond the probes comes first. */
export async function examine(
  evidence: Evidence,
  profiles: readonly ClientProfile[],
  onProgress: (step: ExaminationStep) => void = () => {},
): Promise<void> {
  const speaker = await probe(evidence, { onProgress })
  if (speaker === undefined) return
  onProgress('clients')
  await simulate(speaker, profiles, () => undefined)
  onProgress('voices')
  await probeVoices(evidence, speaker)
}
