import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { changedFiles, headCommit } from './recent-changes.ts'
import { root } from './tools.ts'

export interface Result {
  tried: number
  /** A word on each that no test noticed. */
  unnoticed: readonly string[]
  seconds: number
}

/** Keeps what the whole found in `mutants/results/`, under the day's date. */
export function record({ tried, unnoticed, seconds }: Result): void {
  const date = new Date().toISOString().slice(0, 10)
  const folder = join(root, 'mutants', 'results')
  const uncommitted = changedFiles({ commits: 0 }).files.size
  const lines = [
    `# Guards removed in turn, ${date}`,
    '',
    '`npm run mutants -- --record`: each guard is taken away in a copy, and a named test must turn red that is green with the guard in place.',
    '',
    '| | |',
    '|---|---|',
    `| Guards | ${tried} |`,
    `| Noticed | ${tried - unnoticed.length} |`,
    `| Not noticed | ${unnoticed.length} |`,
    `| Took | ${seconds} s |`,
    `| Commit | ${headCommit()}${uncommitted === 0 ? '' : `, and ${uncommitted} files that were not committed`} |`,
    `| Machine | ${machine()} |`,
    ...(unnoticed.length === 0 ? [] : ['', 'Not noticed:', '', ...unnoticed.map((told) => `- ${told.split('\n')[0]}`)]),
  ]
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${date}.md`), `${lines.join('\n')}\n`)
  console.log(`Kept in mutants/results/${date}.md`)
}

function machine(): string {
  const memory = Math.round(totalmem() / 1024 ** 3)
  const load = (loadavg()[1] ?? 0).toFixed(1)
  return `${type()}, ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${memory} GB, Node ${process.versions.node}, load average ${load}`
}
