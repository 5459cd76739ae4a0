import { diff } from 'node:util'
import type { Change } from './change.ts'

interface Line {
  mark: ' ' | '+' | '-'
  /** With its end, which the last one may lack. */
  text: string
}

/** Lines of what stays around what changes. */
const context = 3

/** A change as `git apply` and people read it. */
export function unifiedDiff({ path, before, after }: Change): string {
  const lines = linesOf(before ?? '', after)
  const from = before === undefined ? '/dev/null' : `a/${path}`
  return `--- ${from}\n+++ b/${path}\n${hunksOf(lines).join('')}`
}

function linesOf(before: string, after: string): readonly Line[] {
  const split = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const lines: Line[] = []
  let added: Line[] = []
  // In this order it tells what the second has and the first has not as -1.
  for (const [kind, text] of diff(split(before), split(after))) {
    if (kind === -1) added.push({ mark: '+', text })
    if (kind === 1) lines.push({ mark: '-', text })
    if (kind !== 0) continue
    lines.push(...added, { mark: ' ', text })
    added = []
  }
  return [...lines, ...added]
}

function hunksOf(lines: readonly Line[]): readonly string[] {
  const isNear = lines.map((_, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some(({ mark }) => mark !== ' '),
  )
  const hunks: string[] = []
  let oldLine = 1
  let newLine = 1
  for (let at = 0; at < lines.length; ) {
    if (!isNear[at]) {
      at++
      oldLine++
      newLine++
      continue
    }
    const end = isNear.indexOf(false, at) === -1 ? lines.length : isNear.indexOf(false, at)
    const hunk = lines.slice(at, end)
    const old = hunk.filter(({ mark }) => mark !== '+').length
    const added = hunk.filter(({ mark }) => mark !== '-').length
    hunks.push(
      `@@ -${old === 0 ? 0 : oldLine},${old} +${added === 0 ? 0 : newLine},${added} @@\n${hunk.map(written).join('')}`,
    )
    oldLine += old
    newLine += added
    at = end
  }
  return hunks
}

function written({ mark, text }: Line): string {
  return text.endsWith('\n') ? `${mark}${text}` : `${mark}${text}\n\\ No newline at end of file\n`
}
