import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startProgram } from './program.ts'

/** A release of the official suite, `@modelcontextprotocol/conformance`. */
export interface Release {
  version: string
  entry: string
}

export const stable: Release = { version: '0.1.16', entry: entryOf('conformance') }
/** The line that knows the revision 2026-07-28 and authorization servers. */
export const next: Release = { version: '0.2.0-alpha.12', entry: entryOf('conformance-next') }

/** One statement that a scenario makes. */
export interface Check {
  id: string
  status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'
  errorMessage?: string
}

/** What each scenario stated. A scenario that broke off states nothing. */
export type Results = ReadonlyMap<string, readonly Check[]>

/** Runs all server scenarios of a release, pending ones too, at `revision` or at what each takes for its own. `folder` must be empty. */
export async function runServerScenarios(
  release: Release,
  { url, revision, folder }: { url: string; revision: string | undefined; folder: string },
): Promise<Results> {
  const atRevision = revision === undefined ? [] : ['--spec-version', revision]
  const { ended } = startSuite(release, ['server', '--url', url, '--suite', 'all', ...atRevision, '-o', folder])
  await ended
  return readResults(folder)
}

/** Starts a release with these arguments. Its exit code says only that some scenario failed; results are read from its folder. */
export function startSuite({ entry }: Release, args: readonly string[]) {
  return startProgram([entry, ...args])
}

/** What the suite left in a folder: one folder for each scenario, with the time in its name. */
export async function readResults(folder: string): Promise<Results> {
  const results = new Map<string, readonly Check[]>()
  for (const name of (await readdir(folder)).sort()) {
    const scenario = /^(?:server|authorization-server)-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(name)?.[1]
    if (scenario !== undefined) results.set(scenario, await readChecks(join(folder, name, 'checks.json')))
  }
  return results
}

async function readChecks(file: string): Promise<readonly Check[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Check[] // the suite's own format
  } catch {
    return []
  }
}

function entryOf(name: string): string {
  return fileURLToPath(new URL(`../node_modules/@modelcontextprotocol/${name}/dist/index.js`, import.meta.url))
}
