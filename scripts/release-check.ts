import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { packAll, type Tarball } from './pack.ts'
import { type MarkedBlock, markedBlocks } from './readme-blocks.ts'
import { run } from './run.ts'
import { root, toolPath } from './tools.ts'

/**
 * `npm run release:check`: what somebody gets who installs the packages, and follows the README. Packs them, installs the tarballs in an
 * empty folder with nothing of this machine's npm (no settings of the user, no cache), and runs the marked blocks of the README there:
 *
 * - `<!-- release:check -->` above `sh`: each line must succeed.
 * - `<!-- release:check until TEXT -->` above `sh`: the line must print TEXT, is then asked to stop, and must stop well.
 * - `<!-- release:check file NAME -->`: the block is written to that file.
 * - `<!-- release:check LINE -->` above `ts`: the block must type-check against the installed packages, behind that line.
 */
const patience = 60_000

const folder = mkdtempSync(join(tmpdir(), 'portcullis-release-'))
try {
  install(folder, packAll())
  const blocks = markedBlocks(readFileSync(join(root, 'README.md'), 'utf8'))
  if (blocks.length === 0) throw new Error('README.md has no block marked <!-- release:check -->')
  for (const [at, block] of blocks.entries()) await runBlock(block, at)
  console.log(`release:check: ${blocks.length} blocks of the README hold for the packed packages`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function install(into: string, tarballs: readonly Tarball[]): void {
  writeFileSync(join(into, 'package.json'), JSON.stringify({ name: 'reader', private: true, type: 'module' }))
  // Tools that the reader of a TypeScript block has; they are not what is tried here.
  const types = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies['@types/node']
  const npm = ['install', '--no-audit', '--no-fund', '--loglevel=error', `@types/node@${types}`]
  run('npm', [...npm, ...tarballs.map(({ path }) => path)], { cwd: into, env: environment(), quiet: true })
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

async function runBlock(block: MarkedBlock, at: number): Promise<void> {
  const { language, text, instruction } = block
  const [, name] = /^file (\S+)$/.exec(instruction) ?? []
  if (name !== undefined) return writeFileSync(join(folder, name), `${text}\n`)
  if (language === 'ts') return typeCheck(block, at)
  if (language !== 'sh') throw new Error(`README.md: nothing is known of blocks of "${language}"`)
  const [, expected] = /^until (.+)$/.exec(instruction) ?? []
  for (const line of text.split('\n').filter((each) => each.trim() !== '' && !each.startsWith('#'))) {
    console.log(`$ ${line}`)
    if (expected === undefined) run('sh', ['-ec', line], { cwd: folder, env: environment() })
    else await runUntil(line, expected)
  }
}

/** Runs a server until it says what is expected of it, and demands that it stops well when asked to. */
function runUntil(line: string, expected: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-ec', `exec ${line}`], { cwd: folder, env: environment() })
    let output = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), patience)
    const listen = (chunk: Buffer): void => {
      const wasThere = output.includes(expected)
      output += chunk
      if (!wasThere && output.includes(expected)) child.kill('SIGTERM')
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      if (output.includes(expected) && code === 0) resolve()
      else reject(new Error(`"${line}" ended with ${code}, having printed:\n${output}`))
    })
  })
}

function typeCheck({ text, instruction }: MarkedBlock, at: number): void {
  const sources = join(folder, `block-${at}`)
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
  console.log(`type-check of block ${at + 1}`)
  run(process.execPath, [toolPath('tsc'), '-p', sources], { cwd: folder })
}
