import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const identityFolder = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

/** Everything that a run makes; ignored by git. */
export const workFolder = join(identityFolder, '.work')

/** What is fetched once for this machine, whatever copy of the repository asks. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'portcullis')
