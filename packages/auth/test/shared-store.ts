import type { Kinds, Store } from '@portcullis/auth/authorization-server'
import { postgresStore } from '@portcullis/auth/stores/postgres'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'
import pg from 'pg'

/** A store that several processes open: a Postgres database by its URL, or a SQLite file by its path. */
export async function openSharedStore<K extends Kinds>(place: string): Promise<Store<K> & { close(): Promise<void> }> {
  if (!place.startsWith('postgres:')) return sqliteStore<K>({ path: place, lockTimeout: 30 })
  const pool = new pg.Pool({ connectionString: place })
  const store = await postgresStore<K>({ pool })
  return {
    ...store,
    async close() {
      await store.close()
      await pool.end()
    },
  }
}
