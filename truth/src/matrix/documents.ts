import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** A client that cannot be run here, held against what is written or recorded of it. */
export interface DocumentCheck {
  readonly client: string
  /** What it is held against. */
  readonly against: string
  readonly passed: number
  readonly failed: number
}

const doctor = join(import.meta.dirname, '../../../packages/doctor')

const checks = [
  { client: 'Claude (hosted)', against: 'its documents', file: 'src/simulation/families/claude-hosted.test.ts' },
  { client: 'ChatGPT', against: 'its documents', file: 'src/simulation/families/chatgpt.test.ts' },
  { client: 'VS Code', against: 'its source, as read', file: 'src/simulation/families/vscode.test.ts' },
  { client: 'Gemini CLI', against: 'its source, as read', file: 'src/simulation/families/gemini.test.ts' },
  {
    client: 'those of no family of their own',
    against: 'the specification',
    file: 'src/simulation/families/specification.test.ts',
  },
  {
    client: 'the programs and libraries that run here',
    against: 'recordings of 2026-11-20',
    file: 'test/replay.test.ts',
  },
]

/** By the tests that hold the walks against recordings and documents. */
export function checkDocuments(): readonly DocumentCheck[] {
  return checks.map(({ client, against, file }) => {
    const command = ['--conditions=source', '--test', '--test-reporter=tap', file]
    const { stdout } = spawnSync(process.execPath, command, { cwd: doctor, encoding: 'utf8', maxBuffer: 2 ** 26 })
    return { client, against, passed: countIn(stdout, 'pass'), failed: countIn(stdout, 'fail') }
  })
}

function countIn(tap: string, what: 'pass' | 'fail'): number {
  const [, count] = new RegExp(`^# ${what} (\\d+)$`, 'm').exec(tap) ?? []
  if (count === undefined) throw new Error(`The tests did not say how many ${what}:\n${tap.slice(-2000)}`)
  return Number(count)
}
