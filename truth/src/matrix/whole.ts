import { join } from 'node:path'
import { installLibraries } from '../install.ts'
import { clients } from './clients.ts'
import { checkDocuments } from './documents.ts'
import { explanationOf, stale } from './explanations.ts'
import { fingerprint } from './fingerprint.ts'
import { playCells } from './play-cells.ts'
import { printCell } from './print-cell.ts'
import { agreement, keep } from './result.ts'
import { allSites } from './sites.ts'
import { loadSourceClients } from './source-clients.ts'

/** Plays every client at every site and keeps what came of it; resolves to whether enough agree and the rest is explained. */
export async function playAllCells(): Promise<boolean> {
  const absent = clients.filter(({ client }) => client === undefined)
  if (absent.length > 0) throw new Error(`Not installed: ${absent.map(({ id }) => id).join(', ')}`)
  installLibraries(join(import.meta.dirname, '../../sources'))
  const players = [...clients, ...(await loadSourceClients())]
  const before = fingerprint()
  const visits = allSites().map((site) => ({ site, players }))
  const cells = await playCells(visits, { onCell: printCell })
  const documents = checkDocuments()
  const file = keep({ date: new Date().toISOString().slice(0, 10), fingerprint: before, cells, documents })

  const disagreeing = cells.filter(({ differs }) => differs.length > 0)
  const unexplained = disagreeing.filter((cell) => explanationOf(cell) === undefined)
  const needless = stale(cells)
  const failed = documents.filter((check) => check.failed > 0)
  console.log(`\n${cells.length} cells, ${(agreement(cells) * 100).toFixed(1)} % agree; kept in ${file}`)
  for (const { client, site } of unexplained)
    console.log(`FAILED ${client}, ${site}: disagreements.json does not say why`)
  for (const each of needless) console.log(`FAILED ${each}: disagreements.json explains it, and yet they agree`)
  for (const { client } of failed) console.log(`FAILED ${client}: not as written or recorded`)
  return agreement(cells) >= 0.95 && unexplained.length + needless.length + failed.length === 0
}
