import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, createWriteStream, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareKeycloak } from './distribution.ts'

export interface KeycloakOptions {
  /** Where it keeps its database and its log. What is there already is used on, and then no realm is imported anew. */
  folder: string
  port: number
  /** What it imports at its first start, with `${NAME}` where something of `environment` belongs. */
  realm: { realm: string }
  /** For the realm. */
  environment: Readonly<Record<string, string>>
  /** The password of its administrator, `admin`, where the folder is new. */
  adminPassword: string
}

export interface Keycloak {
  issuer: string
  stop(): Promise<void>
  /** Resolves when it has ended, whoever ended it. */
  ended: Promise<void>
}

/** Starts a Keycloak on loopback, as in production but for http: optimised, strict host name. It takes some twenty seconds at first, and six then. */
export async function startKeycloak(options: KeycloakOptions): Promise<Keycloak> {
  const { folder, port, realm, environment, adminPassword } = options
  layOut(folder, prepareKeycloak())
  writeFileSync(join(folder, 'data', 'import', `${realm.realm}.json`), JSON.stringify(realm), { mode: 0o600 })
  const origin = `http://localhost:${port}`
  const words = [
    join(folder, 'bin', 'kc.sh'),
    'start',
    '--optimized',
    '--import-realm',
    '--cache=local',
    `--hostname=${origin}`,
    '--http-enabled=true',
    '--http-host=127.0.0.1',
    `--http-port=${port}`,
  ]
  const child = spawn('sh', words, {
    cwd: folder,
    detached: true, // kc.sh has Java as its child: both are stopped
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...environment,
      KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
      KC_BOOTSTRAP_ADMIN_PASSWORD: adminPassword,
      JAVA_OPTS_KC_HEAP: '-Xms64m -Xmx384m',
      JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UseG1GC', // at its place sooner, and slower in the long run
    },
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  process.once('exit', () => signal(child, 'SIGKILL'))
  await listening(child, join(folder, 'keycloak.log'))
  return {
    issuer: `${origin}/realms/${realm.realm}`,
    ended,
    async stop() {
      signal(child, 'SIGTERM')
      await ended
    },
  }
}

/** A folder that is one of Keycloak's for Keycloak: its own `data`, and the programs of the installation. */
function layOut(folder: string, home: string): void {
  for (const own of ['bin', join('data', 'import')]) mkdirSync(join(folder, own), { recursive: true })
  copyFileSync(join(home, 'bin', 'kc.sh'), join(folder, 'bin', 'kc.sh'))
  for (const shared of ['lib', 'conf', 'providers', 'themes'])
    if (!existsSync(join(folder, shared))) symlinkSync(join(home, shared), join(folder, shared))
}

async function listening(child: ChildProcess, log: string): Promise<void> {
  const kept = createWriteStream(log)
  let written = ''
  const ready = Promise.withResolvers<void>()
  const take = (text: string) => {
    kept.write(text)
    if (written.length < 1_000_000) written += text
    if (written.includes('Listening on:')) ready.resolve()
  }
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', take)
  const over = once(child, 'exit').then(() => {
    throw new Error(`Keycloak ended before it was ready; ${log} says:\n${written.slice(-2000)}`)
  })
  await Promise.race([ready.promise, over])
  over.catch(() => {}) // from now on it may end
}

function signal({ pid, exitCode }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null) return
  try {
    process.kill(-pid, name)
  } catch {
    // It has ended by itself.
  }
}
