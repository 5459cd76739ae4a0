/** Commits and counts at the store `argv[2]`, one after the other, and says each on its standard output once it was answered. */
import { writeSync } from 'node:fs'
import process from 'node:process'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'

const [, , path = ''] = process.argv
const store = sqliteStore<{ note: { value: { nth: number }; index: never } }>({ path })
writeSync(1, 'opened\n')
for (let nth = 0; nth < 10; nth += 1) {
  await store.commit([{ kind: 'note', id: `${nth}`, version: 'absent', value: { nth } }])
  writeSync(1, 'committed\n')
}
for (let nth = 0; nth < 10; nth += 1) {
  await store.count('a', 60)
  writeSync(1, 'counted\n')
}
