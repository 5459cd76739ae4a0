import { randomUUID } from 'node:crypto'
import { rename, rm, stat, writeFile } from 'node:fs/promises'

/**
 * Writes a report whole or not at all. What servers answered is nobody else's business: the file is new, so neither the rights of one that
 * was there nor a link in its place decide who reads it. What is no file, as /dev/null, is left alone: root could put a file in its place.
 */
export async function saveReport(file: string, json: string): Promise<void> {
  const there = await stat(file).catch(() => undefined)
  if (there !== undefined && !there.isFile()) throw new TypeError('there is something else than a file in its place')
  const draft = `${file}.${randomUUID()}.draft`
  try {
    await writeFile(draft, json, { mode: 0o600, flag: 'wx' })
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
