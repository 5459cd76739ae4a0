import { randomUUID } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { OperatorError } from './operator-error.ts'

/**
 * Makes a file of mode 0600 with `content`, whole or not at all, unless there is one. Returns whether it made it.
 * It is durable when this returns.
 */
export function createPrivateFile(file: string, content: string): boolean {
  return withDraft(file, content, (draft) => {
    try {
      linkSync(draft, file) // unlike a rename, fails where the name is taken
      return true
    } catch (cause) {
      if (hasCode(cause, 'EEXIST')) return false
      throw cause
    }
  })
}

/** Makes a file of mode 0600 with `content`, or replaces the one there is, whole or not at all. */
export function replacePrivateFile(file: string, content: string): void {
  withDraft(file, content, (draft) => renameSync(draft, file))
}

/** The text of a file that nobody but its owner may read; `undefined` where there is none. Throws `OperatorError` where others may. */
export function readPrivateFile(file: string): string | undefined {
  let mode: number
  try {
    mode = statSync(file).mode
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined
    throw cause
  }
  // Windows has no such mode; its files inherit who may read them.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new OperatorError(`Other users of this machine may read ${file}`, {
      nextStep: `Run: chmod 600 ${quoted(file)}`,
    })
  return readFileSync(file, 'utf8')
}

function withDraft<T>(file: string, content: string, place: (draft: string) => T): T {
  const draft = `${file}.${randomUUID()}`
  try {
    const descriptor = openSync(draft, 'wx', 0o600)
    try {
      writeSync(descriptor, content)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    const result = place(draft)
    syncFolder(dirname(file))
    return result
  } catch (cause) {
    throw new OperatorError(`Cannot write ${file}`, {
      nextStep: 'See that its folder exists and may be written to.',
      cause,
    })
  } finally {
    rmSync(draft, { force: true })
  }
}

/** A new name is durable only once its folder is. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code
}

function quoted(file: string): string {
  return /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", `'\\''`)}'`
}
