import { existsSync, readFileSync } from 'node:fs'

/** The version of an installed package of this folder; `undefined` when it is not there. */
export function packageVersion(name: string): string | undefined {
  const file = packageFile(name, 'package.json')
  if (!existsSync(file)) return undefined
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version
}

/** A file of an installed package, named without regard to what it exports. */
export function packageFile(name: string, path: string): string {
  return new URL(`../../node_modules/${name}/${path}`, import.meta.url).pathname
}
