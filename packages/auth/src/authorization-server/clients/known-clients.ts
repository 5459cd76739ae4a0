import type { ClientMetadata } from '../../protocol/client-metadata.ts'

/** What the host knows of the clients of one vendor beforehand: `knownClientsOf` makes it of the data of `@portcullis/clients`; nothing here looks it up. */
export interface KnownClient {
  /** Whose clients these are, for people. */
  vendor: string
  /** The hosts (`name`, or `name:port`) of its https redirect URIs, compared exactly. */
  redirectHosts: readonly string[]
  /** Whether its clients register with the method `none` and cannot go on without a `client_secret` in the answer. */
  needsSecret: boolean
}

/** What is read of a client profile; those of `@portcullis/clients` are such. */
export interface VendorProfile {
  vendor: string
  registration?: {
    redirectUris?: { value: readonly string[] }
    redirectUrisWithoutIss?: { value: readonly string[] }
    needsSecret?: { value: boolean }
  }
}

/** The option `knownClients`, of the `profiles` of `@portcullis/clients`: vendors as far as https redirect URIs say who they are. */
export function knownClientsOf(profiles: readonly VendorProfile[]): KnownClient[] {
  return profiles.flatMap(({ vendor, registration }) => {
    const uris = [registration?.redirectUris, registration?.redirectUrisWithoutIss].flatMap((fact) => fact?.value ?? [])
    // A host that is another for each customer, such as `https://{host}/callback`, says nothing of the vendor.
    const redirectHosts = uris.flatMap((uri) => /^https:\/\/([a-z0-9.-]+)(?:\/|$)/.exec(uri)?.[1] ?? [])
    if (redirectHosts.length === 0) return []
    return [
      { vendor, redirectHosts: [...new Set(redirectHosts)], needsSecret: registration?.needsSecret?.value === true },
    ]
  })
}

/** Throws `TypeError` for a host that no redirect URI could have, as it would be compared. */
export function resolveKnownClients(knownClients: readonly KnownClient[]): readonly KnownClient[] {
  for (const { vendor, redirectHosts } of knownClients)
    for (const host of redirectHosts)
      if (!URL.canParse(`https://${host}/`) || new URL(`https://${host}/`).host !== host)
        throw new TypeError(
          `"${host}" of the known clients of ${vendor} is no host in lower case, such as client.example`,
        )
  return Object.freeze(knownClients.map((known) => Object.freeze({ ...known })))
}

/**
 * Whether a client that registers with `none` gets a secret nevertheless. Others must not: some that get one begin to authenticate with it, and
 * fail. So every redirect URI must lead to one vendor of whom that is known: whoever else registers such a body sends its codes there too.
 */
export function needsSecret(metadata: ClientMetadata, knownClients: readonly KnownClient[]): boolean {
  // A client of a device has no redirect URI, and so none that says whose it is.
  if (metadata.authenticationMethod !== 'none' || metadata.redirectUris.length === 0) return false
  const hosts = metadata.redirectUris.map((uri) => (uri.startsWith('https://') ? new URL(uri).host : undefined))
  return knownClients.some(
    (known) => known.needsSecret && hosts.every((host) => host !== undefined && known.redirectHosts.includes(host)),
  )
}
