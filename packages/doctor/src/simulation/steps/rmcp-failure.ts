import { type Exchange, statusOf } from '../../evidence/exchange.ts'
import { redirectTarget } from '../redirects.ts'
import type { Footprints, Walk } from '../walk.ts'
import { whyUnknown } from './not-asked.ts'

/** What ends discovery at once (`discovery_get`): no answer, the server's own trouble, a redirect to elsewhere. */
export function failure(
  answer: Exchange,
  step: keyof typeof becauseOf,
  url: string,
  steps: Footprints,
): Walk | undefined {
  const unknown = whyUnknown(answer)
  if (unknown !== undefined) return steps.cannotTell(step, unknown)
  const status = statusOf(answer)
  if (status === undefined) return steps.stop(step, 'unreachable', discoveryFailed(url))
  const target = redirectTarget(answer)
  if (target !== undefined) {
    const isCircle = target.origin === new URL(answer.request.url).origin
    const cause = isCircle ? 'exceeded 10 redirects' : `redirect to non-same-origin URL rejected: ${target.href}`
    return steps.stop(step, becauseOf[step], `${discoveryFailed(url)}\n  Caused by: OAuth discovery ${cause}`)
  }
  if (status < 500 && !passing.has(status)) return undefined
  return steps.stop(step, becauseOf[step], `${discoveryFailed(url)}\n  Caused by: unexpected HTTP status ${status}`)
}

export function discoveryFailed(url: string): string {
  return `Metadata error: OAuth metadata discovery failed for ${url}`
}

const passing = new Set([408, 425, 429])

const becauseOf = {
  reach: 'unreachable',
  challenge: 'wrong_status',
  protected_resource_metadata: 'resource_metadata_unusable',
  authorization_server_metadata: 'authorization_server_metadata_unusable',
} as const
