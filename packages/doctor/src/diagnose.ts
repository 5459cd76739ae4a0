import { findCauses } from './causes/find-causes.ts'
import type { Diagnosis } from './diagnosis.ts'
import { type Evidence, gatherEvidence } from './evidence/evidence.ts'
import { hideTarget } from './evidence/hidden-target.ts'
import type { Resolve } from './evidence/resolution.ts'
import { createSender } from './evidence/send.ts'
import { find } from './findings/find.ts'
import type { Finding } from './findings/finding.ts'
import type { Fix } from './fixes/fix.ts'
import type { DetectedStack } from './fixes/stack.ts'
import { type ProbeStep, probe } from './probes/probe.ts'
import { isShutOutAs } from './probes/voices.ts'
import type { ClientVerdict } from './simulation/verdict.ts'

export interface DiagnoseOptions {
  /** Plays the clients over the evidence; `isShutOut` tells of a `User-Agent` whether it is treated otherwise. Default: none is played. */
  simulate?: (evidence: Evidence, isShutOut: (userAgent: string) => boolean) => Promise<readonly ClientVerdict[]>
  /** Recognises what the server is made of. Default: nothing is recognised. */
  detectStack?: (evidence: Evidence) => DetectedStack
  /** What mends a finding. Default: no fixes. */
  fixFor?: (finding: Finding, stack: DetectedStack, evidence: Evidence) => Fix | undefined
  /** Told of each step when it begins. Default: nothing. */
  onProgress?: (step: ProbeStep | 'clients') => void
  /** Requests at the most. Default: 60. */
  mostRequests?: number
  /** Milliseconds for one request. Default: 5000. */
  timeout?: number
  /** Milliseconds for all requests. Default: 15000. */
  deadline?: number
  /** All addresses of a host name. Default: the system's resolver. */
  resolve?: Resolve
  /** The time of the report. Default: the system clock. */
  now?: () => Date
}

/** Looks at the server at a URL, without signing in: what is wrong with it, and what that means for clients. Rejects only where a function that was given does. */
export async function diagnose(url: string, options: DiagnoseOptions = {}): Promise<Diagnosis> {
  const { simulate = async () => [], detectStack = () => nothingDetected, fixFor = () => undefined } = options
  const { onProgress = () => {}, mostRequests = 60, timeout, deadline, resolve, now = () => new Date() } = options
  const startedAt = performance.now()
  const at = now().toISOString()
  const target = hideTarget(url)
  const sender = createSender({
    target,
    ...(timeout !== undefined && { timeout }),
    ...(deadline !== undefined && { deadline }),
    ...(resolve !== undefined && { resolve }),
  })
  const evidence = gatherEvidence({ target: target.shown, send: sender.send, mostRequests })
  try {
    await probe(evidence, { onProgress })
    onProgress('clients')
    const clients = await simulate(evidence, (userAgent) => isShutOutAs(evidence, userAgent))
    const findings = find(evidence)
    const stack = detectStack(evidence)
    const causes = findCauses(findings, clients).map((cause) => {
      const fix = fixFor(cause.finding, stack, evidence)
      return fix === undefined ? cause : { ...cause, fix }
    })
    const exchanges = evidence.exchanges.filter(
      ({ outcome }) => outcome.kind === 'answer' || outcome.reason !== 'not_asked',
    )
    const milliseconds = Math.round(performance.now() - startedAt)
    const requests = exchanges.length
    return {
      target: target.shown,
      at,
      level: 'passive',
      requests,
      milliseconds,
      stack,
      clients,
      causes,
      findings,
      exchanges,
    }
  } finally {
    sender.close()
  }
}

const nothingDetected: DetectedStack = { framework: undefined, proxy: undefined }
