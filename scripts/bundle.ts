import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { requireTool } from './tools.ts'
import { type Manifest, readManifest } from './workspace.ts'

/**
 * Puts the modules of a built package together: a file for each that its manifest names, and chunks for what these share. A process that loads some
 * hundred small files starts later and holds more. What others provide stays outside a library, and so does what runtimes resolve differently (`#`);
 * a program carries it, in the versions that it was tested with, and tells whose it is.
 */
export function bundle(folder: string, manifest: Manifest): void {
  const { buildSync } = requireTool('esbuild') as { buildSync: BuildSync }
  const { exports, imports, bin } = manifest
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: folder,
    entryPoints: [...new Set(filesIn([exports, imports, bin]))],
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2023',
    ...(isProgram(manifest) ? program : library),
    outbase: 'dist',
    outdir: 'dist',
    write: false,
    metafile: true,
    logLevel: 'warning',
    logOverride: { 'ignored-bare-import': 'silent' }, // what our own bundles import for its effects, and has none
  })
  for (const file of globSync('dist/**/*.js', { cwd: folder })) rmSync(join(folder, file))
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, isProgram(manifest) ? withoutCopies(text) : text)
  }
  if (isProgram(manifest))
    writeFileSync(join(folder, 'dist', noticesFile), noticesOf(Object.keys(metafile.inputs), folder))
}

/** Where a program says whose work it carries. */
export const noticesFile = 'THIRD-PARTY-NOTICES.txt'

export function isProgram({ bin }: Pick<Manifest, 'bin'>): boolean {
  return bin !== undefined
}

const library = { platform: 'neutral', packages: 'external', external: ['node:*', '#*'] }

const program = {
  platform: 'node',
  mainFields: ['module', 'main'],
  external: ['pg-native'],
  // For CommonJS. Asked carefully: a Node that has no such function is yet to be told that it is too old.
  banner: {
    js: 'const require = globalThis.process.getBuiltinModule?.("node:module").createRequire(import.meta.url);',
  },
}

/**
 * `import` of a module of Node copies all that it exports, and so has Node load what would wait until it is used: for `node:http` alone, all that
 * `fetch` consists of. Who asks for the module itself gets no copy.
 */
function withoutCopies(code: string): string {
  const asked = code.replace(
    /^import (?:(?:\* as )?(\w+))?(?:, )?(?:\{([^}]*)\})? from "(node:[\w/]+)";$/gm,
    (_, whole: string | undefined, names: string | undefined, name: string) =>
      [whole, names === undefined ? undefined : `{${names.replaceAll(' as ', ': ')}}`]
        .filter((pattern) => pattern !== undefined)
        .map((pattern) => `const ${pattern} = globalThis.process.getBuiltinModule("${name}");`)
        .join(' '),
  )
  const left = /^import .* from "node:.*$/m.exec(asked)
  if (left !== null) throw new Error(`scripts/bundle.ts cannot read what esbuild wrote: ${left[0]}`)
  return asked
}

/** The licences of the packages that these files are of. */
function noticesOf(files: readonly string[], folder: string): string {
  const packages = new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []))
  const notices = [...packages].map((path) => {
    const at = join(folder, path)
    const { name, version } = readManifest(join(at, 'package.json'))
    return `${name} ${version}\n\n${licenceIn(at)}\n`
  })
  return `This program carries the following packages.\n\n${notices.sort().join(`\n${'-'.repeat(80)}\n\n`)}`
}

/** The licence with its copyright notice, which nobody may leave out: a file, or a chapter at the end of the README. */
function licenceIn(folder: string): string {
  const entries = readdirSync(folder)
  const file = entries.find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry))
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8').trim()
  const readme = entries.find((entry) => /^readme\.md$/i.test(entry))
  const chapter = /^#+ licen[cs]e\n([^#]*copyright[^#]*)$/im.exec(
    readme === undefined ? '' : readFileSync(join(folder, readme), 'utf8'),
  )?.[1]
  if (chapter === undefined) throw new Error(`${folder} says nowhere under which licence it may be carried`)
  return chapter.trim()
}

function filesIn(value: unknown): string[] {
  if (typeof value === 'string') return value.endsWith('.js') ? [value.replace(/^\.\//, '')] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(filesIn) : []
}

/** As much of esbuild as is used here; its own types stand where `npm ci` does not bring them. */
type BuildSync = (options: Readonly<Record<string, unknown>>) => {
  outputFiles: readonly { path: string; text: string }[]
  metafile: { inputs: Readonly<Record<string, unknown>> }
}
