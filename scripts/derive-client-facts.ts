import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { deriveProfiles } from './clients/derive.ts'
import { readProfiles, recordingsFolder, writeProfile } from './clients/profile-files.ts'
import { formatRecording, readRecordings } from './clients/recording.ts'
import { run } from './run.ts'
import { root } from './tools.ts'

/**
 * `npm run clients:derive`: writes into the profiles of `@portcullis/clients` what the recordings in `packages/clients/recordings` show.
 * `-- FOLDER` takes the recordings of another folder there first; `-- --check` only says whether something would change.
 */
const options = process.argv.slice(2)
const folder = options.find((option) => !option.startsWith('--'))
if (folder !== undefined)
  for (const recording of readRecordings(resolve(folder)))
    writeFileSync(join(recordingsFolder, `${recording.name}.json`), formatRecording(recording))

const before = readProfiles()
const after = deriveProfiles(before, readRecordings(recordingsFolder))
const changed = after.filter((profile, at) => !isDeepStrictEqual(profile, before[at]))
if (options.includes('--check')) {
  if (changed.length > 0)
    throw new Error(
      `Not what the recordings show: ${changed.map(({ id }) => id).join(', ')}. Run: npm run clients:derive`,
    )
} else {
  for (const profile of changed) writeProfile(profile)
  const format = ['scripts/tool.ts', 'biome', 'format', '--write', 'packages/clients/src/profiles']
  if (changed.length > 0) run(process.execPath, format, { cwd: root, quiet: true })
  for (const { id } of changed) console.log(`packages/clients/src/profiles/${id}.json`)
}
