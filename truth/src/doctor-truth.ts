import { parseArgs } from 'node:util'
import { installClients } from '../../interop/src/install.ts'
import { installDependencies } from '../../scenes/src/install.ts'
import { installLibraries } from './install.ts'
import './own-sources.ts'

/**
 * `npm run doctor:truth`: where real clients stop, beside what the doctor says of them. The whole matrix, which is kept in `results/`; with
 * `--short` the fixed cells, and whether what is kept still holds. `--page` plays nothing: the page of the newest result is written anew, with
 * the explanations of today.
 */
const { values } = parseArgs({
  options: { short: { type: 'boolean', default: false }, page: { type: 'boolean', default: false } },
})
if (values.page) {
  const { keepPage, newestResult } = await import('./matrix/result.ts')
  const kept = newestResult()
  if (kept === undefined) throw new Error('No result is kept in truth/results')
  keepPage(kept)
  process.exit()
}

// Where an answer cannot be unpacked, the fetch of a client that runs within may fail with nobody there any more to catch it.
process.on('uncaughtException', (error) => console.error(`A client left behind: ${error.message}`))

installLibraries()
installClients()
installDependencies()
// They are loaded when their libraries are there.
const isGood = values.short
  ? await (await import('./matrix/short.ts')).playFixedCells()
  : await (await import('./matrix/whole.ts')).playAllCells()
// What clients left open is of no interest.
process.exit(isGood ? 0 : 1)
