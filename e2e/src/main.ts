import { spawn } from 'node:child_process'
import { globSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packedProgram } from '../../interop/src/program-under-test.ts'
import { suiteFolder, workFolder } from './folders.ts'
import { whyNoBrowser } from './web.ts'

/** Files at once: most of the time one of them waits. */
const atOnce = 3

/** Runs the test files that the command line asks for, each in a process of its own, and returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      source: { type: 'boolean', default: false },
      pictures: { type: 'boolean', default: false },
      shots: { type: 'boolean', default: false },
    },
  })
  const missing = whyNoBrowser()
  if (missing !== undefined) {
    console.error(`SKIPPED: ${missing}`)
    return process.env.CI === 'true' ? 1 : 0
  }
  const kind = values.pictures ? 'picture' : 'e2e-test'
  const files = globSync(`src/**/*.${kind}.ts`, { cwd: suiteFolder })
    .filter((file) => positionals.length === 0 || positionals.some((part) => file.includes(part)))
    .sort()
  if (files.length === 0) throw new TypeError(`No file has "${positionals.join('" or "')}" in its name`)

  rmSync(workFolder, { recursive: true, force: true })
  mkdirSync(workFolder, { recursive: true })
  const env: NodeJS.ProcessEnv = { ...process.env, E2E_TITLES: join(workFolder, 'titles') }
  if (values.shots) env.E2E_SHOTS = join(workFolder, 'shots')
  if (!values.source) env.E2E_PROGRAM = packedProgram(join(workFolder, 'packed')).command[0]
  const began = performance.now()
  const code = await runTests(files, env)
  console.error(`${files.length} files in ${Math.round((performance.now() - began) / 1000)} s`)
  return code
}

function runTests(files: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const options = ['--conditions=source', '--test', `--test-concurrency=${atOnce}`]
  const child = spawn(process.execPath, [...options, ...files], { cwd: suiteFolder, env, stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}
