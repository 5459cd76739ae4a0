import { fileURLToPath } from 'node:url'

export const suiteFolder = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

/** The repository that Portcullis is built from. */
export const repository = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** Everything that a run makes; ignored by git. */
export const workFolder = `${suiteFolder}/.work`
