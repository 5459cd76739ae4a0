import type { AccessToken } from './access-token.ts'

/** What an answer that is open is judged by. */
export interface OpenAnswersOptions {
  isOver: (accessToken: AccessToken) => boolean
  /** Reads which grants have ended. Rejects where that cannot be told. */
  refresh: () => Promise<void>
  /** Seconds for which answers go on while it cannot. */
  grace: number
  now: () => number
  onUnreadable: (cause: unknown) => void
  /** Told where it cannot be judged, as by a clock of the host that throws. */
  onFailure: (cause: unknown) => void
}

/**
 * Says whether an answer that is open must end, to whoever asks each second (laws 12 and 14): once its grant has ended, or so many seconds
 * (`afterExpiry`) after its token has expired. Ends are read behind it, once a second however many ask, and never waited for: a feed that hangs must
 * keep no token from expiring. It never throws: who asks is a timer, whose exceptions end the process, and an answer that nobody can judge ends.
 */
export function createOpenAnswers({
  isOver,
  refresh,
  grace,
  now,
  onUnreadable,
  onFailure,
}: OpenAnswersOptions): (accessToken: AccessToken, afterExpiry: number) => boolean {
  let askedAt = Number.NEGATIVE_INFINITY
  let unreadableSince: number | undefined

  function readEnds(): void {
    if (now() === askedAt) return
    // Since nobody asked for a while, nothing is known of that while.
    if (Math.abs(now() - askedAt) > 5) unreadableSince = undefined
    askedAt = now()
    const isFirst = unreadableSince === undefined
    unreadableSince ??= askedAt
    refresh().then(
      () => {
        unreadableSince = undefined
      },
      (cause: unknown) => {
        if (isFirst) onUnreadable(cause)
      },
    )
  }

  function judge(accessToken: AccessToken, afterExpiry: number): boolean {
    // The same claims: by those is known what was introspected, and what was verified before keys were taken back.
    if (isOver({ ...accessToken, expiresAt: accessToken.expiresAt + afterExpiry })) return true
    readEnds()
    return unreadableSince !== undefined && now() - unreadableSince > grace
  }

  return (accessToken, afterExpiry) => {
    try {
      return judge(accessToken, afterExpiry)
    } catch (cause) {
      onFailure(cause)
      return true
    }
  }
}
