import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installFolder } from '../../scripts/tools.ts'

/**
 * `npm run conformance [-- --source] [--json]`: the official suite against the authorization server, and through the gateway. It packs the packages
 * and installs them as users do; `--source` takes the sources. Exits with 1 when something that passes without Portcullis fails with it.
 */
installFolder(dirname(dirname(fileURLToPath(import.meta.url))), 'the official conformance suite (conformance/)')
// Only now: what it imports may just have been installed.
const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2))
