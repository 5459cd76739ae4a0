import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { packedProgram, sourceProgram } from '../../interop/src/program-under-test.ts'
import { identityFolder } from './folders.ts'
import { startKeycloak } from './keycloak.ts'
import { whyNoKeycloak } from './keycloak-distribution.ts'
import { sharing } from './shared-keycloak.ts'
import { sharingProgram } from './shared-program.ts'

/** `npm run identity [-- --source] [WORD …]`: every test file, or those whose name has one of the words; returns the exit code. */
export async function main(given: readonly string[]): Promise<number> {
  const missing = whyNoKeycloak()
  if (missing !== undefined) {
    console.log(`SKIPPED: ${missing}`)
    return process.env.CI === 'true' ? 1 : 0
  }
  const words = given.filter((each) => each !== '--source')
  const files = globSync(join(identityFolder, 'src', '*.identity-test.ts')).filter(
    (file) => words.length === 0 || words.some((word) => basename(file).includes(word)),
  )
  if (files.length === 0) throw new TypeError(`No test file is called ${words.join(' or ')}`)
  const program = given.includes('--source') ? sourceProgram() : packedProgram()
  const keycloak = await startKeycloak('keycloak')
  try {
    const env = { ...process.env, ...sharing(keycloak), ...sharingProgram(program) }
    // The library as it stands in the repository; clients of others have sources under the same condition, which Node does not run.
    const ofLibrary = files.filter((file) => basename(file).startsWith('library'))
    const failed = [
      await runTests(ofLibrary, { condition: '--conditions=source', env }),
      await runTests(
        files.filter((file) => !ofLibrary.includes(file)),
        { env },
      ),
    ].some((code) => code !== 0)
    return failed ? 1 : 0
  } finally {
    await keycloak.stop()
  }
}

async function runTests(
  files: readonly string[],
  { condition, env }: { condition?: string; env: NodeJS.ProcessEnv },
): Promise<number> {
  if (files.length === 0) return 0
  const nodeArguments = [...(condition === undefined ? [] : [condition]), '--test', ...limits, ...files]
  const [code] = await once(spawn(process.execPath, nodeArguments, { stdio: 'inherit', env }), 'exit')
  return typeof code === 'number' ? code : 1
}

const limits = ['--test-timeout=180000', '--test-concurrency=2']
