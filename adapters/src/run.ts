import { join } from 'node:path'
import { linkLibrary, linkSources } from '../../scripts/library-link.ts'
import { installFolder, root } from '../../scripts/tools.ts'

/** `npm run adapters`: see `--help`. It packs the library and installs it as users do; `--source` takes the sources. */
const minimal = join(root, 'examples', 'minimal')
if (!process.argv.includes('--help')) {
  installFolder(minimal, 'the frameworks (examples/minimal)')
  if (process.argv.includes('--source')) linkSources(minimal)
  else linkLibrary(minimal, 'adapters')
}
const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2))
