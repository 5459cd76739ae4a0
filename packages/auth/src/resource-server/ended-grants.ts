import type { ConnectionEvent } from '../protocol/events.ts'
import { type AccessToken, isRevoked } from './access-token.ts'
import type { ResolvedResourceServer } from './config.ts'
import type { Verdict } from './refusals.ts'
import { createRevocationView } from './revocations.ts'

/** What the feed of ended grants says of tokens (law 14). Where there is none, no grant has ended. */
export interface EndedGrants {
  /** Resolves when the feed was read lately enough to judge by, or could not be; at once `undefined` where it was. */
  catchUp(): Promise<void> | undefined
  /** The verdict on a token that is good otherwise. */
  judge(accessToken: AccessToken, { seenBefore }: { seenBefore: boolean }): Verdict
  /** Whether the grant behind it has ended, as far as was read. */
  has(accessToken: AccessToken): boolean
  /** Whether the feed would tell of its end. */
  isTold(accessToken: AccessToken): boolean
  /** Reads the feed now. Rejects when it cannot be read. */
  refresh(): Promise<void>
  /** Counts a grant as ended at once, whose end stands in the feed already. */
  note(grantId: string): void
}

/** `onKeysTakenBack` is told of the issuer whose keys were taken back, or of one that nobody names. */
export function createEndedGrants(
  options: ResolvedResourceServer,
  onKeysTakenBack: (issuer: string | undefined) => void,
): EndedGrants {
  const { now, revocationGrace } = options
  const view =
    options.revocations &&
    createRevocationView(options.revocations, {
      now,
      freshness: options.revocationFreshness,
      readsBehind: options.worksBehind,
      onUnreadable: (cause) => options.onEvent(feedUnreadable(cause)),
      onKeysTakenBack,
    })

  return {
    catchUp: () => view?.catchUp(),

    /** While the feed cannot be read, what was verified before is served for a while, and nothing else. */
    judge(accessToken, { seenBefore }) {
      if (view === undefined) return { kind: 'valid', accessToken }
      if (isRevoked(accessToken, view.hasEnded)) return { kind: 'invalid', reason: 'revoked' }
      const age = view.age()
      if (age <= 2 || (seenBefore && age <= revocationGrace)) return { kind: 'valid', accessToken }
      return { kind: 'unavailable', reason: 'revocations', detail: `the feed was last read ${age} s ago` }
    },

    has: (accessToken) => view !== undefined && isRevoked(accessToken, view.hasEnded),

    /** It is of one authorization server, and where there are several it need not say of which. */
    isTold: ({ grantId }) => view !== undefined && grantId !== undefined && options.authorizationServers.length === 1,

    async refresh() {
      await view?.refresh()
    },

    note: (grantId) => view?.note(grantId),
  }
}

/** What an operator is told of ends that cannot be read. */
export function feedUnreadable(cause: unknown): ConnectionEvent {
  return { type: 'verification_unavailable', reason: 'revocations', detail: String(cause) }
}
