/**
 * A Postgres server of a test's own: in a temporary folder, on a socket in it, and gone with the process that started it.
 * It is on no network port, so that nothing else can be met there.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'

export interface PostgresCluster {
  /** The folder of its socket: the `host` of connections, whose user is `postgres`, without a password. */
  host: string
  /** The URL of a new, empty database. */
  createDatabase(): string
  /** From now on this role needs its password. */
  requirePasswordOf(role: string): void
  /** Ends what clients that were killed left running, and waits for the end of each: from then on nothing is written any more. */
  endConnections(): void
  /** Ends the server at once, as a crash does. */
  crash(): Promise<void>
  /** Starts it again over the same files. */
  start(): Promise<void>
  /** Ends the server and removes its files. */
  close(): Promise<void>
}

/**
 * Why tests that need Postgres are left out: the `skip` of a test. `false` where its programs are on this machine.
 * Throws where they are not and `REQUIRE_POSTGRES` is set, as CI does.
 */
export function whyNoPostgres(): string | false {
  if (programs() !== undefined) return false
  const remedy =
    'needs the programs of PostgreSQL (Debian: apt-get install postgresql), on the PATH or in /usr/lib/postgresql'
  if (process.env.REQUIRE_POSTGRES) throw new Error(`This ${remedy}`)
  return remedy
}

/** `isDurable: false` waits for no disk, for tests that are not about that. */
export async function startPostgres({ isDurable }: { isDurable: boolean }): Promise<PostgresCluster> {
  const bin = requirePrograms()
  const owner = unprivilegedUser()
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-pg-'))
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const run = (program: string, ...args: string[]) =>
    execFileSync(join(bin, program), args, { ...owner, cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync')

  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'max_connections=200']
  const lax = isDurable ? [] : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']
  const flags = [...settings, ...lax].flatMap((setting) => ['-c', setting])
  let running: ChildProcess | undefined
  let databases = 0

  async function start(): Promise<void> {
    // The shell ends the server when its own input ends, as it does when this process is killed.
    const line = '"$@" & read -r _; kill -QUIT $!; wait'
    const child = spawn('sh', ['-c', line, 'sh', join(bin, 'postgres'), '-D', data, ...flags], {
      ...owner,
      cwd: folder,
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    running = child
    await untilReady(child)
  }

  async function crash(): Promise<void> {
    if (running === undefined) return
    const ended = once(running, 'close')
    running.stdin?.end()
    running = undefined
    await ended
  }

  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  await start()
  return {
    host: folder,
    createDatabase() {
      databases += 1
      const name = `test${databases}`
      run('psql', '-X', '-q', '-h', folder, '-U', 'postgres', '-c', `CREATE DATABASE ${name}`, 'postgres')
      return `postgres://postgres@/${name}?host=${encodeURIComponent(folder)}`
    },
    requirePasswordOf(role) {
      const rules = join(data, 'pg_hba.conf')
      writeFileSync(rules, `local all ${role} scram-sha-256\n${readFileSync(rules, 'utf8')}`)
      run('pg_ctl', 'reload', '-D', data)
    },
    endConnections() {
      const others = `FROM pg_stat_activity WHERE datname LIKE 'test%'`
      run(
        'psql',
        '-X',
        '-q',
        '-h',
        folder,
        '-U',
        'postgres',
        '-c',
        `SELECT pg_terminate_backend(pid, 30000) ${others}`,
        'postgres',
      )
    },
    crash,
    start,
    async close() {
      await crash()
      process.removeListener('exit', remove)
      remove()
    },
  }
}

async function untilReady(child: ChildProcess): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-10_000)
      if (said.includes('is ready to accept connections')) resolve()
    })
    child.once('close', () => reject(new Error(`Postgres ended before it was ready:\n${said}`)))
  })
}

function requirePrograms(): string {
  const folder = programs()
  if (folder === undefined) throw new Error('There is no Postgres on this machine')
  return folder
}

/** The folder of its programs, the newest where there are several. Debian has them where no PATH leads. */
function programs(): string | undefined {
  const onPath = (process.env.PATH ?? '').split(delimiter)
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder) : []
  const newestFirst = versions.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  return [...newestFirst.map((version) => join(debianFolder, version, 'bin')), ...onPath].find((folder) =>
    ['initdb', 'pg_ctl', 'postgres', 'psql'].every((program) => existsSync(join(folder, program))),
  )
}

const debianFolder = '/usr/lib/postgresql'

/** Postgres refuses to run as root. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    try {
      const idOf = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }))
      return { uid: idOf('-u'), gid: idOf('-g') }
    } catch {
      // There is no such user.
    }
  }
  throw new Error('Postgres does not run as root, and there is neither a user "postgres" nor "nobody"')
}
