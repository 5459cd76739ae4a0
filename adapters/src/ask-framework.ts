import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Case } from './case.ts'
import type { Framework } from './frameworks.ts'
import type { Issuer } from './issuer.ts'
import { linesOfPortcullis } from './lines.ts'
import { strayPaths } from './odd-paths.ts'
import { resource, scope } from './place.ts'
import { type Outcome, play } from './play.ts'
import { keysDownProbe, type Probed, probed, probes } from './probes.ts'
import { startServer } from './server.ts'
import { minimal, ofPortcullisAlone } from './start-command.ts'
import { streamProbe } from './streams.ts'

/** What was found of one framework. */
export interface Asked {
  framework: string
  /** Of Portcullis, in its server. */
  lines: number
  outcomes: readonly Outcome[]
  probes: readonly Probed[]
  /** How many odd paths were tried without a token, and at which of them the MCP server answered. */
  oddPaths: { tried: number; strays: readonly string[] }
}

export const mostLines = 6

export interface AskOptions {
  cases: readonly Case[]
  issuer: Issuer
  isSource: boolean
  /** How many odd paths to try, and by which seed they are made. */
  oddPaths: number
  seed: number
}

/** Starts the server of a framework, and asks it everything. Rejects where it does not start. */
export async function askFramework(
  framework: Framework,
  { cases, issuer, isSource, oddPaths, seed }: AskOptions,
): Promise<Asked> {
  const server = await startServer(framework, { issuer: issuer.url, isSource })
  try {
    const target = { port: server.port, resource, scope, issuer, traits: framework }
    const found = [await probed(keysDownProbe, target)]
    const outcomes = await play(cases, target)
    for (const probe of probes) found.push(await probed(probe, target))
    if (!framework.hasNoStreams) found.push(await probed(streamProbe, target))
    const strays = await strayPaths({ port: server.port, count: oddPaths, seed })
    const lines = countLines(framework)
    return { framework: framework.name, lines, outcomes, probes: found, oddPaths: { tried: oddPaths, strays } }
  } finally {
    await server.stop()
  }
}

/** In whichever file of its folder they stand. */
function countLines(framework: Framework): number {
  const cwd = join(minimal, framework.folder)
  const files = globSync('**/*.ts', { cwd, exclude: ['**/node_modules/**', '**/.*/**'] })
  const alone = ofPortcullisAlone(framework).flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'))
  return files.reduce(
    (sum, file) => sum + linesOfPortcullis(readFileSync(join(cwd, file), 'utf8')).length,
    alone.length,
  )
}

export function isRight({ lines, outcomes, probes, oddPaths }: Asked): boolean {
  return (
    lines <= mostLines &&
    oddPaths.strays.length === 0 &&
    outcomes.every(({ difference }) => difference === undefined) &&
    probes.every(({ problem }) => problem === undefined)
  )
}
