import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Framework } from './frameworks.ts'

/** The folder of the servers. */
export const minimal = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'examples', 'minimal')

/** Files that are there for Portcullis alone, in folders that are not looked into for the others. */
export function ofPortcullisAlone({ folder, runner }: Framework): readonly string[] {
  if (runner !== 'next') return []
  return [join(minimal, folder, 'app', '.well-known', 'oauth-protected-resource', '[[...path]]', 'route.ts')]
}

/** What runs a server in `minimal`, after what has to be built for it was built. `isSource`: with the sources of the library. */
export function startCommand(
  { folder, runner = 'node', instead = {} }: Framework,
  { port, isSource }: { port: number; isSource: boolean },
): [command: string, ...args: string[]] {
  const file = `${folder}/server.ts`
  const source = isSource ? ['--conditions=source'] : []
  const preload = Object.keys(instead).length === 0 ? [] : ['--import', join(import.meta.dirname, 'instead.ts')]
  switch (runner) {
    case 'node':
      return [process.execPath, ...source, ...preload, file]
    case 'built':
      build('esbuild', [
        file,
        '--bundle',
        '--packages=external',
        '--platform=node',
        '--format=esm',
        `--outfile=${folder}/.server.mjs`,
        '--log-level=error',
      ])
      return [process.execPath, ...source, `${folder}/.server.mjs`]
    case 'next':
      build('next', ['build', folder])
      return [process.execPath, file]
    case 'nitro':
    case 'nitro-3':
      build(runner === 'nitro' ? 'nitropack' : 'nitro', ['build', folder])
      return [process.execPath, `${folder}/.output/server/index.mjs`]
    case 'bun':
      // Where its package would put it is a stub, unless scripts of packages are run.
      return [
        join(minimal, 'node_modules', '@oven', `bun-${process.platform}-${process.arch}`, 'bin', 'bun'),
        ...source,
        file,
      ]
    case 'deno':
      return [binOf('deno'), 'run', '--allow-all', '--no-lock', '--node-modules-dir=manual', ...source, file]
    case 'workerd':
      build('esbuild', [
        file,
        '--bundle',
        '--format=esm',
        `--conditions=${isSource ? 'source,' : ''}workerd,worker`,
        `--outfile=${folder}/server.js`,
        '--log-level=error',
      ])
      return [binOf('workerd'), 'serve', `${folder}/config.capnp`, `--socket-addr=http=127.0.0.1:${port}`]
    default:
      return runner satisfies never
  }
}

function build(tool: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(binOf(tool), args, {
    cwd: minimal,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  })
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')} failed\n${stdout}${stderr}`)
}

function binOf(tool: string): string {
  return join(minimal, 'node_modules', '.bin', tool)
}
