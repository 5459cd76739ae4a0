import type { Step } from '@portcullis/clients'
import type { Cell } from './cell.ts'
import { clients } from './clients.ts'
import { explanationOf, stale } from './explanations.ts'
import { changedSince } from './fingerprint.ts'
import { fixedCells } from './fixed-cells.ts'
import { playCells } from './play-cells.ts'
import { printCell } from './print-cell.ts'
import { agreement, isPageOfToday, newestResult } from './result.ts'
import { allSites } from './sites.ts'

/** Plays the fixed cells and looks at the kept result; resolves to whether both hold. */
export async function playFixedCells(): Promise<boolean> {
  const visits = Object.entries(fixedCells).map(([name, ids]) => ({
    site: oneOf(allSites(), ({ name: candidate }) => candidate === name, name),
    players: ids.map((id) => oneOf(clients, (client) => client.id === id, id)),
  }))
  const cells = await playCells(visits, { onCell: printCell })

  const problems = [...problemsOf(cells), ...problemsOfWhatIsKept()]
  console.log(`\n${cells.filter(({ differs }) => differs.length === 0).length} of ${cells.length} fixed cells agree`)
  for (const problem of problems) console.log(`FAILED ${problem}`)
  return problems.length === 0
}

function problemsOf(cells: readonly Cell[]): readonly string[] {
  const unexplained = cells.filter((cell) => cell.differs.length > 0 && explanationOf(cell) === undefined)
  const uncovered = [
    ...allSteps.filter((step) => !cells.some(({ did }) => did.steps?.includes(step))),
    ...clients.map(({ id }) => id).filter((id) => !cells.some(({ client }) => client === id)),
    ...new Set(allSites().map(({ stack }) => stack)).difference(new Set(cells.map(({ stack }) => stack))),
  ]
  return [
    ...(cells.length === 40 ? [] : [`there are ${cells.length} fixed cells, not 40`]),
    ...unexplained.map(
      ({ client, site }) => `${client}, ${site}: they disagree, and disagreements.json does not say why`,
    ),
    ...uncovered.map((missing) => `no fixed cell is of ${missing}`),
  ]
}

function problemsOfWhatIsKept(): readonly string[] {
  const kept = newestResult()
  if (kept === undefined)
    return ['no result is kept in truth/results: run `npm run doctor:truth`, and commit what it writes']
  const changed = changedSince(kept.fingerprint)
  const unexplained = kept.cells.filter((cell) => cell.differs.length > 0 && explanationOf(cell) === undefined)
  return [
    ...(changed.length === 0
      ? []
      : [
          `since the result of ${kept.date} these have changed: ${changed.join(', ')}. Run the full matrix again (\`npm run doctor:truth\`), and commit what it writes`,
        ]),
    ...(agreement(kept.cells) < 0.95 ? [`in the result of ${kept.date} less than 95 % of the cells agree`] : []),
    ...unexplained.map(({ client, site }) => `in the result of ${kept.date} nobody explains ${client}, ${site}`),
    ...stale(kept.cells).map(
      (each) => `disagreements.json explains ${each}, and in the result of ${kept.date} they agree`,
    ),
    ...(isPageOfToday(kept)
      ? []
      : [
          `the page of the result of ${kept.date} has other explanations than disagreements.json: \`npm run doctor:truth -- --page\` writes it anew`,
        ]),
  ]
}

const allSteps: readonly Step[] = [
  'reach',
  'challenge',
  'protected_resource_metadata',
  'resource_comparison',
  'authorization_server_metadata',
  'registration',
  'authorization_request',
]

function oneOf<Each>(all: readonly Each[], isIt: (each: Each) => boolean, name: string): Each {
  const found = all.find(isIt)
  if (found === undefined) throw new TypeError(`There is no "${name}"`)
  return found
}
