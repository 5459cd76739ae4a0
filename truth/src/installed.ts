import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A package and its version, as installed here, in sources/ or in interop/. */
export function installed(name: string): string | undefined {
  const folder = folderOf(name)
  if (folder === undefined) return undefined
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string } // npm's own format
  return `${name}@${version}`
}

/** A file of a package that is installed. */
export function fileOf(name: string, file: string): string {
  const folder = folderOf(name)
  if (folder === undefined) throw new Error(`${name} is not installed`)
  return join(folder, file)
}

function folderOf(name: string): string | undefined {
  const places = ['../node_modules', '../../interop/node_modules', '../sources/node_modules'].map((place) =>
    join(import.meta.dirname, place, name),
  )
  return places.find((place) => existsSync(place))
}
