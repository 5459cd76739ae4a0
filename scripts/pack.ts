import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle, isProgram } from './bundle.ts'
import { run } from './run.ts'
import { installTools, root, toolPath } from './tools.ts'
import { copyWorkspace, type Manifest, publishedPackages, type WorkspacePackage, workFolder } from './workspace.ts'

export interface Tarball extends WorkspacePackage {
  /** Absolute. */
  path: string
}

/**
 * Builds and packs every published package into a folder; by default one that goes when the process ends. Packages are published from these files alone: their
 * `package.json` has lost what only the repository can use, above all the condition `source`, which names files that are
 * not published. (They could be, but Node runs no TypeScript inside `node_modules`, so that whoever sets a condition of
 * that name for a workspace of their own would still be broken by ours.)
 */
export function packAll(tarballs: string = workFolder('tarballs')): readonly Tarball[] {
  installTools()
  const copy = copyWorkspace('pack')
  const packages = publishedPackages()
  run(process.execPath, [toolPath('tsc'), '--build', ...packages.map(({ folder }) => folder)], { cwd: copy })
  return packages.map(({ folder, manifest }) => {
    requireTagOfVersion(manifest, process.env)
    const stage = join(copy, folder)
    const published = publishedManifest(manifest)
    bundle(stage, published)
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`)
    for (const file of ['LICENSE', 'README.md'])
      if (!existsSync(join(stage, file)) && existsSync(join(root, file)))
        copyFileSync(join(root, file), join(stage, file))
    run('npm', ['pack', '--silent', '--pack-destination', tarballs], { cwd: stage, quiet: true })
    const path = join(tarballs, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`)
    if (!existsSync(path)) throw new Error(`npm pack did not make ${path}`)
    return { folder, manifest: published, path }
  })
}

/** The manifest as users get it. */
export function publishedManifest(manifest: Manifest): Manifest {
  const { scripts: _scripts, devDependencies: _devDependencies, private: _private, ...published } = manifest
  if (isProgram(published)) delete published.dependencies // it carries them
  const { exports, imports } = published
  return {
    ...published,
    ...(exports !== undefined && { exports: withoutSource(exports) }),
    ...(imports !== undefined && { imports: withoutSource(imports) }),
    ...(process.env.GITHUB_REPOSITORY !== undefined && { repository: repositoryOf(process.env, manifest) }),
  } as Manifest // two fields of it have the same shape as before
}

function withoutSource(conditions: unknown): unknown {
  if (typeof conditions !== 'object' || conditions === null) return conditions
  const kept = Object.entries(conditions)
    .filter(([condition]) => condition !== 'source')
    .map(([condition, target]) => [condition, withoutSource(target)] as const)
  const [only] = kept
  if (kept.length === 1 && only?.[0] === 'default') return only[1]
  return Object.fromEntries(kept)
}

/** A release is made on the tag of its version. */
function requireTagOfVersion(
  { name, version }: Manifest,
  { GITHUB_REF_TYPE, GITHUB_REF_NAME }: NodeJS.ProcessEnv,
): void {
  if (GITHUB_REF_TYPE === 'tag' && GITHUB_REF_NAME !== `v${version}`)
    throw new Error(`${name} is ${version}, but the tag is ${GITHUB_REF_NAME}`)
}

/** Provenance is refused where the manifest does not name the repository that the workflow runs in. */
function repositoryOf({ GITHUB_SERVER_URL, GITHUB_REPOSITORY }: NodeJS.ProcessEnv, manifest: Manifest) {
  const folder = publishedPackages().find((candidate) => candidate.manifest.name === manifest.name)?.folder
  return { type: 'git', url: `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`, directory: folder }
}

if (import.meta.main) {
  const tarballs = join(root, '.work', 'tarballs')
  rmSync(tarballs, { recursive: true, force: true })
  mkdirSync(tarballs, { recursive: true })
  for (const { path } of packAll(tarballs)) console.log(path)
}
