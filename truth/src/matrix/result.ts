import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cell } from './cell.ts'
import type { DocumentCheck } from './documents.ts'
import type { Fingerprint } from './fingerprint.ts'
import { pageOf } from './page.ts'

/** The whole matrix, as it was on a day. */
export interface Result {
  /** YYYY-MM-DD. */
  readonly date: string
  readonly fingerprint: Fingerprint
  readonly cells: readonly Cell[]
  /** Clients that cannot be run here. */
  readonly documents: readonly DocumentCheck[]
}

const folder = join(import.meta.dirname, '../../results')

/** The newest that is kept; `undefined` where there is none. */
export function newestResult(): Result | undefined {
  const [newest] = globSync('*.json', { cwd: folder }).sort().reverse()
  return newest === undefined ? undefined : (JSON.parse(readFileSync(join(folder, newest), 'utf8')) as Result) // as written below
}

export function keep(result: Result): string {
  const { cells, ...head } = result
  const lines = cells.map((cell) => JSON.stringify(cell)).join(',\n')
  const file = join(folder, `${result.date}.json`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, `${JSON.stringify(head).slice(0, -1)},"cells":[\n${lines}\n]}\n`)
  keepPage(result)
  return file
}

/** Writes the page of a result that is kept, with the explanations of today. */
export function keepPage(result: Result): void {
  writeFileSync(pageFileOf(result), pageOf(result))
}

/** Whether the page that is kept is what its cells and the explanations of today say. */
export function isPageOfToday(result: Result): boolean {
  return existsSync(pageFileOf(result)) && readFileSync(pageFileOf(result), 'utf8') === pageOf(result)
}

function pageFileOf({ date }: Result): string {
  return join(folder, `${date}.md`)
}

/** Of all cells, the share in which doctor and client agree. */
export function agreement(cells: readonly Cell[]): number {
  return cells.length === 0 ? 0 : cells.filter(({ differs }) => differs.length === 0).length / cells.length
}
