import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { OperatorError } from '../operations/operator-error.ts'
import type { Change } from './change.ts'

/**
 * Writes all changes or none: each file is written beside its place first, and takes it by a rename. Throws `OperatorError` where a file is not as it
 * was read, leads out of the folder, or cannot be written; then all are as they were.
 */
export function writeChanges(folder: string, changes: readonly Change[]): void {
  const drafts: string[] = []
  const undo: (() => void)[] = []
  try {
    const ready = changes.map((change) => {
      const file = join(folder, change.path)
      requireInside(folder, file)
      const made = mkdirSync(dirname(file), { recursive: true })
      if (made !== undefined) undo.push(() => rmSync(made, { recursive: true, force: true }))
      requireUnchanged(file, change)
      const draft = `${file}.${randomUUID()}`
      drafts.push(draft)
      writeDraft(draft, change, file)
      return { ...change, file, draft }
    })
    for (const { file, draft, before } of ready) {
      if (before === undefined) {
        linkSync(draft, file) // unlike a rename, fails where the name was taken meanwhile
        undo.push(() => rmSync(file, { force: true }))
      } else {
        renameSync(draft, file)
        undo.push(() => replace(file, before))
      }
    }
  } catch (cause) {
    for (const step of undo.toReversed()) step()
    if (cause instanceof OperatorError) throw cause
    throw new OperatorError(`The files cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, {
      nextStep: 'Nothing was changed. See that this user may write to the folder.',
      cause,
    })
  } finally {
    for (const draft of drafts) rmSync(draft, { force: true })
  }
}

/** Throws `OperatorError` where a file, or a folder on the way to it, is a link: what it leads to may belong to something else. */
export function requireInside(folder: string, file: string): void {
  const place = existingFolder(file)
  const isInside = place === folder || place.startsWith(folder.endsWith(sep) ? folder : folder + sep)
  if (!isInside || realpathSync(place) !== place || isLink(file))
    throw new OperatorError(`${file} is a link, or leads out of ${folder}`, {
      nextStep: 'Run portcullis init in the folder in which the file really is.',
    })
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

/** The closest of the folders around a file that is there. */
function existingFolder(file: string): string {
  const folder = dirname(file)
  return existsSync(folder) ? folder : existingFolder(folder)
}

function requireUnchanged(file: string, { path, before }: Change): void {
  const isThere = lstatSync(file, { throwIfNoEntry: false }) !== undefined
  if (before === undefined && isThere)
    throw new OperatorError(`${path} is there already`, {
      nextStep: 'Nothing was changed. Move it away, or add the lines by hand.',
    })
  if (before !== undefined && (!isThere || readFileSync(file, 'utf8') !== before))
    throw new OperatorError(`${path} was changed meanwhile`, {
      nextStep: 'Nothing was changed. Run portcullis init again.',
    })
}

function writeDraft(draft: string, { before, after }: Change, file: string): void {
  const descriptor = openSync(draft, 'wx')
  try {
    writeFileSync(descriptor, after) // all of it, where one write may take a part
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  if (before !== undefined) chmodSync(draft, statSync(file).mode)
}

function replace(file: string, text: string): void {
  const draft = `${file}.${randomUUID()}`
  writeDraft(draft, { path: file, before: text, after: text }, file)
  renameSync(draft, file)
}
