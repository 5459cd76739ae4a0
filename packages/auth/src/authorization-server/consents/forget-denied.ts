import type { ResolvedOptions } from '../config.ts'
import type { AuthorizationRequest } from '../interaction/authorization-request.ts'
import { coversScope, recallConsent } from './remembered-consent.ts'

/** A no to what was allowed before takes it back; a no to more than that may be about the rest, and leaves it. */
export async function forgetDenied(
  request: AuthorizationRequest,
  subject: string,
  options: Pick<ResolvedOptions, 'store' | 'now'>,
): Promise<void> {
  // Whatever the time is set to today: set longer tomorrow, it would bring back what the person said no to.
  const all = { ...options, consentLifetime: Number.POSITIVE_INFINITY }
  for (;;) {
    const entry = await recallConsent(request, subject, all)
    if (entry === undefined || !coversScope(entry.value, request.scope, options.now())) return
    const { id, version } = entry
    if (await options.store.commit([{ kind: 'consent', id, version, value: undefined }])) return
  }
}
