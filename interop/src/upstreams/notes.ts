import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareKeycloak, whyNoKeycloak } from '../../../identity/src/keycloak-distribution.ts'
import { startDirectory } from '../directory.ts'
import { repository } from '../folders.ts'
import { standAt } from './listening.ts'
import type { UpstreamKind } from './upstream.ts'

const folder = join(repository, 'examples', 'notes')

/** The demo, with the configuration that it ships. */
export const notes: UpstreamKind = {
  name: 'notes',
  configuration: readFileSync(join(folder, 'portcullis.yaml'), 'utf8'),
  scopes: ['notes:read', 'notes:write'],
  tools: ['whoami', 'add_note', 'delete_note'],
  prepare: async () => ({ version: undefined, command: [process.execPath, join(folder, 'server.ts')], env: {} }),
  stand: (upstream, name) => standAt('/mcp', upstream, name),
}

/** The demo, of people who sign in through Keycloak. */
export const notesThroughKeycloak: UpstreamKind = {
  ...notes,
  name: 'notes-through-keycloak',
  startDirectory,
  async prepare() {
    const missing = whyNoKeycloak()
    if (missing !== undefined) return { missing }
    prepareKeycloak()
    return notes.prepare()
  },
}
