import { randomUUID } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
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

/** The text of a file that we, or root, made and nobody else may read; `undefined` where there is none. Throws `OperatorError` where others did, or may. */
export function readPrivateFile(file: string): string | undefined {
  const descriptor = openIfThere(file)
  if (descriptor === undefined) return undefined
  try {
    requirePrivate(file, fstatSync(descriptor)) // of what is read, not of what stands under that name a moment later
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, 'r')
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined
    throw new OperatorError(`This user may not read ${file}`, {
      nextStep: 'Start Portcullis as the user that the file belongs to.',
      cause,
    })
  }
}

function requirePrivate(file: string, { mode, uid }: Stats): void {
  const self = process.geteuid?.()
  if (self === undefined) return // Windows has neither; its files inherit who may read them
  if ((mode & 0o077) !== 0)
    throw new OperatorError(`Other users of this machine may read ${file}`, {
      nextStep: `Run: chmod 600 ${quoted(file)}`,
    })
  // Where others may write to its folder, a file of theirs may wait there for us to take it.
  if (uid !== self && uid !== 0)
    throw new OperatorError(`${file} belongs to another user of this machine (${uid})`, {
      nextStep: `If it is yours all the same, run: chown ${self} ${quoted(file)}`,
    })
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

/** A path as a shell takes it. */
export function quoted(file: string): string {
  return /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", `'\\''`)}'`
}
