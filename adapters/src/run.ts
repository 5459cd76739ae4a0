import { linkLibrary, linkSources } from '../../scripts/library-link.ts'
import { headCommit } from '../../scripts/recent-changes.ts'
import { installFolder } from '../../scripts/tools.ts'

/** `npm run adapters`: see `--help`. It packs the library and installs it as users do; `--source` takes the sources. */
const args = process.argv.slice(2)
if (args.includes('--help')) {
  const { usage } = await import('./options.ts')
  console.log(usage)
} else {
  const { minimal } = await import('./start-command.ts')
  installFolder(minimal, 'the frameworks (examples/minimal)')
  if (args.includes('--source') || args.includes('--mutants')) linkSources(minimal)
  else linkLibrary(minimal, 'adapters')
  const { main } = await import('./main.ts')
  process.exitCode = await main(args, Number.parseInt(headCommit().slice(0, 8), 16))
}
