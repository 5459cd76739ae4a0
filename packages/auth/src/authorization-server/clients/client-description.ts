import { type ClientMetadata, parseClientMetadata } from '../../protocol/client-metadata.ts'
import { formatClientMetadata } from '../../protocol/format-client-metadata.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'

/** What a host says of a client that it makes itself: what a registration would, and what is left out is as there. */
export interface ClientDescription extends Partial<Omit<ClientMetadata, 'redirectUris'>> {
  redirectUris: readonly string[]
}

/**
 * The metadata of a client that is described. Default method: `private_key_jwt` where it has keys, `client_secret_basic` where it has a secret, `none`
 * otherwise. Throws `TypeError`, which names the client as `who`, where a registration would be refused or get less than it asks for.
 */
export function metadataOf(description: ClientDescription, who: string, secret?: string): ClientMetadata {
  const authenticationMethod = description.authenticationMethod ?? usualMethod(description, secret)
  const metadata = parsed(
    { grantTypes: ['authorization_code', 'refresh_token'], ...description, authenticationMethod },
    who,
  )
  const lost = description.redirectUris.find((uri) => !metadata.redirectUris.includes(uri))
  if (lost !== undefined) throw new TypeError(`${who} cannot have the redirect URI "${lost}"`)
  const wantsSecret = authenticationMethod.startsWith('client_secret_')
  if (secret !== undefined && !wantsSecret)
    throw new TypeError(`${who} has a secret, and its method is ${authenticationMethod}`)
  if (secret !== undefined && !/^[\x21-\x7E]{32,}$/.test(secret))
    throw new TypeError(`the secret of ${who} must have at least 32 characters, all of them visible ASCII`)
  return metadata
}

function usualMethod({ keys }: ClientDescription, secret: string | undefined): ClientMetadata['authenticationMethod'] {
  if (keys !== undefined) return 'private_key_jwt'
  return secret === undefined ? 'none' : 'client_secret_basic'
}

function parsed(metadata: ClientMetadata, who: string): ClientMetadata {
  try {
    return parseClientMetadata(formatClientMetadata(metadata), { deviceAuthorization: true, pushedRequests: true })
  } catch (cause) {
    if (cause instanceof OAuthError) throw new TypeError(`${who} cannot stand: ${cause.message}`, { cause })
    throw cause
  }
}
