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
    return await runTests(files, { ...sharing(keycloak), ...sharingProgram(program) })
  } finally {
    await keycloak.stop()
  }
}

async function runTests(files: readonly string[], env: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, ['--test', '--test-timeout=120000', ...files], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  const [code] = await once(child, 'exit')
  return typeof code === 'number' ? code : 1
}
