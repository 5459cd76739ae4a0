import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { packAll, type Tarball } from './pack.ts'
import { type MarkedBlock, markedBlocks } from './readme-blocks.ts'
import { run } from './run.ts'
import { startServer } from './start-server.ts'
import { root, toolPath } from './tools.ts'

/**
 * `npm run release:check`: what somebody gets who installs the packages, and follows the README. Packs them, installs the tarballs in an
 * empty folder with nothing of this machine's npm (no settings of the user, no cache), and runs the marked blocks of the README and of the
 * other `pages` there:
 *
 * - `<!-- release:check -->` above `sh`: each line must succeed.
 * - `<!-- release:check until TEXT -->` above `sh`: the line must print TEXT, is then asked to stop, and must stop well.
 * - `<!-- release:check file NAME -->`: the block is written to that file.
 * - `<!-- release:check LINE -->` above `ts`: the block must type-check against the installed packages, behind that line.
 */
const pages = [
  'README.md',
  'docs/deploy.md',
  'docs/dev-links.md',
  'docs/testing.md',
  'docs/external-issuers.md',
  ...globSync('docs/providers/*.md', { cwd: root }).sort(),
  'docs/frameworks.md',
  'docs/tools.md',
  'docs/identity-providers.md',
  'docs/machine-clients.md',
  'docs/openid-connect.md',
  'docs/opentelemetry.md',
  'docs/signing-keys.md',
  'docs/storage-schema.md',
  'packages/auth/README.md',
  'packages/clients/README.md',
  'packages/doctor/README.md',
]

const folder = mkdtempSync(join(tmpdir(), 'portcullis-release-'))
try {
  install(folder, packAll())
  for (const page of pages) {
    const blocks = markedBlocks(readFileSync(join(root, page), 'utf8'), 'release:check')
    if (blocks.length === 0) throw new Error(`${page} has no block marked <!-- release:check -->`)
    // Each page in a folder of its own, as its reader has: what one leaves there is not what the next begins with.
    const place = mkdtempSync(join(folder, 'page-'))
    for (const [at, block] of blocks.entries()) await runBlock(block, place, at)
    console.log(`release:check: ${blocks.length} blocks of ${page} hold for the packed packages`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function install(into: string, tarballs: readonly Tarball[]): void {
  writeFileSync(join(into, 'package.json'), JSON.stringify({ name: 'reader', private: true, type: 'module' }))
  const npm = ['install', '--no-audit', '--no-fund', '--loglevel=error', ...toolsOfReaders()]
  run('npm', [...npm, ...tarballs.map(({ path }) => path)], { cwd: into, env: environment(), quiet: true })
}

/** What the reader of a TypeScript block has, at the versions that the repository has; it is not what is tried here. */
function toolsOfReaders(): readonly string[] {
  const wanted = {
    'package.json': ['@types/node', '@opentelemetry/api'],
    'packages/auth/package.json': ['oauth4webapi'],
    'packages/portcullis/package.json': ['hono', 'pg', '@types/pg'],
    'examples/embedded-express/package.json': ['express', '@types/express'],
    'examples/notes/package.json': ['@modelcontextprotocol/server', 'zod'],
  }
  return Object.entries(wanted).flatMap(([file, names]) => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, file), 'utf8'))
    return names.map((name) => `${name}@${devDependencies?.[name] ?? dependencies[name]}`)
  })
}

/** Node as `npm` has it, and nothing else that npm was told. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))
  return {
    ...Object.fromEntries(kept),
    PATH: [join(folder, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
    npm_config_cache: join(folder, '.npm-cache'),
    npm_config_userconfig: join(folder, '.npmrc-of-nobody'),
  }
}

async function runBlock(block: MarkedBlock, cwd: string, at: number): Promise<void> {
  const { language, text, instruction } = block
  const [, name] = /^file (\S+)$/.exec(instruction) ?? []
  if (name !== undefined) return writeFileSync(join(cwd, name), `${text}\n`)
  if (language === 'ts') return typeCheck(block, join(cwd, `block-${at + 1}`))
  if (language !== 'sh') throw new Error(`nothing is known of blocks of "${language}"`)
  const [, expected] = /^until (.+)$/.exec(instruction) ?? []
  for (const line of text.split('\n').filter((each) => each.trim() !== '' && !each.startsWith('#'))) {
    console.log(`$ ${line}`)
    if (expected === undefined) run('sh', ['-ec', line], { cwd, env: environment() })
    else await (await startServer(line, { expected, cwd, env: environment() })).stop()
  }
}

function typeCheck({ text, instruction }: MarkedBlock, sources: string): void {
  mkdirSync(sources)
  writeFileSync(join(sources, 'block.ts'), `${instruction}\n${text}\nexport {}\n`)
  const options = {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: false,
  }
  writeFileSync(join(sources, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['block.ts'] }))
  if (!existsSync(toolPath('tsc'))) throw new Error('There is no tsc in tools/')
  console.log(`type-check of ${basename(sources)}`)
  run(process.execPath, [toolPath('tsc'), '-p', sources], { cwd: folder })
}
