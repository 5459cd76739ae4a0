import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { requireTool } from './tools.ts'
import type { Manifest } from './workspace.ts'

/**
 * Puts the modules of a built package together: a file for each that its manifest names, and chunks for what these share. A process that loads some
 * hundred small files starts later and holds more. What others provide stays outside, and so does what runtimes resolve differently (`#`).
 */
export function bundle(folder: string, { exports, imports, bin }: Manifest): void {
  const { buildSync } = requireTool('esbuild') as { buildSync: BuildSync }
  const { outputFiles } = buildSync({
    absWorkingDir: folder,
    entryPoints: [...new Set(filesIn([exports, imports, bin]))],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    packages: 'external',
    external: ['node:*', '#*'],
    outbase: 'dist',
    outdir: 'dist',
    write: false,
    logLevel: 'warning',
  })
  for (const file of globSync('dist/**/*.js', { cwd: folder })) rmSync(join(folder, file))
  for (const { path, contents } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, contents)
  }
}

function filesIn(value: unknown): string[] {
  if (typeof value === 'string') return value.endsWith('.js') ? [value.replace(/^\.\//, '')] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(filesIn) : []
}

/** As much of esbuild as is used here; its own types stand where `npm ci` does not bring them. */
type BuildSync = (options: Readonly<Record<string, unknown>>) => {
  outputFiles: readonly { path: string; contents: Uint8Array }[]
}
