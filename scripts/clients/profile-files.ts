import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ClientProfile } from '../../packages/clients/src/profile.ts'
import { root } from '../tools.ts'

const profilesFolder = join(root, 'packages/clients/src/profiles')
export const recordingsFolder = join(root, 'packages/clients/recordings')

/** Every profile, as it stands in the repository, by id. */
export function readProfiles(): readonly ClientProfile[] {
  return readdirSync(profilesFolder)
    .map((file) => basename(file, '.json'))
    .sort()
    .map((id) => JSON.parse(readFileSync(join(profilesFolder, `${id}.json`), 'utf8')) as ClientProfile) // checked by the package's tests
}

export function writeProfile(profile: ClientProfile): void {
  writeFileSync(join(profilesFolder, `${profile.id}.json`), `${JSON.stringify(profile, undefined, 2)}\n`)
}
