import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where tests are, from the root of the repository. */
const testFiles = [
  'packages/*/{src,test}/**/*.test.ts',
  'examples/notes/**/*.test.ts',
  'examples/embedded-express/*.test.ts',
  'adapters/src/*.test.ts',
  'examples/portal/test/*.test.ts',
  'examples/nextjs-authjs/test/*.test.ts',
  'examples/nextjs-clerk/test/*.test.ts',
  'examples/fastmcp-keycloak/test/*.test.ts',
  'conformance/**/*.ts',
  'interop/**/*.ts',
]

const notOurs = /(^|[\\/])(node_modules|dist|\.work)$/

export interface TestTitle {
  file: string
  title: string
}

/** The title of every test in the repository. */
export function testTitles(root: string): readonly TestTitle[] {
  return globSync(testFiles, { cwd: root, exclude: (path) => notOurs.test(String(path)) })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
    .flatMap((file) => titlesIn(readFileSync(join(root, file), 'utf8')).map((title) => ({ file, title })))
}

/** What stands first in the parentheses of `test(…)` and its kin; and, for tables of cases, each text that begins with an id. */
export function titlesIn(text: string): readonly string[] {
  const title =
    /\b(?:test|it|describe|suite)(?:\.\w+)?\s*\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)|['"`]((?:RS|AS|C|P)-\d{2}\b[^'"`\n]*)/g
  return [...text.matchAll(title)].map(([, single, double, template, row]) => single ?? double ?? template ?? row ?? '')
}
