import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../../scripts/tools.ts'

/** `portcullis init --json` with these words in a folder, from its sources: what it says. */
export function runInit(folder: string, ...args: readonly string[]): Readonly<Record<string, unknown>> {
  const cli = join(root, 'packages', 'portcullis', 'src', 'cli.ts')
  const { stdout, stderr } = spawnSync(process.execPath, ['--conditions=source', cli, 'init', '--json', ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return stdout === '' ? { status: 'failed', stderr } : JSON.parse(stdout)
}
