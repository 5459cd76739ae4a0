import { statSync } from 'node:fs'
import { isPostgresUrl } from '../config/database-url.ts'
import { quoted } from './private-file.ts'

/**
 * What to tell the operator whose database everybody on the machine may read: names, hashes of passwords, who allowed what. `undefined` where all is
 * well. A mode that lets a group in is the operator's choice, and kept.
 */
export function whyNotPrivate(database: string): string | undefined {
  // Windows has no such mode; its files inherit who may read them.
  if (process.platform === 'win32' || isPostgresUrl(database)) return undefined
  const open = [database, `${database}-wal`, `${database}-shm`].filter(isOpenToOthers)
  if (open.length === 0) return undefined
  return `Every user of this machine may read the database; run: chmod o= ${open.map(quoted).join(' ')}`
}

function isOpenToOthers(file: string): boolean {
  return ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o007) !== 0
}
