import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'

/** What figures depend on beside the code. */
export function describeMachine(): readonly string[] {
  const [first] = cpus()
  const memory = (totalmem() / 2 ** 30).toFixed(0)
  return [
    `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${memory} GiB, Linux ${release()}, Node ${process.versions.node}`,
    `commit ${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--', 'packages') === '' ? '' : ', with changes that are not committed'}`,
  ]
}

/** How busy the machine was in the last minute; the measured processes themselves are among it. */
export function describeLoad(): string {
  return loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')
}

function git(...args: readonly string[]): string {
  try {
    return execFileSync('git', args, { cwd: new URL('../..', import.meta.url), encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
