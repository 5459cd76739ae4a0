import type { ClientMetadata } from '../../protocol/client-metadata.ts'

/** What the host knows of the clients of one vendor beforehand: `knownClientsOf` makes it of the data of `@portcullis/clients`; nothing here looks it up. */
export interface KnownClient {
  /** Whose clients these are, for people. */
  vendor: string
  /** The hosts (`name`, or `name:port`) of its https redirect URIs, compared exactly: answers that go there go to this vendor, and pages say so. */
  redirectHosts: readonly string[]
  /** The hosts at which documents describe its clients, compared exactly: pages say whose they are. Default: none. */
  documentHosts?: readonly string[]
  /** What its clients are called: pages warn of others that go by a name like these, where a host of this vendor is known. Default: none. */
  names?: readonly string[]
  /** Whether its clients register with the method `none` and cannot go on without a `client_secret` in the answer. */
  needsSecret: boolean
}

/** What is read of a client profile; those of `@portcullis/clients` are such. */
export interface VendorProfile {
  vendor: string
  name?: string
  registration?: {
    documentUrl?: { value: string }
    clientName?: { value: string }
    redirectUris?: { value: readonly string[] }
    redirectUrisWithoutIss?: { value: readonly string[] }
    needsSecret?: { value: boolean }
  }
}

/** The option `knownClients`, of the `profiles` of `@portcullis/clients`: what vendors are known by. */
export function knownClientsOf(profiles: readonly VendorProfile[]): KnownClient[] {
  return profiles.flatMap((profile) => {
    const { vendor, registration } = profile
    const uris = [registration?.redirectUris, registration?.redirectUrisWithoutIss].flatMap((fact) => fact?.value ?? [])
    const redirectHosts = uris.flatMap(hostOf)
    const documentHosts = hostOf(registration?.documentUrl?.value ?? '')
    // Of one without a host nobody could say that a place is not theirs.
    if (redirectHosts.length + documentHosts.length === 0) return []
    const names = namesOf(profile)
    return [
      {
        vendor,
        redirectHosts: [...new Set(redirectHosts)],
        ...(documentHosts.length > 0 && { documentHosts }),
        ...(names.length > 0 && { names }),
        needsSecret: registration?.needsSecret?.value === true,
      },
    ]
  })
}

/** A host that is another for each customer, such as `https://{host}/callback`, says nothing of the vendor. */
function hostOf(uri: string): string[] {
  const host = /^https:\/\/([a-z0-9.-]+)(?:\/|$)/.exec(uri)?.[1]
  return host === undefined ? [] : [host]
}

/** Vendors whose name alone tells nobody apart: everyday words, and houses whose many products are at more hosts than are known. */
const vagueVendors = new Set(['Anomaly', 'Block', 'GitHub', 'Google', 'Microsoft', 'Salesforce'])

/** As clients call themselves, and as people do; without what is said of them in brackets. */
function namesOf({ vendor, name = '', registration }: VendorProfile): string[] {
  const ofVendor = vagueVendors.has(vendor) ? [] : [vendor]
  const said = [registration?.clientName?.value ?? '', name].map((text) => text.replace(/\s*[({][^)}]*[)}]+/g, ''))
  const plain = [...said.flatMap((text) => text.split(' and ')), ...ofVendor].map((each) => each.trim())
  return [...new Set(plain.filter((each) => each !== ''))]
}

/** Throws `TypeError` for a host that no URI could have, as it would be compared. */
export function resolveKnownClients(knownClients: readonly KnownClient[]): readonly KnownClient[] {
  for (const { vendor, redirectHosts, documentHosts = [] } of knownClients)
    for (const host of [...redirectHosts, ...documentHosts])
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
