import { run } from './run.ts'
import { root } from './tools.ts'

const found = new Map<string, string>()

/** The program file of another Node (`20.19`, `22`, `latest`), brought by npm where it is not there yet. */
export function nodeOf(version: string): string {
  const known = found.get(version)
  if (known !== undefined) return known
  // The scripts of npm put the repository's own Node first on the path: only `process.execPath` tells which one ran.
  const print = ['-p', 'process.version + " " + process.execPath']
  const output = run('npx', ['--yes', '--package', `node@${version}`, '--', 'node', ...print], {
    cwd: root,
    quiet: true,
  })
  const [, actual, path] = /^v(\S+) (.+)$/m.exec(output) ?? []
  if (actual === undefined || path === undefined || (version !== 'latest' && !`${actual}.`.startsWith(`${version}.`)))
    throw new Error(`npx brought Node ${actual} where ${version} was asked for`)
  found.set(version, path)
  return path
}
