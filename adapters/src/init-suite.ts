import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installTools, toolPath } from '../../scripts/tools.ts'
import type { Case } from './case.ts'
import type { Framework } from './frameworks.ts'
import type { Issuer } from './issuer.ts'
import { resource, scope } from './place.ts'
import { play } from './play.ts'
import { probed, probes } from './probes.ts'
import { runInit } from './run-init.ts'
import { startServer } from './server.ts'
import { minimal } from './start-command.ts'
import { filesOfPortcullis, writeUnprotected } from './unprotected.ts'

/** What came of `portcullis init` in the project of a framework that had no Portcullis. */
export interface Initiated {
  framework: string
  /** What is not as it must be; none is well. */
  problems: readonly string[]
}

export interface InitiateOptions {
  issuer: Issuer
  cases: readonly Case[]
}

/** Where the projects are, so that their packages are found. */
const projects = '.init'

/** Takes Portcullis out of each server, has `portcullis init --write` put it in again, looks at types, starts it, and asks it. */
export async function initiate(
  frameworks: readonly Framework[],
  options: InitiateOptions,
): Promise<readonly Initiated[]> {
  rmSync(join(minimal, projects), { recursive: true, force: true })
  try {
    const written = frameworks.map((framework) => ({ framework, ...projectOf(framework, options.issuer) }))
    const types = typeProblems()
    const found: Initiated[] = []
    for (const { framework, project, problems } of written) {
      const ofTypes = types.filter((line) => line.includes(`${project.folder}/`))
      const answers = problems.length > 0 ? [] : await answerProblems(project, options)
      found.push({ framework: framework.name, problems: [...problems, ...ofTypes, ...answers] })
      console.error(`${framework.name}: portcullis init`)
    }
    return found
  } finally {
    rmSync(join(minimal, projects), { recursive: true, force: true })
  }
}

function projectOf(framework: Framework, issuer: Issuer): { project: Framework; problems: readonly string[] } {
  const name = framework.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  const project = { ...framework, folder: `${projects}/${name}` }
  const folder = join(minimal, project.folder)
  writeUnprotected(framework, folder)
  const first = runInit(
    folder,
    '--write',
    '--no-doctor',
    '--resource',
    resource,
    '--issuer',
    issuer.url,
    '--scopes',
    scope,
  )
  if (first.status !== 'written') return { project, problems: [`init: ${JSON.stringify(first)}`] }
  const again = runInit(folder, '--write')
  const missing = filesOfPortcullis(framework).filter((file) => !existsSync(join(folder, file)))
  return {
    project,
    problems: [
      ...(again.status === 'protected' ? [] : [`init a second time: ${JSON.stringify(again)}`]),
      ...missing.map((file) => `init did not make ${file}`),
    ],
  }
}

/** Of all projects in one go, as the servers that they were made of are judged. */
function typeProblems(): readonly string[] {
  const config = join(minimal, projects, 'tsconfig.json')
  const options = {
    extends: '../tsconfig.json',
    include: ['../runtimes.d.ts', '*/**/*.ts'],
    exclude: ['next-js'], // Next.js judges its own
    compilerOptions: { declaration: false }, // of an application nobody wants any
  }
  writeFileSync(config, JSON.stringify(options))
  installTools()
  const { status, stdout } = spawnSync(process.execPath, [toolPath('tsc'), '--noEmit', '-p', config], {
    cwd: minimal,
    encoding: 'utf8',
  })
  const lines = stdout.split('\n').filter((line) => line.includes('error TS'))
  if (status !== 0 && !lines.some((line) => line.includes(`${projects}/`))) throw new Error(`tsc failed: ${stdout}`)
  return lines
}

/** The cases that rules of single tools have no part in, and what any server must say. */
async function answerProblems(project: Framework, { issuer, cases }: InitiateOptions): Promise<readonly string[]> {
  try {
    const server = await startServer(project, { issuer: issuer.url, isSource: false })
    try {
      const target = { port: server.port, resource, scope, issuer, traits: project }
      const outcomes = await play(
        cases.filter(
          ({ group, name }) => !['rules', 'bodies'].includes(group) && !name.includes('a tool that needs more'),
        ),
        target,
      )
      const found = outcomes.map(({ case: { name }, difference }) => ({ name, problem: difference }))
      for (const probe of probes) found.push({ name: probe.name, problem: (await probed(probe, target)).problem })
      return found.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`]))
    } finally {
      await server.stop()
    }
  } catch (cause) {
    return [cause instanceof Error ? cause.message : String(cause)]
  }
}

/** What is not as it must be, and a row for each framework. */
export function formatInitiated(found: readonly Initiated[]): string {
  const faults = found.flatMap(({ framework, problems }) =>
    problems.map((problem) => `FAILED ${framework}: ${problem}\n`),
  )
  const longest = Math.max(...found.map(({ framework }) => framework.length))
  const rows = found.map(
    ({ framework, problems }) =>
      `${framework.padEnd(longest)}  ${problems.length === 0 ? 'protected' : `${problems.length} wrong`}`,
  )
  return [...faults, ...rows].join('\n')
}
