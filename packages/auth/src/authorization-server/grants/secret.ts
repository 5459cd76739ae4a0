import type { GrantRecord } from '../records.ts'
import type { DerivedKeys } from '../tokens/derived-keys.ts'

/**
 * Codes and refresh tokens. A grant's code is generation 0, its refresh tokens are 1, 2, …; each is
 * `key id . kind . grant id . generation . HMAC`, over these fields and a random seed in the grant's record, so that
 * neither key nor database alone makes one, nothing of it is stored, and the same generation made again has the same bytes.
 */
export type SecretKind = 'code' | 'refresh'

/** The fields of a presented secret. Nothing is proved until `verifySecret` says so. */
export interface PresentedSecret {
  keyId: string
  kind: SecretKind
  grantId: string
  generation: number
  mac: string
}

const form = /^([A-Za-z0-9]{1,16})\.(code|refresh)\.([A-Za-z0-9_-]{22})\.(0|[1-9]\d{0,9})\.([A-Za-z0-9_-]{43})$/

/** The fields of `text`; `undefined` when it has not the form of a code or refresh token. */
export function parseSecret(text: string): PresentedSecret | undefined {
  const [, keyId, kind, grantId, generation, mac] = form.exec(text) ?? []
  if (keyId === undefined || grantId === undefined || generation === undefined || mac === undefined) return undefined
  return { keyId, kind: kind === 'code' ? 'code' : 'refresh', grantId, generation: Number(generation), mac }
}

/** The code of a grant at generation 0, its newest refresh token later: made with the key that the record names. */
export async function formatSecret(grantId: string, grant: GrantRecord, keys: DerivedKeys): Promise<string> {
  const kind: SecretKind = grant.generation === 0 ? 'code' : 'refresh'
  const fields = `${grant.keyId}.${kind}.${grantId}.${grant.generation}`
  const mac = await keys.mac(grant.keyId, 'grant secrets', `${fields}.${grant.seed}`)
  if (mac === undefined) throw new Error(`The secret "${grant.keyId}" is not configured any more`)
  return `${fields}.${mac}`
}

/** Whether the presented secret was made by us for this grant, in constant time. A kind that does not fit its generation never was. */
export async function verifySecret(presented: PresentedSecret, seed: string, keys: DerivedKeys): Promise<boolean> {
  const { keyId, kind, grantId, generation, mac } = presented
  if ((kind === 'code') !== (generation === 0)) return false
  return keys.isMac(mac, keyId, 'grant secrets', `${keyId}.${kind}.${grantId}.${generation}.${seed}`)
}
