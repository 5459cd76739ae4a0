import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './tools.ts'

/** A package.json, as far as the scripts read it. */
export interface Manifest {
  name: string
  version: string
  engines?: Record<string, string>
  exports?: Record<string, unknown>
  imports?: Record<string, unknown>
  bin?: Record<string, string>
  dependencies?: Record<string, string>
  scripts?: Record<string, string>
  [field: string]: unknown
}

export interface WorkspacePackage {
  /** Relative to the root of the repository. */
  folder: string
  manifest: Manifest
}

/** The packages that are published. */
export function publishedPackages(): readonly WorkspacePackage[] {
  return globSync('packages/*/package.json', { cwd: root })
    .sort()
    .map((file) => ({ folder: dirname(file), manifest: readManifest(join(root, file)) }))
}

export function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest // npm's own format
}

/** A folder in `.work` for this process alone; it goes when the process ends. */
export function workFolder(name: string): string {
  const folder = join(root, '.work', `${name}-${process.pid}`)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

/**
 * Copies what the packages consist of, without anything built or installed, and returns the folder. It stands inside the repository, so that
 * dependencies are found in its `node_modules`; the packages find each other in the copy.
 */
export function copyWorkspace(name: string): string {
  const copy = workFolder(name)
  for (const path of ['packages', 'examples/notes', 'attack/src', 'scripts', 'docs', ...rootFiles])
    if (existsSync(join(root, path))) cpSync(join(root, path), join(copy, path), { recursive: true, filter: isSource })
  for (const { folder, manifest } of publishedPackages()) {
    link(join(copy, folder), join(copy, 'node_modules', manifest.name))
    const installed = join(root, folder, 'node_modules')
    if (existsSync(installed)) link(installed, join(copy, folder, 'node_modules'))
  }
  return copy
}

const rootFiles = ['package.json', 'tsconfig.base.json', 'tsconfig.json', 'LICENSE', 'README.md']

function isSource(path: string): boolean {
  return !/(^|[\\/])(node_modules|dist)$|\.tsbuildinfo$/.test(relative(root, path))
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(relative(dirname(path), target), path, 'junction')
}
