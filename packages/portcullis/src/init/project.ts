import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { parseSource, type Source } from './syntax.ts'

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun' | 'deno'

/** What stands in a folder, as far as it matters here. Nothing of it is run. */
export interface Project {
  /** Its real path, without links. */
  folder: string
  /** What is in `package.json` and `deno.json`; `undefined` where there is neither. */
  manifest: Manifest | undefined
  dependencies: ReadonlySet<string>
  packageManager: PackageManager
  /** All files that were looked at, by their path from the folder, with slashes, in order. */
  files: readonly string[]
  /** Those of JavaScript and TypeScript that may be part of a server, understood. */
  sources: readonly Source[]
  /** Those that could not be understood. */
  unreadable: readonly string[]
}

export interface Manifest {
  scripts: Readonly<Record<string, string>>
  isModule: boolean
}

export function readProject(folder: string): Project {
  const root = realpathSync(folder)
  const files = listFiles(root)
  const sources: Source[] = []
  const unreadable: string[] = []
  for (const path of files.filter(isCode)) {
    const text = readText(join(root, path))
    if (text === undefined || !isTelling.test(text)) continue
    // What is not UTF-8 would be written back as something else.
    const source = text.includes('\uFFFD') ? undefined : parseSource(path, text)
    if (source === undefined) unreadable.push(path)
    else sources.push(source)
  }
  const { manifest, dependencies, packageManager } = readManifests(root)
  return {
    folder: root,
    manifest,
    dependencies,
    packageManager: packageManager ?? lockedManager(root) ?? (files.includes('deno.json') ? 'deno' : 'npm'),
    files,
    sources,
    unreadable,
  }
}

/** The package in which a file is: in a workspace, one further down. Its folder and manifest, with the names of dependencies of both. */
export function packageOf(
  { folder, files, manifest, dependencies }: Project,
  path: string,
): Pick<Project, 'folder' | 'manifest' | 'dependencies'> & { within: string } {
  for (let at = dirname(path); at !== '.'; at = dirname(at)) {
    if (!files.includes(`${at}/package.json`)) continue
    const own = readManifests(join(folder, at))
    const isPackage = own.dependencies.size > 0 || Object.keys(own.manifest?.scripts ?? {}).length > 0
    if (!isPackage) continue // it says "type": "module" of a folder, and no more
    const names = new Set([...dependencies, ...own.dependencies])
    return { folder: join(folder, at), manifest: own.manifest, dependencies: names, within: at }
  }
  return { folder, manifest, dependencies, within: '' }
}

/** Words without which a file has nothing to do with a server of MCP, nor with what it runs on. */
const isTelling =
  /modelcontextprotocol|fastmcp|mcp-|\/mcp|portcullis|express|fastify|koa|hono|h3|nestjs|node:http|['"]https?['"]|Bun\.serve|Deno\.serve|export default/i

const mostFiles = 5000
const largestFile = 512 * 1024
const elsewhere = /^(?:node_modules|dist|build|out|coverage|vendor|target|__pycache__|venv)$/

/** Links are not followed: what they lead to may be anywhere. */
function listFiles(root: string): readonly string[] {
  const files: string[] = []
  const folders = ['']
  for (let folder = folders.shift(); folder !== undefined && files.length < mostFiles; folder = folders.shift()) {
    for (const entry of entriesOf(join(root, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isFile()) files.push(path)
      if (entry.isDirectory() && !elsewhere.test(entry.name) && isShown(entry.name)) folders.push(path)
    }
  }
  return files.sort()
}

/** What this user may not look into, such as the data of a database or the folders above a home, tells nothing. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function isShown(name: string): boolean {
  return !name.startsWith('.') || name === '.well-known'
}

function isCode(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path) && !/\.d\.[cm]?ts$|[.-](?:test|spec)\.|(?:^|\/)(?:__tests__|tests?)\//.test(path)
}

function readText(file: string): string | undefined {
  return statSync(file).size > largestFile ? undefined : readFileSync(file, 'utf8')
}

function readManifests(root: string): {
  manifest: Manifest | undefined
  dependencies: ReadonlySet<string>
  packageManager: PackageManager | undefined
} {
  const ofNode = readJson(join(root, 'package.json'))
  const ofDeno = readJson(join(root, 'deno.json')) ?? readJson(join(root, 'deno.jsonc'))
  const known = [ofNode?.dependencies, ofNode?.devDependencies, ofDeno?.imports]
  const [, manager] = /^(npm|pnpm|yarn|bun)@/.exec(String(ofNode?.packageManager ?? '')) ?? []
  return {
    manifest:
      ofNode === undefined && ofDeno === undefined
        ? undefined
        : {
            scripts: stringsIn(ofNode?.scripts),
            isModule: ofNode === undefined || ofNode.type === 'module',
          },
    dependencies: new Set(known.flatMap((each) => Object.keys(stringsIn(each)))),
    packageManager: managers.find((each) => each === manager),
  }
}

const managers = ['npm', 'pnpm', 'yarn', 'bun'] as const

/** What is no JSON, or none of an object, says nothing. */
function readJson(file: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function stringsIn(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}

const lockfiles: readonly (readonly [file: string, manager: PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['deno.lock', 'deno'],
]

/** In the folder or above it, as in a workspace, up to the repository. */
function lockedManager(folder: string): PackageManager | undefined {
  const names = new Set(entriesOf(folder).map(({ name }) => name))
  const found = lockfiles.find(([file]) => names.has(file))
  if (found !== undefined) return found[1]
  const above = dirname(folder)
  return names.has('.git') || above === folder || above.endsWith(sep) ? undefined : lockedManager(above)
}
