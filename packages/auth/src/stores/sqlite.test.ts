import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { storeContract } from './contract.ts'
import { sqliteStore } from './sqlite.ts'

const cases = storeContract(async ({ now }) => {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-store-'))
  const path = join(directory, 'store.db')
  const store = sqliteStore({ path, now })
  const other = sqliteStore({ path, now })
  const close = async () => {
    await Promise.all([store.close(), other.close()])
    await rm(directory, { recursive: true })
  }
  return { store, other, close }
})

for (const { name, run } of cases) test(`the SQLite store ${name}`, run)
