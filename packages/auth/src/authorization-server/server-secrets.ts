/** A secret that grants' codes and refresh tokens are derived with, and signing keys encrypted. It never enters the store. */
export interface ServerSecret {
  /** Stands in every code and refresh token: 1 to 16 letters and digits. */
  id: string
  /** At least 32 random bytes. */
  secret: Uint8Array
}

/** Throws `TypeError` for secrets that cannot stand. */
export function resolveSecrets([current, ...previous]: readonly ServerSecret[]): readonly [
  ServerSecret,
  ...ServerSecret[],
] {
  if (current === undefined) throw new TypeError('"secrets" must have at least one secret')
  const secrets = [current, ...previous] as const
  for (const { id, secret } of secrets) {
    if (!/^[A-Za-z0-9]{1,16}$/.test(id)) throw new TypeError('the "id" of a secret must be 1 to 16 letters and digits')
    if (secret.byteLength < 32) throw new TypeError(`the secret "${id}" must have at least 32 bytes`)
  }
  if (new Set(secrets.map(({ id }) => id)).size !== secrets.length)
    throw new TypeError('two secrets have the same "id"')
  return Object.freeze(secrets)
}
