import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { type Compared, compare } from './comparison.ts'
import { next, type Release, runServerScenarios, stable } from './suite.ts'

/** The server scenarios of one release at one revision. */
export interface Leg {
  release: Release
  /** Default: each scenario at the revision that it takes for its own. */
  revision?: string
}

export const legs: readonly Leg[] = [
  { release: stable },
  ...['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'].map((revision) => ({ release: next, revision })),
  { release: next }, // extensions belong to no revision
]

/** Scenarios that the everything-server cannot pass: no official SDK has the extension `tasks` yet. */
export const beyondEverything = /^tasks-/

/** Runs a leg without Portcullis and then with it. */
export async function runLeg(
  { release, revision }: Leg,
  { direct, through, folder }: { direct: string; through: string; folder: string },
): Promise<readonly Compared[]> {
  const run = async (url: string) =>
    runServerScenarios(release, { url, revision, folder: await mkdtemp(join(folder, 'results-')) })
  return compare(await run(direct), await run(through))
}

export function nameOf({ release, revision }: Leg): string {
  return `${release.version} ${revision ?? 'each at its own revision'}`
}
