import type { Cell } from './cell.ts'
import { type Player, playSite } from './play-site.ts'
import type { Site } from './site.ts'

/** A site, and who tries it. */
export interface Visitors {
  readonly site: Site
  readonly players: readonly Player[]
}

export interface PlayOptions {
  /** Sites at once. Default: 2. */
  readonly atOnce?: number
  /** Told of each cell when it is there. Default: nothing. */
  readonly onCell?: (cell: Cell) => void
}

/**
 * All cells, in the order of `visits`. Who disagrees, and a site that did not start, gets one more try, alone, when all others are done:
 * machines have slow moments.
 */
export async function playCells(visits: readonly Visitors[], options: PlayOptions = {}): Promise<readonly Cell[]> {
  const { atOnce = 2, onCell = () => {} } = options
  const first = await playAll(visits, atOnce, onCell)

  const all: Cell[] = []
  for (const [index, { site, players }] of visits.entries()) {
    const cells = first[index]
    const isSettled = (id: string) => cells?.every(({ client, differs }) => client !== id || differs.length === 0)
    const again = players.filter(({ id }) => cells === undefined || isSettled(id) === false)
    const second = again.length === 0 ? [] : await playSite(site, again)
    for (const cell of second) onCell(cell)
    const settled = cells?.filter(({ client }) => !second.some((cell) => cell.client === client)) ?? []
    all.push(...inOrder([...settled, ...second], players))
  }
  return all
}

/** The first try: `undefined` for a site that did not start. Told are those who agree. */
async function playAll(
  visits: readonly Visitors[],
  atOnce: number,
  onCell: (cell: Cell) => void,
): Promise<readonly (readonly Cell[] | undefined)[]> {
  const played: (readonly Cell[] | undefined)[] = visits.map(() => undefined)
  const waiting = [...visits.entries()]
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, { site, players }] = next
      const cells = await playSite(site, players).catch(() => undefined)
      played[index] = cells
      for (const cell of cells ?? []) if (cell.differs.length === 0) onCell(cell)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return played
}

function inOrder(cells: readonly Cell[], players: readonly Player[]): readonly Cell[] {
  return players.flatMap(({ id }) => cells.filter(({ client }) => client === id))
}
