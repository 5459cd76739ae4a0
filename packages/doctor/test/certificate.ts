import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

export interface CertificateOptions {
  /** A DNS name. */
  readonly name: string
  readonly from?: Date
  readonly to?: Date
  /** Who signs. Default: it signs itself. */
  readonly issuer?: Certificate
}

export interface Certificate {
  readonly name: string
  readonly key: KeyObject
  /** PEM. */
  readonly cert: string
}

/** A certificate for tests (RFC 5280 §4.1), made anew so that no private key stands in the repository. */
export function makeCertificate({ name, from, to, issuer }: CertificateOptions): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
  const subjectAlternativeName = sequence(
    oid(0x55, 0x1d, 0x11),
    element(0x04, sequence(element(0x82, Buffer.from(name)))),
  )
  const body = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguishedName(issuer?.name ?? name),
    sequence(time(from ?? daysFromNow(-1)), time(to ?? daysFromNow(1))),
    distinguishedName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(subjectAlternativeName)),
  )
  const signature = sign('sha256', body, issuer?.key ?? privateKey)
  const der = sequence(body, algorithm, element(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return {
    name,
    key: privateKey,
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  }
}

export function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * 86_400_000)
}

function distinguishedName(commonName: string): Buffer {
  return sequence(element(0x31, sequence(oid(0x55, 0x04, 0x03), element(0x0c, Buffer.from(commonName)))))
}

function time(date: Date): Buffer {
  return element(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`))
}

function oid(...bytes: readonly number[]): Buffer {
  return element(0x06, Buffer.from(bytes))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return element(0x30, ...parts)
}

function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content])
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 255]), content])
}
