import { spawnSync } from 'node:child_process'
import { root } from './tools.ts'

/** `npm run processes [-- ROUNDS]`: four processes over one Postgres, killed, rotated and raced for longer than `npm test` does. */
const { status } = spawnSync(
  process.execPath,
  ['--conditions=source', '--test', 'packages/portcullis/test/several-processes.test.ts'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, PORTCULLIS_PROCESS_ROUNDS: process.argv[2] ?? '10' } },
)
process.exitCode = status ?? 1
