import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cell } from './cell.ts'

/** Why the doctor and clients disagree at some sites. */
export interface Explanation {
  readonly clients: readonly string[]
  readonly sites: readonly string[]
  readonly because: string
}

export const explanations = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../disagreements.json'), 'utf8'),
) as readonly Explanation[] // ours

export function explanationOf({ client, site, differs }: Cell): string | undefined {
  if (differs.length === 0) return undefined
  return explanations.find(({ clients, sites }) => clients.includes(client) && sites.includes(site))?.because
}

/** What is explained, and yet they agree. */
export function stale(cells: readonly Cell[]): readonly string[] {
  return explanations.flatMap(({ clients, sites }) =>
    clients.flatMap((client) =>
      sites
        .filter(
          (site) => !cells.some((cell) => cell.client === client && cell.site === site && cell.differs.length > 0),
        )
        .map((site) => `${client}, ${site}`),
    ),
  )
}
