import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { linkSources } from '../../scripts/library-link.ts'
import { copyWorkspace } from '../../scripts/workspace.ts'
import { type AdapterMutant, adapterMutants } from './adapter-mutants.ts'
import { cases } from './cases.ts'
import { type Framework, frameworks } from './frameworks.ts'
import type { Issuer } from './issuer.ts'
import { resource, scope } from './place.ts'
import { play } from './play.ts'
import { probed } from './probes.ts'
import { startServer } from './server.ts'
import { minimal } from './start-command.ts'
import { streamProbe } from './streams.ts'

/** Takes each guard away in turn, in a copy, and looks whether the cases notice with each framework that it is for. Exit code: 1 where one did not. */
export async function killMutants(issuer: Issuer): Promise<number> {
  const library = join(copyWorkspace('adapter-mutants'), 'packages', 'auth')
  let unnoticed = 0
  linkSources(minimal, library)
  try {
    for (const mutant of adapterMutants) {
      const survivors = await withMutant(mutant, library, () => survivorsOf(mutant, issuer))
      unnoticed += survivors.length
      console.log(
        survivors.length === 0 ? `killed  ${mutant.name}` : `SURVIVED ${mutant.name}: ${survivors.join(', ')}`,
      )
    }
  } finally {
    linkSources(minimal)
  }
  console.log(`${adapterMutants.length} guards removed in turn; ${unnoticed} frameworks noticed nothing`)
  return unnoticed === 0 ? 0 : 1
}

async function withMutant<Result>(
  { file, find, replace }: AdapterMutant,
  library: string,
  then: () => Promise<Result>,
): Promise<Result> {
  const path = join(library, 'src', file)
  const whole = readFileSync(path, 'utf8')
  if (whole.split(find).length !== 2) throw new Error(`What is to be taken away stands not once in ${file}: ${find}`)
  writeFileSync(
    path,
    whole.replace(find, () => replace),
  )
  try {
    return await then()
  } finally {
    writeFileSync(path, whole)
  }
}

/** The frameworks whose answers are all as expected nevertheless. */
async function survivorsOf({ frameworks: names, group }: AdapterMutant, issuer: Issuer): Promise<readonly string[]> {
  const survivors: string[] = []
  for (const framework of frameworks.filter(({ name }) => names.includes(name)))
    if (!(await isNoticed(framework, group, issuer))) survivors.push(framework.name)
  return survivors
}

/** By the first difference; a server that does not even start counts as none. */
async function isNoticed(framework: Framework, group: string, issuer: Issuer): Promise<boolean> {
  const server = await startServer(framework, { issuer: issuer.url, isSource: true })
  try {
    if (group === 'streams')
      return (await probed(streamProbe, { port: server.port, resource, scope, issuer })).problem !== undefined
    for (const each of cases.filter((candidate) => candidate.group === group)) {
      const [outcome] = await play([each], { port: server.port, issuer, traits: framework })
      if (outcome?.difference !== undefined) return true
    }
    return false
  } finally {
    await server.stop()
  }
}
