import { createHmac } from 'node:crypto'
import type { Store } from '@portcullis/auth/authorization-server'
import { commitTold } from '../audit/commit-told.ts'
import type { AuditKey } from '../audit/seal.ts'
import type { Configuration } from '../config/configuration.ts'
import type { ProgramKinds } from '../store/records.ts'
import { settingsInForce } from './settings.ts'

/** What each process of a server may have of its own. */
const ofProcess = /^(listen|log|database|databaseSchema)(\.|$)/

/**
 * Tells the audit log which settings are others than those that a server on this database started with last; of their values nothing but a MAC is kept. Where
 * these were made with a secret that is not at hand, what there is now is kept without a word.
 */
export async function recordSettings(
  configuration: Configuration,
  { store, keys, now }: { store: Store<ProgramKinds>; keys: readonly AuditKey[]; now: () => number },
): Promise<void> {
  const [newest] = keys
  if (newest === undefined) return
  for (;;) {
    const entry = await store.get('server', 'this')
    if (entry === undefined) return
    const { settings: before, ...server } = entry.value
    const known = before && keys.find(({ id }) => id === before.keyId)
    const macs = macsOf(configuration, newest)
    const changed = before && known ? namesOfChanged(before.macs, macsOf(configuration, known)) : []
    if (before?.keyId === newest.id && changed.length === 0) return
    const value = { ...server, settings: { keyId: newest.id, macs } }
    const act = { type: 'settings_changed' as const, settings: changed }
    const told =
      changed.length === 0 ? [] : [{ at: now(), by: { kind: 'server' as const }, act, result: 'done' as const }]
    if (await commitTold([{ kind: 'server', id: 'this', version: entry.version, value }], told, { store, keys })) return
  }
}

function macsOf(configuration: Configuration, { key }: AuditKey): Record<string, string> {
  return Object.fromEntries(
    settingsInForce(configuration)
      .filter(({ name }) => !ofProcess.test(name))
      .map(({ name, value }) => [
        name,
        createHmac('sha256', key)
          .update(`setting ${name} ${JSON.stringify(value)}`)
          .digest('base64url')
          .slice(0, 16),
      ]),
  )
}

/** A setting that a release has and the one before had not is no change of anybody's. */
function namesOfChanged(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] {
  return Object.keys(after).filter((name) => Object.hasOwn(before, name) && before[name] !== after[name])
}
