import { deviceCodeGrantType, OAuthError, parseClientMetadata } from '@portcullis/auth/protocol'
import { grantTypeOfPrivilege } from './client-grant-types.ts'
import type { Problem } from './problems.ts'
import type { Settings } from './schema.ts'

/** What of `clients` cannot stand: what a registration would refuse, or give less of, and what does not go together. */
export function clientProblems({ clients, clientDocuments, pushedRequests, devices }: Settings): Problem[] {
  return Object.entries(clients).flatMap(([id, client]) => {
    const at = ['clients', id]
    if (!/^[A-Za-z0-9._~-]{1,128}$/.test(id))
      return [{ path: at, message: 'must be an identifier of at most 128 letters, digits and any of - . _ ~' }]
    return [
      ...redirectProblems(at, client),
      ...credentialProblems(at, client),
      ...(client.requirePushedRequests && !pushedRequests.enabled
        ? [{ path: [...at, 'requirePushedRequests'], message: 'needs pushedRequests.enabled: true' }]
        : []),
      ...(client.grantTypes?.includes(deviceCodeGrantType) && !devices.enabled
        ? [{ path: [...at, 'grantTypes'], message: `has ${deviceCodeGrantType}, which needs devices.enabled: true` }]
        : []),
      ...(client.keysUrl !== undefined && !clientDocuments.enabled
        ? [{ path: [...at, 'keysUrl'], message: 'needs clientDocuments.enabled: true; or name a keysFile' }]
        : []),
    ]
  })
}

type Client = Settings['clients'][string]

function redirectProblems(at: string[], { redirectUris, grantTypes = ['authorization_code'] }: Client): Problem[] {
  const path = [...at, 'redirectUris']
  if (!grantTypes.some((type) => type !== 'refresh_token'))
    return [{ path: [...at, 'grantTypes'], message: 'must name a way to a token beside refresh_token' }]
  if (!grantTypes.includes('authorization_code'))
    return redirectUris.length === 0
      ? []
      : [{ path, message: 'must be left out: only the grant type authorization_code uses it' }]
  if (redirectUris.length === 0)
    return [
      {
        path,
        message:
          'must name at least one URI for the grant type authorization_code; for a client without a person set grantTypes: [client_credentials]',
      },
    ]
  try {
    const accepted = parseClientMetadata({ redirect_uris: redirectUris }).redirectUris
    return redirectUris.flatMap((uri, nth) =>
      accepted.includes(uri)
        ? []
        : [{ path: [...path, nth], message: `must be a redirect URI that can be taken, but is "${uri}"` }],
    )
  } catch (error) {
    if (error instanceof OAuthError) return [{ path, message: `cannot stand: ${error.message}` }]
    throw error
  }
}

function credentialProblems(at: string[], client: Client): Problem[] {
  const { secretFile, secretVariable, keysFile, keysUrl } = client
  const hasSecret = secretFile !== undefined || secretVariable !== undefined
  const hasKeys = keysFile !== undefined || keysUrl !== undefined
  const problem = (name: string, message: string) => [{ path: [...at, name], message }]
  if (secretFile !== undefined && secretVariable !== undefined)
    return problem('secretVariable', 'must not stand beside secretFile: a client has one secret')
  if (keysFile !== undefined && keysUrl !== undefined)
    return problem('keysUrl', 'must not stand beside keysFile: a client has its keys in one place')
  if (hasSecret && hasKeys)
    return problem(keysFile === undefined ? 'keysUrl' : 'keysFile', 'must not stand beside a secret')
  const method = client.method ?? (hasKeys ? 'private_key_jwt' : hasSecret ? 'client_secret_basic' : 'none')
  if (method.startsWith('client_secret_') !== hasSecret)
    return problem(
      'method',
      hasSecret
        ? `must be one of secrets, but is "${method}"`
        : `is "${method}", which needs secretFile or secretVariable`,
    )
  if ((method === 'private_key_jwt') !== hasKeys)
    return problem(
      'method',
      hasKeys
        ? `must be private_key_jwt for keys, but is "${method}"`
        : 'is "private_key_jwt", which needs keysFile or keysUrl',
    )
  const machine = client.grantTypes?.find((type) => Object.values(grantTypeOfPrivilege).some((each) => each === type))
  if (method === 'none' && machine !== undefined)
    return problem('grantTypes', `has ${machine}, which needs a secret or keys: the client must prove who it is`)
  return []
}
