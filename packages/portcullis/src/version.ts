import { readFileSync } from 'node:fs'

/** The version of this program, as its manifest has it. */
export function versionOf(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return String(version)
}
