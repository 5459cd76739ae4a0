import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What a page asks of an authenticator, as JSON. */
interface Asked {
  challenge: string
  rp?: { id: string }
  rpId?: string
  user?: { id: string }
}

/** What an authenticator that is broken, or in the wrong hands, does otherwise. */
export interface Deviation {
  /** As the browser names it. */
  origin?: string
  rpId?: string
  type?: string
  challenge?: string
  crossOrigin?: boolean
  /** Whether it asked who holds it. */
  userVerified?: boolean
  userPresent?: boolean
  counter?: number
  userHandle?: string | undefined
  /** Signs with a key of somebody else's. */
  key?: KeyObject
  /** Attestation in place of none, over what it would sign. */
  attestation?: (signed: Buffer) => { format: string; statement: Map<string, unknown> }
  credentialId?: Buffer
}

/** A passkey that lives in the test: real keys, real signatures, no device (WebAuthn §6). */
export class SoftwarePasskey {
  credentialId: Buffer
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly #origin: string
  userHandle = ''
  counter = 0

  constructor(origin: string, { credentialId = randomBytes(32) }: { credentialId?: Buffer } = {}) {
    this.#origin = origin
    this.credentialId = credentialId
  }

  /** Makes the passkey, as `navigator.credentials.create` does. */
  create(asked: Asked, deviation: Deviation = {}): string {
    this.userHandle = asked.user?.id ?? ''
    const id = deviation.credentialId ?? this.credentialId
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const attested = Buffer.concat([Buffer.alloc(16), length, id, encode(this.#publicKey())])
    const clientData = this.#clientData('webauthn.create', asked, deviation)
    const authData = this.#authenticatorData(asked.rp?.id ?? '', deviation, attested)
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()])
    const { format, statement } = deviation.attestation?.(signed) ?? { format: 'none', statement: new Map() }
    const attestationObject = encode(
      new Map<string, unknown>([
        ['fmt', format],
        ['attStmt', statement],
        ['authData', authData],
      ]),
    )
    return this.#credential({
      clientDataJSON: clientData.toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    })
  }

  /** Uses it, as `navigator.credentials.get` does. */
  use(asked: Asked, deviation: Deviation = {}): string {
    const clientData = this.#clientData('webauthn.get', asked, deviation)
    const authenticatorData = this.#authenticatorData(asked.rpId ?? '', deviation)
    const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()])
    const userHandle = 'userHandle' in deviation ? deviation.userHandle : this.userHandle
    return this.#credential({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authenticatorData.toString('base64url'),
      signature: sign('sha256', signed, deviation.key ?? this.#keys.privateKey).toString('base64url'),
      ...(userHandle !== undefined && { userHandle }),
    })
  }

  #credential(response: object): string {
    const id = this.credentialId.toString('base64url')
    return JSON.stringify({ id, rawId: id, type: 'public-key', response })
  }

  #clientData(
    usual: string,
    asked: Asked,
    { type = usual, challenge, origin, crossOrigin = false }: Deviation,
  ): Buffer {
    return Buffer.from(
      JSON.stringify({
        type,
        challenge: challenge ?? asked.challenge,
        origin: origin ?? this.#origin,
        crossOrigin,
      }),
    )
  }

  #authenticatorData(rpId: string, deviation: Deviation, attested?: Buffer): Buffer {
    const { userPresent = true, userVerified = true, counter = this.counter } = deviation
    const flags = (userPresent ? 1 : 0) | (userVerified ? 4 : 0) | (attested === undefined ? 0 : 0x40)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    const rpIdHash = createHash('sha256')
      .update(deviation.rpId ?? rpId)
      .digest()
    return Buffer.concat([rpIdHash, Buffer.from([flags]), count, attested ?? Buffer.alloc(0)])
  }

  /** ES256 as COSE has it (RFC 9053 §7.1.1). */
  #publicKey(): Map<number, unknown> {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' })
    return new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ])
  }
}

/** As much of CBOR (RFC 8949) as an authenticator writes here. */
function encode(value: unknown): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encode)])
  if (value instanceof Map)
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, each]) => [encode(key), encode(each)])])
  throw new TypeError(`${typeof value} is not written here`)
}

function head(major: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(major << 5) | count])
  if (count < 256) return Buffer.from([(major << 5) | 24, count])
  return Buffer.from([(major << 5) | 25, count >> 8, count & 255])
}
