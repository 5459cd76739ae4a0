import type { ResolvedOptions } from '../config.ts'
import type { AuthorizationRequest } from '../interaction/authorization-request.ts'
import { coversScope, recallConsent } from './remembered-consent.ts'

/** A no to what was allowed before takes it back; a no to more than that may be about the rest, and leaves it. */
export async function forgetDenied(
  request: AuthorizationRequest,
  subject: string,
  options: Pick<ResolvedOptions, 'store' | 'now' | 'consentLifetime'>,
): Promise<void> {
  for (;;) {
    const entry = await recallConsent(request, subject, options)
    if (entry === undefined || !coversScope(entry.value, request.scope, options.now())) return
    const { id, version } = entry
    if (await options.store.commit([{ kind: 'consent', id, version, value: undefined }])) return
  }
}
