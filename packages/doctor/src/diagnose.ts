import { profiles as allProfiles, type ClientProfile } from '@portcullis/clients'
import { isAbsoluteUrl } from './absolute-url.ts'
import { conclude } from './conclude.ts'
import type { Diagnosis } from './diagnosis.ts'
import { gatherEvidence } from './evidence/evidence.ts'
import { hideTarget } from './evidence/hidden-target.ts'
import type { Resolve } from './evidence/resolution.ts'
import { createSender } from './evidence/send.ts'
import { type ExaminationStep, examine } from './examine.ts'

export interface DiagnoseOptions {
  /** The clients that are asked about. Default: all there are. */
  profiles?: readonly ClientProfile[]
  /** Told of each step when it begins. Default: nothing. */
  onProgress?: (step: ExaminationStep) => void
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

/** Looks at the server at a URL, without signing in: what is wrong with it, and what that means for clients. Throws `TypeError` for what is no URL at all. */
export async function diagnose(url: string, options: DiagnoseOptions = {}): Promise<Diagnosis> {
  if (!isAbsoluteUrl(url)) throw new TypeError('What is to be examined must be an absolute URL')
  const { profiles = allProfiles, onProgress = () => {}, mostRequests = 60 } = options
  const { timeout, deadline, resolve, now = () => new Date() } = options
  const startedAt = performance.now()
  const at = now().toISOString()
  const target = hideTarget(url)
  const sender = createSender({
    target,
    mostRequests,
    ...(timeout !== undefined && { timeout }),
    ...(deadline !== undefined && { deadline }),
    ...(resolve !== undefined && { resolve }),
  })
  const { send, allowsAnother } = sender
  const evidence = gatherEvidence({ target: target.shown, send, allowsAnother, mostRequests })
  try {
    const before = await examine(evidence, profiles, onProgress)
    const concluded = await conclude(evidence, profiles, before)
    return { at, milliseconds: Math.round(performance.now() - startedAt), ...concluded }
  } finally {
    sender.close()
  }
}
