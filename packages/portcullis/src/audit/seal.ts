import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { ServerSecret } from '@portcullis/auth/authorization-server'
import type { AuditSeal } from '../store/records.ts'
import type { AuditPlace } from './entry.ts'

/** What the log is sealed with: made of the server's secret, so that nobody who has the database alone can write a log that passes for ours. */
export interface AuditKey {
  /** Of the secret. */
  id: string
  key: Uint8Array
}

/** The keys of these secrets, the one for new seals first. */
export function auditKeysOf(secrets: readonly ServerSecret[]): readonly AuditKey[] {
  return secrets.map(({ id, secret }) => ({
    id,
    key: new Uint8Array(hkdfSync('sha256', secret, '', 'portcullis audit log', 32)),
  }))
}

/** The seal of the log up to a place. */
export function sealOf(place: AuditPlace, { id, key }: AuditKey): AuditSeal {
  return { sequence: place.sequence, keyId: id, mac: macOf(place, key).toString('hex') }
}

/** Whether a seal is of the log that has this hash at its place. */
export function judgeSeal(
  { sequence, keyId, mac }: AuditSeal,
  hash: string,
  keys: readonly AuditKey[],
): 'right' | 'wrong' | 'of_another_secret' {
  const key = keys.find(({ id }) => id === keyId)
  if (key === undefined) return 'of_another_secret'
  const right = macOf({ sequence, hash }, key.key)
  const given = Buffer.from(mac, 'hex')
  return given.length === right.length && timingSafeEqual(given, right) ? 'right' : 'wrong'
}

function macOf({ sequence, hash }: AuditPlace, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${sequence}.${hash}`).digest()
}
