import { installFolder } from '../../scripts/tools.ts'
import { identityFolder } from './folders.ts'

installFolder(identityFolder, 'oidc-provider (identity/)')
// Only now: what it imports may just have been installed.
const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2))
