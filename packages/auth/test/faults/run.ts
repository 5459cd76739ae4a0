/**
 * `npm run faults`: every call of the store in every story goes wrong in turn, on each store, and by a process that is killed there.
 * `-- --short` loses answers alone on SQLite, those to writes on Postgres, and kills at the writes of two stories; `-- TEXT` plays the stories whose
 * name contains the text. `-- --postgres` plays them on a Postgres of its own too. `npm test` has a share of it, beside this file.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { AuthorizationServerKinds } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { postgresStore } from '@portcullis/auth/stores/postgres'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'
import pg from 'pg'
import { startPostgres } from '../../../../scripts/postgres-cluster.ts'
import { byKill, inProcess } from './faulty-store.ts'
import { createKilledHost } from './killed-host.ts'
import { stories } from './stories.ts'
import type { Story } from './story.ts'
import { openHosts, type WalkOptions, walk } from './walk.ts'

const words = process.argv.slice(2)
const isShort = words.includes('--short')
const wanted = words.find((word) => !word.startsWith('--')) ?? ''
const folder = mkdtempSync(join(tmpdir(), 'portcullis-faults-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
let opened = 0

const sqlite: WalkOptions = {
  kinds: isShort ? ['throws after'] : inProcess,
  open: openHosts((now) => {
    const store = sqliteStore<AuthorizationServerKinds>({ path: join(newFolder(), 'store.db'), now })
    return { store, close: () => store.close() }
  }),
}
const memory: WalkOptions = {
  kinds: inProcess,
  open: openHosts((now) => ({ store: memoryStore<AuthorizationServerKinds>({ now }) })),
}
const killed: WalkOptions = {
  kinds: byKill,
  atOnce: 3, // they wait for the disk, and for one another's end
  open: async (story) => createKilledHost(story, newFolder(), join(folder, 'compiled')),
  ...(isShort && { which: isWrite }),
}

const cluster = words.includes('--postgres') ? await startPostgres({ isDurable: false }) : undefined
// No idle timer: one of the real time is not cleared while a play has mocked it, and would end a connection at work.
// A connection remembers the functions of every schema it saw, and becomes slow with thousands of them.
const pool = cluster && new pg.Pool({ connectionString: cluster.createDatabase(), idleTimeoutMillis: 0, maxUses: 2000 })
const suites = Object.entries({ memory, sqlite, 'sqlite, killed': killed, ...(pool && { postgres: onPostgres(pool) }) })
const beganAt = performance.now()
let inAll = 0
for (const [name, options] of suites)
  for (const story of stories.filter((each) => isPlayed(each, options))) {
    const since = performance.now()
    try {
      const played = await walk(story, options)
      inAll += played
      console.log(`ok     ${name}: ${story.name} (${played} times, ${seconds(since)})`)
    } catch (error) {
      process.exitCode = 1
      console.log(`FAILED ${name}: ${error instanceof Error ? error.message : error}`)
    }
  }
await pool?.end()
await cluster?.close()
console.log(
  `${inAll} faults in ${stories.length} stories, ${process.exitCode === 1 ? 'not all' : 'each'} without harm (${seconds(beganAt)})`,
)

function onPostgres(pool: pg.Pool): WalkOptions {
  const open = async (now: () => number) => {
    const schema = `faults_${opened++}`
    const store = await postgresStore<AuthorizationServerKinds>({ pool, schema, now })
    const close = async () => {
      await store.close()
      await pool.query(`DROP SCHEMA ${schema} CASCADE`) // with thousands of them the catalogue, and so every play, becomes slow
    }
    return { store, close }
  }
  return {
    kinds: isShort ? ['throws after'] : inProcess,
    open: openHosts(open),
    ...(isShort && { which: isWrite }),
  }
}

function isPlayed(story: Story, options: WalkOptions): boolean {
  const isLong = options === killed && !/^from the first start|^refresh/.test(story.name)
  return story.name.includes(wanted) && !(isShort && isLong)
}

function isWrite(call: string): boolean {
  return call.startsWith('commit')
}

function newFolder(): string {
  const path = join(folder, String(opened++))
  mkdirSync(path)
  return path
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}
