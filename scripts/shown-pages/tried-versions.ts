import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../tools.ts'

/** `versions FOLDER: NAME, …`: the versions of packages that an example installs, and so its suite runs with. `NAME-4` is an alias of it. */
export function triedVersions(words: string): string {
  const [folder = '', names = ''] = words.split(': ')
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) // ours
  const versions: Readonly<Record<string, string>> = { ...manifest.dependencies, ...manifest.devDependencies }
  const tried = names.split(', ').map((name) => {
    const version = versions[name]
    if (version === undefined) throw new Error(`${folder}/package.json has no ${name}`)
    const [, of = name, aliased = version] = /^npm:(.+)@([^@]+)$/.exec(version) ?? []
    return `\`${of}\` ${aliased}`
  })
  return `Tried with ${tried.join(', ')}.`
}
