import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './tools.ts'

/**
 * Puts into docs/frameworks.md what the smallest servers are made of: the block below each `<!-- file PATH -->` is that file, which is compiled by
 * `npm run typecheck:suites` and run by `npm run adapters`. `--check` only looks whether it is.
 */
const page = join(root, 'docs', 'frameworks.md')
const marked = /(<!-- file (\S+) -->\s*```ts\n)[\s\S]*?\n?(```)/g

const written = readFileSync(page, 'utf8')
const wanted = written.replace(marked, (_, head: string, file: string, end: string) => `${head}${textOf(file)}${end}`)
if (!process.argv.includes('--check')) writeFileSync(page, wanted)
else if (written !== wanted) {
  console.error('docs/frameworks.md does not show the servers as they are: npm run docs')
  process.exitCode = 1
}

function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
