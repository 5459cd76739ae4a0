import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { installTarballs } from './check-packages.ts'
import { packAll } from './pack.ts'
import { root } from './tools.ts'
import { workFolder } from './workspace.ts'

/** Puts `@portcullis/auth` into an example's `node_modules` as a user has it: installed from what is published. */
export function linkLibrary(folder: string, name: string): void {
  const installed = workFolder(name)
  installTarballs(
    installed,
    packAll().filter(({ manifest }) => manifest.name === '@portcullis/auth'),
  )
  link(folder, join(installed, 'node_modules', '@portcullis', 'auth'))
}

/** The same with a library's sources, for runs with the condition `source`. Default: those of the repository. */
export function linkSources(folder: string, sources: string = join(root, 'packages', 'auth')): void {
  link(folder, sources)
}

function link(folder: string, library: string): void {
  const scope = join(folder, 'node_modules', '@portcullis')
  rmSync(scope, { recursive: true, force: true })
  mkdirSync(scope)
  symlinkSync(library, join(scope, 'auth'), 'junction')
}
