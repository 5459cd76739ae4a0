import type { Recording } from './recording.ts'

/** What recordings show of one value of a profile. */
export interface Observation {
  /** Where it belongs: `challenge.firstRequest`. */
  path: string
  /** Absent where recordings bear a value out, but would bear out others as well. */
  value?: unknown
  /** Whether a value known from elsewhere says nothing else. Default: it is the same. */
  agrees?: (known: unknown) => boolean
  recordings: readonly Recording[]
  /** What recordings of earlier versions showed of the same value, the newest first. */
  older?: readonly Observation[]
}

/** The newest recordings of a client, by scene. */
export type Scenes = Readonly<Record<string, Recording | undefined>>

export type Observer = (scenes: Scenes) => readonly (Observation | undefined)[]

/** An observation in a scene; nothing where the scene was not recorded, or shows nothing. */
export function seenIn(
  recording: Recording | undefined,
  path: string,
  look: (recording: Recording) => unknown,
  agrees?: (known: unknown) => boolean,
): Observation | undefined {
  const value = recording && look(recording)
  if (recording === undefined || value === undefined) return undefined
  return { path, value, recordings: [recording], ...(agrees && { agrees }) }
}

/** Whether `part` stands in a list that is known, in the same order, with others between perhaps. */
export function standsIn(part: readonly unknown[]): (known: unknown) => boolean {
  return (known) => {
    if (!Array.isArray(known)) return false
    let at = 0
    for (const entry of known) if (entry === part[at]) at++
    return at === part.length
  }
}
