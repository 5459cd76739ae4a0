import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const identityFolder = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

/** Everything that a run makes; ignored by git. */
export const workFolder = join(identityFolder, '.work')
