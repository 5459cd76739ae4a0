import type { Evidence } from '../evidence/evidence.ts'
import { isFinal } from '../evidence/exchange.ts'
import { probeAuthorizationServer } from './authorization-server.ts'
import { probeChallenge } from './challenge.ts'
import { probeEssentials } from './essentials.ts'
import { probeNetwork } from './network.ts'
import { probeProtectedResource } from './protected-resource.ts'
import { mcpRequest } from './requests.ts'
import { heard } from './voices.ts'

export type ProbeStep = 'network' | 'challenge' | 'protected_resource' | 'authorization_server'

export interface ProbeOptions {
  /** Told of each step when it begins. Default: nothing. */
  onProgress?: (step: ProbeStep) => void
}

/**
 * Looks at a server, part by part: what one part shows, the next looks into. Nothing is created there, and nobody signs in. Resolves to the
 * evidence as it goes on from there, in another voice where the doctor's own is shut out; to `undefined` where nobody is answered.
 */
export async function probe(
  evidence: Evidence,
  { onProgress = () => {} }: ProbeOptions = {},
): Promise<Evidence | undefined> {
  onProgress('network')
  const first = await evidence.ask(mcpRequest(evidence.target, 'post_initialize'))
  if (isFinal(first.outcome)) return undefined
  const speaker = await probeNetwork(evidence)
  if (heard(evidence).every(({ exchange }) => exchange.outcome.kind === 'failure')) return undefined
  await probeEssentials(speaker)
  onProgress('challenge')
  await probeChallenge(speaker)
  onProgress('protected_resource')
  await probeProtectedResource(speaker)
  onProgress('authorization_server')
  await probeAuthorizationServer(speaker)
  return speaker
}
