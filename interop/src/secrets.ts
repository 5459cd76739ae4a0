import type { Passed } from './tap.ts'

/** By kind, what must not be found anywhere: the parts of tokens that prove them (a signature, a MAC), and all of what has no parts. */
export type Secrets = ReadonlyMap<SecretKind, ReadonlySet<string>>

/**
 * Every secret that passed between clients and browsers, and Portcullis. Throws when there is a kind of a person’s client of which it found none; and where
 * one passed that should be `absent`.
 */
export function secretsIn(
  { sent, received }: Passed,
  { absent = [] }: { absent?: readonly SecretKind[] } = {},
): Secrets {
  const secrets = new Map<SecretKind, Set<string>>()
  for (const { kind, from, pattern, isBasic = false } of whereSecretsStand)
    for (const [, found = ''] of (from === 'sent' ? sent : received).matchAll(pattern))
      for (const form of isBasic ? [found, atob(found).replace(/^[^:]*:/, '')] : [found]) {
        const secret = secretIn(kind, form)
        if (secret === undefined || secret === '') continue
        if (secret.length < 16) throw new Error(`A secret is so short that it may stand anywhere: ${kind}`)
        secrets.set(kind, (secrets.get(kind) ?? new Set()).add(secret))
      }
  const passed = absent.filter((kind) => secrets.has(kind))
  if (passed.length > 0) throw new Error(`These must not pass Portcullis here, and did: ${passed.join(', ')}`)
  const missing = secretKinds.filter((kind) => !ofClients.has(kind) && !absent.includes(kind) && !secrets.has(kind))
  if (missing.length > 0) throw new Error(`Of these secrets none was seen, so none was sought: ${missing.join(', ')}`)
  return secrets
}

/** The kinds of which a secret stands in `text`, as it is or as a URL carries it. */
export function kindsIn(text: string, secrets: Secrets): readonly SecretKind[] {
  return secretKinds.filter((kind) =>
    [...(secrets.get(kind) ?? [])].some((secret) => formsOf(secret).some((form) => text.includes(form))),
  )
}

/** Of clients that authenticate, which are not everywhere. */
const ofClients: ReadonlySet<string> = new Set(['client secret', 'client assertion', 'identity assertion'])

const secretKinds = [
  'access token',
  'refresh token',
  'code',
  'code verifier',
  'password',
  'cookie',
  'one-time link',
  'client secret',
  'client assertion',
  'identity assertion',
] as const
export type SecretKind = (typeof secretKinds)[number]

/** What Portcullis makes of parts between dots, of which the last one proves the others. */
const hasParts: ReadonlySet<SecretKind> = new Set([
  'access token',
  'refresh token',
  'code',
  'client assertion',
  'identity assertion',
])

/** `isBasic`: the secret stands behind the client's identifier, and both in Base64, which is as good (RFC 7617 §2). */
const whereSecretsStand: readonly { kind: SecretKind; from: keyof Passed; pattern: RegExp; isBasic?: true }[] = [
  { kind: 'access token', from: 'sent', pattern: /^authorization: bearer (\S+)/gim },
  { kind: 'access token', from: 'received', pattern: /"access_token": ?"([^"]+)"/g },
  { kind: 'refresh token', from: 'sent', pattern: /\brefresh_token=([^&\s]+)/g },
  { kind: 'refresh token', from: 'received', pattern: /"refresh_token": ?"([^"]+)"/g },
  { kind: 'code', from: 'sent', pattern: /\bcode=([^&\s]+)/g },
  { kind: 'code', from: 'received', pattern: /^location: \S+[?&]code=([^&\s]+)/gim },
  { kind: 'code verifier', from: 'sent', pattern: /\bcode_verifier=([^&\s]+)/g },
  { kind: 'password', from: 'sent', pattern: /\bpassword=([^&\s]+)/g },
  { kind: 'cookie', from: 'sent', pattern: /(?:^cookie: |(?<=^cookie: .*); )[^=\s]+=([^;\s]+)/gim },
  { kind: 'cookie', from: 'received', pattern: /^set-cookie: [^=]+=([^;\s]+)/gim },
  { kind: 'one-time link', from: 'sent', pattern: /\btoken=([^&\s]+)/g },
  { kind: 'client secret', from: 'sent', pattern: /\bclient_secret=([^&\s]+)/g },
  { kind: 'client secret', from: 'sent', pattern: /^authorization: basic (\S+)/gim, isBasic: true },
  { kind: 'client assertion', from: 'sent', pattern: /\bclient_assertion=([^&\s]+)/g },
  { kind: 'identity assertion', from: 'sent', pattern: /\bassertion=([^&\s]+)/g },
]

function secretIn(kind: SecretKind, found: string): string | undefined {
  const text = decoded(found)
  return hasParts.has(kind) ? text.split('.').at(-1) : text
}

function formsOf(secret: string): readonly string[] {
  return [secret, encodeURIComponent(secret), new URLSearchParams({ secret }).toString().slice('secret='.length)]
}

function decoded(found: string): string {
  return new URLSearchParams(`found=${found}`).get('found') ?? found
}
