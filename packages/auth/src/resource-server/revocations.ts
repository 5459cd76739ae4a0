/** A grant that has ended while access tokens of it may still live. */
export interface EndedGrant {
  grantId: string
  /** Seconds since the epoch after which no access token of the grant is valid any more. */
  expiresAt: number
}

/**
 * Where a resource server reads which grants have ended (law 14). No entry may become visible behind a position that was already given out.
 */
export interface RevocationFeed {
  /** What has ended since `position` (from the beginning, without it), whole, and the position to go on from. Rejects when it cannot be read. */
  read(position: string | undefined): Promise<{
    ended: readonly EndedGrant[]
    position: string
    /** Whose feed it is. Keys that were taken back are its alone; without it, those of every trusted issuer are read anew: leave it out where you merge feeds. */
    issuer?: string
    /** Another text than before once signing keys have been taken back: those that are held are read anew before anything more is verified. */
    keysTakenBack?: string
  }>
}

/** How old the view of the feed is allowed to be where somebody waits for a newer one, in seconds. */
const stale = 2

/** Seconds after which a read counts as lost: where a request owns what it begins, as on Workers, that ends with it, and nobody hears of it again. */
const lostAfter = 2

/** A resource server's view of the feed: read at the request, behind it while that is early enough. */
export interface RevocationView {
  /** Resolves when the view is fresh enough to judge by, or could not be made so. */
  catchUp(): Promise<void> | undefined
  /** Reads the feed now. Rejects when it cannot be read. */
  refresh(): Promise<void>
  hasEnded(grantId: string): boolean
  /** Counts a grant as ended at once, whose end stands in the feed already. */
  note(grantId: string): void
  /** Seconds since the feed was last read whole; infinite before the first time. */
  age(): number
}

export function createRevocationView(
  feed: RevocationFeed,
  {
    now,
    freshness,
    readsBehind,
    onUnreadable,
    onKeysTakenBack,
  }: {
    now: () => number
    freshness: number
    /** Whether a read may go on when the request is answered that began it. */
    readsBehind: boolean
    onUnreadable: (cause: unknown) => void
    /** Of the issuer, or of one that nobody names. */
    onKeysTakenBack: (issuer: string | undefined) => void
  },
): RevocationView {
  const ended = new Map<string, number>()
  const noted = new Set<string>() // ended, and not read yet
  let position: string | undefined
  let keysTakenBack: string | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reading: { done: Promise<void>; startedAt: number } | undefined
  let nextReading: Promise<void> | undefined // has not begun
  let begun = 0
  let newest = 0 // of those that were answered

  /** What ends after `startedAt` may be missing from the answer. */
  async function read(startedAt: number): Promise<void> {
    const notedBefore = [...noted]
    const nth = ++begun
    try {
      const answer = await feed.read(position)
      for (const { grantId, expiresAt } of answer.ended) ended.set(grantId, expiresAt)
      if (nth < newest) return // it was lost and is found: keys that were taken back by what is known since must not seem to be taken back again
      newest = nth
      position = answer.position
      if (answer.keysTakenBack !== undefined && answer.keysTakenBack !== keysTakenBack) onKeysTakenBack(answer.issuer)
      keysTakenBack = answer.keysTakenBack ?? keysTakenBack
      readAt = startedAt
      for (const grantId of notedBefore) noted.delete(grantId) // the feed tells of those, as long as it must
      forget()
    } finally {
      if (reading?.startedAt === startedAt) reading = undefined
    }
  }

  /** Entries are in the order of their ends, and access tokens live equally long: those to forget stand first. */
  function forget(): void {
    for (const [grantId, expiresAt] of ended) {
      if (expiresAt > now()) return
      ended.delete(grantId)
    }
  }

  function refresh(): Promise<void> {
    const startedAt = now()
    if (reading === undefined || isLost(reading)) reading = { startedAt, done: read(startedAt) }
    return reading.done
  }

  function isLost({ startedAt }: { startedAt: number }): boolean {
    return Math.abs(now() - startedAt) > lostAfter
  }

  /** A read that begins from now on, one for all who want one: what is under way may have begun before an end. */
  function readNext(): Promise<void> {
    if (reading === undefined || isLost(reading)) {
      nextReading = undefined
      return refresh()
    }
    nextReading ??= reading.done
      .catch(() => {}) // whoever began it is told
      .then(() => {
        nextReading = undefined
        return refresh()
      })
    return nextReading
  }

  /** A clock that was set back makes the view old, not young: else nothing would be read until that clock has caught up. */
  function ageOfView(): number {
    return Math.abs(now() - readAt)
  }

  return {
    catchUp() {
      const age = ageOfView()
      if (age < freshness) return undefined
      if (freshness === 0) return readNext().catch(onUnreadable)
      const done = refresh().catch(onUnreadable)
      return readsBehind && age < stale ? undefined : done
    },
    refresh,
    hasEnded: (grantId) => ended.has(grantId) || noted.has(grantId),
    note: (grantId) => void noted.add(grantId),
    age: ageOfView,
  }
}
