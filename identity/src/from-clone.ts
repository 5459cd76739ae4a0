import { installClients } from '../../interop/src/install.ts'
import { installFolder } from '../../scripts/tools.ts'
import { identityFolder } from './folders.ts'
import { prepareKeycloak } from './keycloak-distribution.ts'

/**
 * `node identity/src/from-clone.ts`: docs/keycloak.md done as a new user would, from `git clone` to Claude Code that called a tool, and what each step took.
 * Keycloak and Claude Code are on the machine already; a person would also read, and type.
 */
installFolder(identityFolder, 'oidc-provider (identity/)')
installClients()
prepareKeycloak()
// Only now: what it imports may just have been installed.
await import('./walk-from-clone.ts')
