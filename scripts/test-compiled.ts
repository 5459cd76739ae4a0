import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { nodeOf } from './node-versions.ts'
import { run } from './run.ts'
import { installTools, toolPath } from './tools.ts'
import { copyWorkspace, type Manifest, publishedPackages } from './workspace.ts'

/**
 * `npm run test:compiled -- 20 22 latest`: compiles the packages with their tests, in a copy, and runs the tests on these versions of Node.
 * Each package runs where its `engines` allow; on a Node without `node:sqlite`, what needs it is left out, and said.
 */
const versions = process.argv.slice(2)
if (versions.length === 0) throw new TypeError('Name the versions of Node: 20 22 latest')

const copy = compile()
const failed = versions.filter((version) => !testOn(version))
if (failed.length > 0) throw new Error(`The compiled suites fail on Node ${failed.join(', ')}`)

function compile(): string {
  installTools()
  const folder = copyWorkspace('compiled')
  const config = {
    extends: './tsconfig.base.json',
    compilerOptions: {
      types: ['node'],
      lib: ['es2024', 'dom', 'dom.iterable'],
      customConditions: ['source'],
      declaration: false,
    },
    include: ['packages/*/src', 'packages/*/test'],
  }
  writeFileSync(join(folder, 'tsconfig.compiled.json'), JSON.stringify(config))
  run(process.execPath, [toolPath('tsc'), '-p', 'tsconfig.compiled.json'], { cwd: folder })
  for (const published of publishedPackages())
    writeFileSync(join(folder, published.folder, 'package.json'), JSON.stringify(compiledManifest(published.manifest)))
  return folder
}

/** Each file stands beside the source that it was compiled from. */
function compiledManifest(manifest: Manifest): Manifest {
  const text = JSON.stringify(manifest, (key, value) => (key === 'default' ? undefined : value))
  return JSON.parse(text.replaceAll('"source"', '"default"').replace(/"(\.\/src\/[^"]+)\.ts"/g, '"$1.js"'))
}

/** Whether all tests pass. */
function testOn(version: string): boolean {
  const node = nodeOf(version)
  const actual = run(node, ['--version'], { cwd: copy, quiet: true }).trim()
  const has = (wanted: string) => atLeast(actual.slice(1), wanted)
  const able = publishedPackages().filter(({ manifest }) => has((manifest.engines?.node ?? '').replace('>=', '')))
  const files = able
    .flatMap(({ folder }) => globSync(`${folder}/{src,test}/**/*.test.js`, { cwd: copy }))
    .filter((file) => !file.endsWith('floors.test.js')) // which reads sources
  const chosen = has('22.19')
    ? files
    : files.filter((file) => !/sqlite/i.test(file + readFileSync(join(copy, file), 'utf8')))
  const names = able.map(({ manifest }) => manifest.name).join(', ')
  const leftOut = files.length - chosen.length
  console.log(
    `Node ${actual}: ${names}, ${chosen.length} files${leftOut > 0 ? `, ${leftOut} left out for want of node:sqlite` : ''}`,
  )
  // Node leaves one core to itself: of two, half.
  const options = ['--test-timeout=120000', '--test-reporter=dot', `--test-concurrency=${availableParallelism()}`]
  const { status } = spawnSync(node, ['--test', ...options, ...chosen], { cwd: copy, stdio: 'inherit' })
  return status === 0
}

function atLeast(version: string, wanted: string): boolean {
  return version.localeCompare(wanted, 'en', { numeric: true }) >= 0
}
