import {
  type ClientMetadata,
  deviceCodeGrantType,
  type GrantType,
  machineGrantTypes,
  parseClientMetadata,
} from '../../protocol/client-metadata.ts'
import { formatClientMetadata } from '../../protocol/format-client-metadata.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'

/** What a host says of a client that it makes itself: what a registration would, and what is left out is as there. */
export interface ClientDescription extends Partial<ClientMetadata> {
  /** Needed where `authorization_code` is among `grantTypes`, and only there. */
  redirectUris?: readonly string[]
  /**
   * What it is for: by any other it gets no token. `client_credentials`, token exchange and `jwt-bearer` need `privileges` or
   * `identityAssertionIssuers` beside. Default: `authorization_code` and `refresh_token`, and what those two say.
   */
  grantTypes?: readonly GrantType[]
}

/**
 * The metadata of a client that is described. Default method: `private_key_jwt` where it has keys, `client_secret_basic` where it has a secret, `none`
 * otherwise. Throws `TypeError`, which names the client as `who`, where a registration would be refused or get less than it asks for.
 */
export function metadataOf(description: ClientDescription, who: string, secret?: string): ClientMetadata {
  const { redirectUris = [], grantTypes = ['authorization_code', 'refresh_token'] } = description
  const authenticationMethod = description.authenticationMethod ?? usualMethod(description, secret)
  requireWay({ redirectUris, grantTypes, authenticationMethod }, who)
  const metadata = parsed({ ...description, redirectUris, grantTypes, authenticationMethod }, who)
  const lost = redirectUris.find((uri) => !metadata.redirectUris.includes(uri))
  if (lost !== undefined) throw new TypeError(`${who} cannot have the redirect URI "${lost}"`)
  const wantsSecret = authenticationMethod.startsWith('client_secret_')
  if (secret !== undefined && !wantsSecret)
    throw new TypeError(`${who} has a secret, and its method is ${authenticationMethod}`)
  if (secret !== undefined && !/^[\x21-\x7E]{32,}$/.test(secret))
    throw new TypeError(`the secret of ${who} must have at least 32 characters, all of them visible ASCII`)
  return metadata
}

/** That there is a way to a token, and what each way needs. */
function requireWay(
  {
    redirectUris,
    grantTypes,
    authenticationMethod,
  }: Pick<ClientMetadata, 'redirectUris' | 'grantTypes' | 'authenticationMethod'>,
  who: string,
): void {
  const unknown = grantTypes.find((type) => !every.includes(type))
  if (unknown !== undefined)
    throw new TypeError(`${who} cannot have the grant type "${unknown}"; there are ${every.join(', ')}`)
  const hasCodes = grantTypes.includes('authorization_code')
  if (hasCodes && redirectUris.length === 0)
    throw new TypeError(
      `${who} has no "redirectUris", which the grant type authorization_code needs; for a client without a person name its "grantTypes", as ['client_credentials']`,
    )
  if (!hasCodes && redirectUris.length > 0)
    throw new TypeError(`${who} has "redirectUris", which only the grant type authorization_code uses; leave them out`)
  const machine = machineGrantTypes.find((type) => grantTypes.includes(type))
  if (machine !== undefined && authenticationMethod === 'none')
    throw new TypeError(`${who} needs a secret or keys for the grant type ${machine}: it must prove who it is`)
}

const every: readonly GrantType[] = ['authorization_code', 'refresh_token', deviceCodeGrantType, ...machineGrantTypes]

function usualMethod({ keys }: ClientDescription, secret: string | undefined): ClientMetadata['authenticationMethod'] {
  if (keys !== undefined) return 'private_key_jwt'
  return secret === undefined ? 'none' : 'client_secret_basic'
}

function parsed(metadata: ClientMetadata, who: string): ClientMetadata {
  try {
    return parseClientMetadata(formatClientMetadata(metadata), {
      deviceAuthorization: true,
      pushedRequests: true,
      machineGrants: true,
    })
  } catch (cause) {
    if (cause instanceof OAuthError) throw new TypeError(`${who} cannot stand: ${inOurWords(cause.message)}`, { cause })
    throw cause
  }
}

/** A registration is told of names on the wire; whoever wrote a description knows them as they stand there. */
function inOurWords(message: string): string {
  return message
    .replaceAll('"token_endpoint_auth_method"', '"authenticationMethod"')
    .replace(/"(?!jwks)[a-z]+(?:_[a-z]+)+"/g, (name) =>
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    )
}
