import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { type Compared, compare } from './comparison.ts'
import { next, type Release, runServerScenarios, stable } from './suite.ts'

/** What the gateway speaks with the server behind it. */
export type Transport = 'Streamable HTTP' | 'stdio' | 'HTTP+SSE'

/** The server scenarios of one release at one revision, run without Portcullis and with it. */
export interface Leg {
  over: Transport
  release: string
  revision: string
  scenarios: readonly Compared[]
}

/** Scenarios that the everything-server cannot pass: no official SDK has the extension `tasks` yet. */
export const beyondEverything = /^tasks-/

/**
 * What a server over its standard streams does otherwise on purpose, by scenario: streams that break off are not taken up again, since a request may be
 * sent again; and answers come as JSON where nothing comes before them.
 */
export const otherOverStdio = /^server-sse-(?:polling|multiple-streams)$/

/**
 * The same over HTTP+SSE, which has nothing to take a stream up by.
 */
export const otherOverSse = /^server-sse-(?:polling|multiple-streams)$/

/** Runs every server scenario of both releases, at every revision it is for. */
export async function runLegs({ say, ...where }: RunOptions): Promise<readonly Leg[]> {
  const legs: Leg[] = []
  for (const { release, revision } of plan) {
    say(`Server scenarios of ${release.version}, ${revision ?? otherwise}`)
    const seen = legs.filter((leg) => leg.release === release.version).flatMap(({ scenarios }) => scenarios)
    const isNew = ({ scenario }: Compared) => !seen.some((each) => each.scenario === scenario)
    for (const { over, scenarios } of await runLeg(release, revision, where))
      legs.push({
        over,
        release: release.version,
        revision: revision ?? otherwise,
        scenarios: revision === undefined ? scenarios.filter(isNew) : scenarios,
      })
  }
  return legs
}

export interface RunOptions {
  /** The MCP server without Portcullis. */
  direct: string
  /** The same with it. */
  through: Readonly<Record<Transport, string>>
  /** For results; exists. */
  folder: string
  /** Told what is done now. */
  say: (line: string) => void
}

/** Without a revision, each scenario runs at the one that it takes for its own; extensions belong to none, so they run only then. */
const plan: readonly { release: Release; revision?: string }[] = [
  { release: stable },
  ...['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'].map((revision) => ({ release: next, revision })),
  { release: next },
]

const otherwise = 'each at its own revision'

async function runLeg(
  release: Release,
  revision: string | undefined,
  { direct, through, folder }: Omit<RunOptions, 'say'>,
): Promise<readonly Pick<Leg, 'over' | 'scenarios'>[]> {
  const run = async (url: string) =>
    runServerScenarios(release, { url, revision, folder: await mkdtemp(join(folder, 'results-')) })
  const alone = await run(direct)
  const legs: Pick<Leg, 'over' | 'scenarios'>[] = [
    { over: 'Streamable HTTP', scenarios: compare(alone, await run(through['Streamable HTTP'])) },
    { over: 'stdio', scenarios: compare(alone, await run(through.stdio)) },
  ]
  // A server of 2024-11-05 knows nothing of revisions without sessions, and the rest of the newer release are these.
  const isOfSessions = release === stable || (revision !== undefined && revision < '2026-07-28')
  if (isOfSessions) legs.push({ over: 'HTTP+SSE', scenarios: compare(alone, await run(through['HTTP+SSE'])) })
  return legs
}
