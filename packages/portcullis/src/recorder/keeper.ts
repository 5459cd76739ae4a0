import type { Attempt } from './attempt.ts'
import { attemptOf, everyKept, listKept, putOf, relatedTo } from './keep.ts'
import { areOne, areProvedOne, merge } from './merge.ts'
import { leastFirst, type OpenAttempts, worthOf } from './open-attempts.ts'
import type { RecorderOptions } from './recorder.ts'
import { isOnlyUse, isWorthKeeping } from './worth-keeping.ts'

/** Writes attempts in batches, joined with what other processes saw of them. */
export interface Keeper {
  changed(attempt: Attempt): void
  /** Writes what has changed, so much at one go. Never rejects. */
  write(): Promise<void>
  /** Writes all that has changed until now, unless it cannot be written. Never rejects. */
  writeRest(): Promise<void>
  onWritten(listener: () => void): () => void
}

/** At one go: whoever makes attempts without end makes so many writes. */
const mostAtOnce = 20
/** Attempts that wait to be written: as many as may be open. */
const mostWaiting = 300
/** After so many new ones, or a twentieth of what may be kept, it is seen whether there are too many: all are read for it. */
const leastBetweenTrims = 50
/** How far back a process that starts takes up what is under way. */
const recent = 60 * 60_000

export function createKeeper(
  { store, keep, most, onFailure, now = Date.now }: RecorderOptions,
  open: OpenAttempts,
): Keeper {
  const waiting = new Set<string>()
  const listeners = new Set<() => void>()
  /** What was under way when this process started, and what it had seen by itself before it knew. */
  const takenUp = new Set<string>()
  const early = new Set<string>()
  let writing: Promise<void> | undefined
  let isFailing = false
  let isTakenUp = false
  let untilTrim = 0

  async function writeAll(): Promise<void> {
    if (!isTakenUp) await takeUp()
    if (waiting.size === 0) return
    for (const id of mostFirst().slice(0, mostAtOnce)) {
      waiting.delete(id)
      const attempt = open.get(id)
      if (attempt === undefined || !isWorthWriting(attempt)) continue
      await writeOne(attempt).catch((cause: unknown) => {
        waiting.add(id)
        throw cause
      })
    }
    for (const listener of listeners) listener()
    if (untilTrim <= 0) await trim()
  }

  /** Those that wait, what anybody can make last: it must not hold up the rest. */
  function mostFirst(): string[] {
    forgetClosed()
    const attempts = [...waiting].flatMap((id) => open.get(id) ?? [])
    return attempts.sort((one, other) => worthOf(other) - worthOf(one)).map(({ id }) => id)
  }

  function forgetClosed(): void {
    for (const id of waiting) if (!open.has(id)) waiting.delete(id)
  }

  function isWorthWriting(attempt: Attempt): boolean {
    return isOnlyUse(attempt) || isWorthKeeping(attempt)
  }

  /** What this process saw, and what others did, in one record: again, where another was quicker. */
  async function writeOne(attempt: Attempt): Promise<void> {
    for (let tries = 0; tries < 5; tries++) {
      const kept = await store.get('attempt', attempt.id)
      const related = (await relatedTo(store, attempt)).filter(
        // What this process took for two stays two, until a grant proves that it is one; what it took up was not there to be compared.
        ({ id, value }) =>
          (isToldApart(attempt.id, id) || isOnlyUse(attempt) ? areProvedOne : areOne)(attempt, { ...value, id }),
      )
      if (kept === undefined && isOnlyUse(attempt) && !related.some(({ value }) => value.connectedAt === undefined))
        return open.delete(attempt.id)
      const all = [...(kept === undefined ? [] : [kept]), ...related]
      const whole = all.reduce((sum, each) => merge(sum, attemptOf(each)), attempt)
      const version = all.find(({ id }) => id === whole.id)?.version ?? 'absent'
      const gone = all.filter(({ id }) => id !== whole.id)
      const written = await store.commit([
        putOf(whole, version, keep),
        ...gone.map(({ id, version }) => ({ kind: 'attempt' as const, id, version, value: undefined })),
      ])
      if (!written) continue
      if (version === 'absent') untilTrim--
      becomes([attempt.id, ...gone.map(({ id }) => id)], whole)
      return
    }
    waiting.add(attempt.id) // others were quicker each time
  }

  /** What came while it was written is not lost. */
  function becomes(ids: readonly string[], whole: Attempt): void {
    const others = ids.filter((id) => id !== whole.id)
    const current = [...others, whole.id].flatMap((id) => open.get(id) ?? [])
    for (const id of others) {
      open.delete(id)
      if (waiting.delete(id)) waiting.add(whole.id)
    }
    open.set(current.reduce((sum, attempt) => merge(sum, { ...attempt, id: whole.id }), whole))
  }

  function isToldApart(id: string, other: string): boolean {
    const isTakenUp = (takenUp.has(id) && early.has(other)) || (takenUp.has(other) && early.has(id))
    return open.has(other) && !isTakenUp
  }

  async function takeUp(): Promise<void> {
    for (const id of open.ids()) early.add(id)
    for (const attempt of await listKept(store))
      if (attempt.connectedAt === undefined && now() - attempt.changedAt < recent && !open.has(attempt.id)) {
        takenUp.add(attempt.id)
        open.set(attempt)
      }
    isTakenUp = true
  }

  /** The oldest go, those first that it takes the least to make. */
  async function trim(): Promise<void> {
    untilTrim = Math.max(leastBetweenTrims, most / 20)
    const all: Pick<Attempt, 'id' | 'browsers' | 'clientIds' | 'subject'>[] = []
    for await (const { id, browsers, clientIds, subject } of everyKept(store))
      all.push({ id, browsers, clientIds, ...(subject !== undefined && { subject }) })
    const surplus = all.length - most
    if (surplus <= 0) return
    const going = leastFirst(all.reverse())
    for (const { id } of going.slice(0, surplus)) {
      const kept = await store.get('attempt', id)
      if (kept !== undefined) await store.commit([{ kind: 'attempt', id, version: kept.version, value: undefined }])
    }
  }

  function write(): Promise<void> {
    writing ??= writeAll()
      .then(
        () => {
          isFailing = false
        },
        (cause: unknown) => {
          if (!isFailing) onFailure(cause)
          isFailing = true
        },
      )
      .finally(() => {
        writing = undefined
      })
    return writing
  }

  return {
    changed({ id }) {
      if (waiting.size >= mostWaiting) forgetClosed() // then there are no more than are open
      waiting.add(id)
    },
    write,
    async writeRest() {
      await writing // it may have begun before the last of them changed
      for (let round = 0; round < mostWaiting / mostAtOnce; round++) {
        await write()
        if (waiting.size === 0 || isFailing) return
      }
    },
    onWritten(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
