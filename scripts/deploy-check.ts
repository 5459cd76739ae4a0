import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { parseContainerfile } from './containerfile.ts'
import { packAll } from './pack.ts'
import { type MarkedBlock, markedBlocks } from './readme-blocks.ts'
import { run } from './run.ts'
import { startServer } from './start-server.ts'
import { root } from './tools.ts'

/**
 * `npm run deploy:check`: what docs/deploy.md says of systemd and containers, with neither: its commands, its unit and the Containerfile are read,
 * and run in an empty folder that stands for the machine's root. What only the real thing shows (users, sandboxes, networks) is not tried.
 */
const page = readFileSync(join(root, 'docs', 'deploy.md'), 'utf8')
const blocks = markedBlocks(page, 'deploy:check')
const [settings] = markedBlocks(page, 'release:check').filter(
  ({ instruction }) => instruction === 'file portcullis.yaml',
)
const said = 'stands in front of'
const publicOrigin = 'https://mcp.example.com'

const scratch = mkdtempSync(join(tmpdir(), 'portcullis-deploy-'))
try {
  const packed = join(scratch, 'packed', '.work', 'tarballs')
  mkdirSync(packed, { recursive: true })
  packAll(packed)
  await checkSystemd(join(scratch, 'systemd'))
  await checkContainer(join(scratch, 'container'))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function checkSystemd(machine: string): Promise<void> {
  const here = homeIn(machine, ['/opt', '/usr/local/bin', '/etc', '/var/lib/portcullis', '/credentials'])
  cpSync(join(scratch, 'packed'), here('/work'), { recursive: true })
  const database = /`(database: [^`]+)`/.exec(page)?.[1] ?? ''
  writeFileSync(join(here('/work'), 'portcullis.yaml'), here.text(`${settings?.text}\n${database}\n`))
  const env = await environment(here)
  for (const line of linesOf('systemd install')) shell(here.text(line), here('/work'), env)

  const unit = here.text(block('systemd unit').text)
  const [, name = '', file = ''] = /^LoadCredential=(\w+):(.*)$/m.exec(unit) ?? []
  cpSync(file, join(here('/credentials'), name))
  const variables = [...unit.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, variable, value = '']) => [
    variable,
    value.replace('%d', here('/credentials')),
  ])
  verifyUnit(unit, machine)
  const command = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? ''
  console.log(`$ ${command}`)
  const server = await startServer(command, {
    expected: said,
    cwd: machine,
    env: { ...env, ...Object.fromEntries(variables) },
  })
  const printed = linesOf('systemd commands').map((line) => shell(here.text(line), machine, env))
  await server.stop()
  requireLinks(printed)
  requireGivenSecret(here('/var/lib/portcullis'))
}

/** systemd's own opinion of the unit, where there is systemd. */
function verifyUnit(unit: string, machine: string): void {
  const file = join(machine, 'portcullis.service')
  writeFileSync(file, `${unit}\n`)
  const { error, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
  if (error !== undefined) console.log('not tried: systemd-analyze verify, which is not here')
  const complaints = (stderr ?? '').split('\n').filter((line) => line.includes('portcullis.service'))
  if (complaints.length > 0) throw new Error(`docs/deploy.md: ${complaints.join('\n')}`)
}

async function checkContainer(machine: string): Promise<void> {
  const image = parseContainerfile(readFileSync(join(root, 'Containerfile'), 'utf8'))
  const here = homeIn(machine, ['/opt/portcullis', '/usr/local/bin', '/etc', '/tmp', '/work'])
  const env = await environment(here)
  cpSync(join(scratch, 'packed', '.work', 'tarballs'), here(image.copiesTo), { recursive: true })
  for (const step of image.steps) shell(here.text(step.run).replace(/ && chown \S+ \S+/, ''), here(step.folder), env)

  writeFileSync(join(here('/work'), 'portcullis.yaml'), `${block('container config').text}\n`)
  const start = linesOf('container start')
  for (const line of start.filter((each) => !each.startsWith('docker '))) shell(line, here('/work'), env)
  const words = splitWords(start.find((line) => line.startsWith('docker run ')) ?? '')
  const after = (option: string) => words.flatMap((word, at) => (word === option ? [words[at + 1] ?? ''] : []))
  for (const mount of after('-v')) {
    const [from = '', to = ''] = mount.split(':')
    if (from.startsWith('$PWD/')) cpSync(from.replace('$PWD', here('/work')), here(to))
  }
  const files = after('--env-file').map((file) => readFileSync(join(here('/work'), file), 'utf8'))
  const inside = {
    ...env,
    ...Object.fromEntries(Object.entries(image.environment).map(([name, value]) => [name, here.text(value)])),
    ...Object.fromEntries(
      files
        .join('\n')
        .split('\n')
        .filter(Boolean)
        .map((line) => /^([^=]*)=(.*)$/.exec(line)?.slice(1) ?? []),
    ),
  }
  const command = [...image.entrypoint, ...image.command].join(' ')
  console.log(`$ ${command}`)
  const server = await startServer(command, { expected: said, cwd: here(image.folder), env: inside })
  const printed = linesOf('container commands').map((line) =>
    shell(line.replace(/^docker exec portcullis /, ''), here(image.folder), inside),
  )
  await server.stop()
  requireLinks(printed)
  requireGivenSecret(here('/data'))
}

/** Where a path of the machine stands in `machine`; `text` moves all that begin with one of `folders`. */
function homeIn(
  machine: string,
  folders: readonly string[],
): ((path: string) => string) & { text(text: string): string } {
  for (const folder of [...folders, '/work']) mkdirSync(join(machine, folder), { recursive: true })
  const known = /(?<![\w./])\/(opt|usr\/local\/bin|etc|var\/lib|data|tmp|credentials)\b/g
  return Object.assign((path: string) => join(machine, path), {
    text: (text: string) => text.replace(known, (path) => join(machine, path)),
  })
}

/** What npm told this process is not for those commands. */
async function environment(here: (path: string) => string): Promise<NodeJS.ProcessEnv> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|PORTCULLIS_)/i.test(name))
  return {
    ...Object.fromEntries(kept),
    PATH: [here('/usr/local/bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
    PORTCULLIS_LISTEN_PORT: String(await freePort()), // 7080 may be taken here
  }
}

function block(instruction: string): MarkedBlock {
  const found = blocks.find((each) => each.instruction === instruction)
  if (found === undefined) throw new Error(`docs/deploy.md has no block marked <!-- deploy:check ${instruction} -->`)
  return found
}

/** The commands of a block, without those that need the real machine, and as whoever runs this check. */
function linesOf(instruction: string): readonly string[] {
  return block(instruction)
    .text.split('\n')
    .filter((line) => !/^(npm ci|sudo systemctl) /.test(line))
    .map((line) => line.replace(/^sudo /, ''))
}

function shell(line: string, cwd: string, env: NodeJS.ProcessEnv): string {
  console.log(`$ ${line}`)
  return run('sh', ['-ec', line], { cwd, env, quiet: true })
}

/** Shell words of a line that quotes with double quotes alone. */
function splitWords(line: string): readonly string[] {
  return [...line.matchAll(/(?:"[^"]*"|\S)+/g)].map(([word]) => word.replaceAll('"', ''))
}

/** Commands about accounts must know the public URL: a link of another host opens nowhere. */
function requireLinks(printed: readonly string[]): void {
  for (const kind of ['welcome', 'invitation'])
    if (!printed.some((text) => text.startsWith(`${publicOrigin}/account/${kind}?token=`)))
      throw new Error(
        `docs/deploy.md: no command prints a link to ${publicOrigin}/account/${kind}, but:\n${printed.join('')}`,
      )
}

/** Where the secret did not arrive, the program has made a key file beside the database. */
function requireGivenSecret(folder: string): void {
  if (!existsSync(join(folder, 'portcullis.db'))) throw new Error(`docs/deploy.md: the database is not in ${folder}`)
  if (existsSync(join(folder, 'portcullis.key'))) throw new Error('docs/deploy.md: the secret does not arrive')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
