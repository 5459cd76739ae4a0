import { type MacKey, macKey, macOf } from '#hmac'
import { sameHash } from '../clients/secret-hash.ts'
import type { ServerSecret } from '../server-secrets.ts'

/** What a server secret is used for; each use has a key of its own (RFC 5869). */
export type KeyUse =
  | 'grant secrets'
  | 'access tokens'
  | 'consent forms'
  | 'fresh sign-ins'
  | 'pushed requests'
  | 'user codes'
  | 'device codes'
  | 'device consent forms'
  | 'sign-in transactions'
  | 'upstream tokens'
  | 'signing key encryption'

/** Keys derived from the server's secrets: the current one, and any by its secret's id. */
export interface DerivedKeys {
  currentId: string
  /** Of every secret that is configured, the current one first. */
  ids: readonly string[]
  current(use: KeyUse): Promise<CryptoKey>
  /** `undefined` when no secret of that id is configured. */
  byId(id: string, use: KeyUse): Promise<CryptoKey> | undefined
  /** HMAC-SHA-256 of `text`, base64url; `undefined` when no secret of that id is configured. */
  mac(id: string, use: KeyUse, text: string): Promise<string | undefined>
  /** Whether that is the MAC of `text`, in constant time; it is none when no secret of that id is configured. */
  isMac(mac: string, id: string, use: KeyUse, text: string): Promise<boolean>
}

export function createDerivedKeys(secrets: readonly [ServerSecret, ...ServerSecret[]]): DerivedKeys {
  const derived = new Map<string, Promise<CryptoKey>>()
  const macKeys = new Map<string, Promise<{ key: MacKey }>>()
  const [current] = secrets

  function keyOf({ id, secret }: ServerSecret, use: KeyUse): Promise<CryptoKey> {
    const name = `${id} ${use}`
    const key = derived.get(name) ?? derive(secret, use)
    derived.set(name, key)
    return key
  }

  async function mac(id: string, use: KeyUse, text: string): Promise<string | undefined> {
    const secret = secrets.find((candidate) => candidate.id === id)
    if (secret === undefined) return undefined
    const name = `${id} ${use}`
    const deriving = macKeys.get(name) ?? deriveBytes(secret.secret, use).then((bytes) => ({ key: macKey(bytes) }))
    macKeys.set(name, deriving)
    const { key } = await deriving
    return macOf(key, text)
  }

  return {
    currentId: current.id,
    ids: secrets.map(({ id }) => id),
    current: (use) => keyOf(current, use),
    byId(id, use) {
      const secret = secrets.find((candidate) => candidate.id === id)
      return secret && keyOf(secret, use)
    },
    mac,
    async isMac(presented, id, use, text) {
      const made = await mac(id, use, text)
      return made !== undefined && sameHash(presented, made)
    },
  }
}

async function deriveBytes(secret: Uint8Array, use: KeyUse): Promise<Uint8Array> {
  const input = await crypto.subtle.importKey('raw', new Uint8Array(secret), 'HKDF', false, ['deriveBits'])
  return new Uint8Array(await crypto.subtle.deriveBits(parametersOf(use), input, 256))
}

function parametersOf(use: KeyUse) {
  return {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(32),
    info: new TextEncoder().encode(`portcullis ${use}`),
  }
}

async function derive(secret: Uint8Array, use: KeyUse): Promise<CryptoKey> {
  const input = await crypto.subtle.importKey('raw', new Uint8Array(secret), 'HKDF', false, ['deriveKey'])
  const parameters = parametersOf(use)
  return use === 'signing key encryption'
    ? crypto.subtle.deriveKey(parameters, input, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    : crypto.subtle.deriveKey(parameters, input, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, [
        'sign',
        'verify',
      ])
}
