import { spawnSync } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'

export const next = 'node_modules/next/dist/bin/next'

/** Builds the application, where it was not built since its sources changed. */
export function build(): void {
  process.env.NEXT_TELEMETRY_DISABLED = '1'
  if (!isStale()) return
  // What is public of the environment would be built in, and the application could not be started with the keys of another instance.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NEXT_PUBLIC_')))
  const { status } = spawnSync(process.execPath, [next, 'build'], {
    stdio: 'inherit',
    env: { ...env, NODE_ENV: 'production' },
  })
  if (status !== 0) throw new Error('Next.js could not build the application')
}

function isStale(): boolean {
  const built = '.next/BUILD_ID'
  if (!existsSync(built)) return true
  const sources = ['{app,lib}/**', '*.ts', '.env', 'node_modules/.installed-*']
  return globSync(sources).some((file) => statSync(file).mtimeMs > statSync(built).mtimeMs)
}

if (import.meta.main) build()
