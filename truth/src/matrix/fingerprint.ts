import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** What a result was had with: hashes of what decides the doctor's word, and the versions of the clients. */
export interface Fingerprint {
  readonly files: Readonly<Record<string, string>>
  readonly versions: Readonly<Record<string, string>>
}

const root = join(import.meta.dirname, '../../..')

export function fingerprint(): Fingerprint {
  return {
    files: Object.fromEntries(Object.entries(parts).map(([part, patterns]) => [part, hashOf(patterns)])),
    versions: { ...versionsIn('interop'), ...versionsIn('truth'), ...versionsIn('truth/sources') },
  }
}

/** What has changed since, each as a clause; empty where nothing has. */
export function changedSince(then: Fingerprint, now: Fingerprint = fingerprint()): readonly string[] {
  const files = Object.keys(now.files).filter((part) => now.files[part] !== then.files[part])
  const names = [...new Set([...Object.keys(then.versions), ...Object.keys(now.versions)])]
  const versions = names.filter((name) => now.versions[name] !== then.versions[name])
  return [
    ...files.map((part) => `the ${part}`),
    ...versions.map(
      (name) => `${name} (${then.versions[name] ?? 'absent'} then, ${now.versions[name] ?? 'absent'} now)`,
    ),
  ]
}

const parts: Readonly<Record<string, readonly string[]>> = {
  simulation: ['packages/doctor/src/simulation/**/*.ts'],
  profiles: ['packages/clients/src/profiles/*.json'],
  probes: ['packages/doctor/src/probes/**/*.ts', 'packages/doctor/src/evidence/**/*.ts'],
  'scenes told by their answers': ['packages/doctor/test/{scene,scenes,good-server}.ts'],
  'scenes of real servers': [
    'scenes/src/{free-port,parts,play,scene,scenes,sound,whole}.ts',
    'scenes/src/{scenes,servers,stacks}/**/*',
    'scenes/package-lock.json',
  ],
}

function hashOf(patterns: readonly string[]): string {
  const files = globSync([...patterns], { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
  const hash = createHash('sha256')
  for (const file of files)
    hash
      .update(`${file.replaceAll('\\', '/')}\n`)
      .update(readFileSync(join(root, file)))
      .update('\n')
  return hash.digest('hex')
}

function versionsIn(folder: string): Readonly<Record<string, string>> {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  } // npm's own format
  const { 'playwright-core': _, ...clients } = manifest.dependencies // a browser's driver, and no client
  return clients
}
