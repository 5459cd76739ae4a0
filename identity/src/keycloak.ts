import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Daemon, startDaemon } from '../../interop/src/daemon.ts'
import { freePort } from '../../scripts/free-port.ts'
import { workFolder } from './folders.ts'
import { createKeycloakAdmin, type KeycloakAdmin } from './keycloak-admin.ts'
import { prepareKeycloak } from './keycloak-distribution.ts'

/** A Keycloak server on loopback, over http, as it would run in production otherwise. */
export interface Keycloak {
  /** `http://127.0.0.1:PORT`: the issuer of a realm is below it, at `/realms/NAME`. */
  origin: string
  /** The folder with its programs; `bin/kcadm.sh` is one. */
  home: string
  /** Who may administer everything. */
  administrator: { userName: string; password: string }
  admin: KeycloakAdmin
  /** Stops it in order; its people and keys stay, and `start` brings it back at the same address. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** Starts a Keycloak of its own, with no realm but its own. `name`: of the folder of its database and log, emptied first. */
export async function startKeycloak(name: string): Promise<Keycloak> {
  const home = prepareKeycloak()
  const folder = join(workFolder, name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const administrator = { userName: 'admin', password: randomBytes(24).toString('base64url') }
  const command = [
    'sh',
    join(home, 'bin', 'kc.sh'),
    'start',
    '--optimized',
    '--cache=local',
    `--hostname=${origin}`,
    '--http-enabled=true',
    '--http-host=127.0.0.1',
    `--http-port=${port}`,
    `--db-url=jdbc:h2:file:${join(folder, 'database')};NON_KEYWORDS=VALUE`,
  ]
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    ...(process.env.JAVA_HOME !== undefined && { JAVA_HOME: process.env.JAVA_HOME }),
    HOME: folder,
    KC_BOOTSTRAP_ADMIN_USERNAME: administrator.userName,
    KC_BOOTSTRAP_ADMIN_PASSWORD: administrator.password,
    JAVA_OPTS_KC_HEAP: '-Xms64m -Xmx384m',
    // It lives for a minute: that is over before the better compiler pays.
    JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC',
  }
  let daemon: Daemon | undefined

  async function start(): Promise<void> {
    daemon = startDaemon(command, { name: 'keycloak', folder, logs: folder, env })
    const { stdout, until } = daemon
    await until(() => (stdout().includes('Listening on:') ? true : undefined), 90)
  }

  async function stop(): Promise<void> {
    await daemon?.stop(15)
    daemon = undefined
  }

  await start()
  return { origin, home, administrator, admin: createKeycloakAdmin(origin, administrator), start, stop }
}
