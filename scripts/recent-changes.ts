import { run } from './run.ts'
import { root } from './tools.ts'

/** The commit that is checked out. */
export function headCommit(): string {
  return git('rev-parse', 'HEAD')
}

/** The files that are not as they were some commits ago, or at the first commit that this clone holds; what is not committed yet counts too. */
export function changedFiles({ commits }: { commits: number }): { since: string; files: ReadonlySet<string> } {
  const since =
    git('rev-list', '--first-parent', `--max-count=${commits + 1}`, 'HEAD')
      .split('\n')
      .at(-1) ?? headCommit()
  const files = [git('diff', '--name-only', since), git('ls-files', '--others', '--exclude-standard')].join('\n')
  return { since, files: new Set(files.split('\n').filter((file) => file !== '')) }
}

/** The lines under a folder that were not there at a commit. */
export function addedLines(folder: string, since: string): string {
  const lines = git('diff', '--unified=0', '--no-color', since, '--', folder).split('\n')
  return lines.filter((line) => /^\+(?!\+\+ )/.test(line)).join('\n')
}

function git(...gitArguments: string[]): string {
  return run('git', gitArguments, { cwd: root, quiet: true }).trim()
}
