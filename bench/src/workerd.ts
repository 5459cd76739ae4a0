import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** A worker as it is deployed. */
export interface WorkerBundle {
  /** The configuration of workerd, in a folder with the bundle. */
  config: string
  bytes: number
  gzipped: number
}

/** Bundles a script of `servers/`, with `constants` written into it. `command`: what would run it in Node. */
export async function bundleWorker(
  command: readonly string[],
  { folder, constants }: { folder: string; constants: Readonly<Record<string, string>> },
): Promise<WorkerBundle> {
  const script = command.at(-1) ?? ''
  const name = basename(script, '.js')
  const outfile = join(folder, `${name}.js`)
  await build({
    entryPoints: [script],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    conditions: [...(command.includes('--conditions=source') ? ['source'] : []), 'workerd', 'worker'],
    external: ['cloudflare:*', 'node:*'],
    define: Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)])),
    logLevel: 'error',
  })
  const config = join(folder, `${name}.capnp`)
  writeFileSync(config, configOf(name))
  const code = readFileSync(outfile)
  return { config, bytes: code.length, gzipped: gzipSync(code, { level: 9 }).length }
}

/** Workers reach public addresses alone, where they are not told otherwise; the issuer is on this machine. */
function configOf(name: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "${name}.js")],
      compatibilityDate = "2026-11-01",
      compatibilityFlags = ["nodejs_compat"],
    )),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`
}

/** The program itself: what its package puts on the path is a script that starts it. */
export function workerdCommand(config: string, port: number): readonly string[] {
  const platform = `workerd-linux-${process.arch === 'x64' ? '64' : process.arch}`
  const program = join(import.meta.dirname, '..', 'node_modules', '@cloudflare', platform, 'bin', 'workerd')
  return [program, 'serve', config, `--socket-addr=http=127.0.0.1:${port}`]
}
