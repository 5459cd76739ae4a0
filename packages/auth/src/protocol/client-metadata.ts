import { OAuthError } from './oauth-error.ts'
import { printable } from './parameters.ts'
import { judgeRedirectUri, provesIdentity } from './redirect-uri.ts'
import { isSecureUrl } from './resource.ts'
import { isScopeToken } from './scope.ts'
import { shownText } from './shown-text.ts'

/** How a client authenticates at the token endpoint (RFC 7591 §2). */
export type ClientAuthenticationMethod = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'

/** Where the public keys of a client are: in its metadata, or at a URL of its own (RFC 7591 §2). */
export type ClientKeys =
  | { readonly kind: 'inline'; readonly jwks: { readonly keys: readonly Record<string, unknown>[] } }
  | { readonly kind: 'uri'; readonly uri: string }

/** Client metadata, parsed: what a registration asks for and an authorization server of ours can give (RFC 7591 §2). */
export interface ClientMetadata {
  redirectUris: readonly string[]
  authenticationMethod: ClientAuthenticationMethod
  /** Those that its assertions are signed with; always there where `authenticationMethod` is `private_key_jwt`. */
  keys?: ClientKeys
  grantTypes: readonly GrantType[]
  scope?: readonly string[]
  clientName?: string
  clientUri?: string
  logoUri?: string
  policyUri?: string
  tosUri?: string
  contacts?: readonly string[]
  softwareId?: string
  softwareVersion?: string
  /** `native` may have redirect URIs of every kind, `web` https ones alone (OpenID Connect Registration §2). */
  applicationType?: ApplicationType
  /** The client sends the browser with pushed requests alone (RFC 9126 §6). */
  requirePushedRequests?: true
}

export type ApplicationType = 'native' | 'web'

/** The grant type of devices without a browser (RFC 8628 §3.4). */
export const deviceCodeGrantType = 'urn:ietf:params:oauth:grant-type:device_code' as const

/** Token exchange (RFC 8693 §2.1). */
export const tokenExchangeGrantType = 'urn:ietf:params:oauth:grant-type:token-exchange' as const

/** Assertions as grants (RFC 7523 §2.1), which ID-JAG are. */
export const jwtBearerGrantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer' as const

/** What a client is for. Nobody registers for those that need no person; a host describes clients that have them. */
export type GrantType = 'authorization_code' | 'refresh_token' | typeof deviceCodeGrantType | MachineGrantType

/** What needs no person at hand. */
export type MachineGrantType = 'client_credentials' | typeof tokenExchangeGrantType | typeof jwtBearerGrantType

export const machineGrantTypes: readonly MachineGrantType[] = [
  'client_credentials',
  tokenExchangeGrantType,
  jwtBearerGrantType,
]

/** What the authorization server takes beside what every one does. */
export interface RegistrationOptions {
  /** Clients on devices without a browser. Default: false. */
  deviceAuthorization?: boolean
  /** Pushed requests. Default: false. */
  pushedRequests?: boolean
  /** Grant types that need no person; never where anybody may register. Default: false. */
  machineGrants?: boolean
}

const maxRedirectUris = 20
const maxUriLength = 1024
const maxTextLength = 256

/**
 * Parses the body of a registration request (RFC 7591 §2 and §3.1). Unknown fields are ignored, as §2 demands; what cannot be
 * given is left out, and the response says what was registered.
 * Throws `OAuthError`: `invalid_redirect_uri` where no redirect URI is left or one is forbidden (law 4),
 * `invalid_client_metadata` where a field has the wrong type or asks for what this server never does.
 */
export function parseClientMetadata(body: unknown, options: RegistrationOptions = {}): ClientMetadata {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new OAuthError('invalid_client_metadata', 'The body must be a JSON object')
  const fields = body as Record<string, unknown> // what stands behind each name is read by the functions below
  const optional: [keyof ClientMetadata, string | readonly string[] | undefined][] = [
    ['scope', scopeOf(fields)],
    ['clientName', textOf(fields, 'client_name')],
    ['clientUri', webUrlOf(fields, 'client_uri')],
    ['logoUri', webUrlOf(fields, 'logo_uri')],
    ['policyUri', webUrlOf(fields, 'policy_uri')],
    ['tosUri', webUrlOf(fields, 'tos_uri')],
    ['contacts', contactsOf(fields)],
    ['softwareId', textOf(fields, 'software_id')],
    ['softwareVersion', textOf(fields, 'software_version')],
  ]
  const grantTypes = grantTypesOf(fields, options)
  const hasCodes = grantTypes.includes('authorization_code')
  if (hasCodes) requireResponseTypeCode(fields)
  const authenticationMethod = authenticationMethodOf(fields)
  const keys = keysOf(fields)
  if (authenticationMethod === 'private_key_jwt' && typeof keys === 'string')
    throw new OAuthError('invalid_client_metadata', keys)
  const asked = applicationTypeOf(fields)
  const redirectUris = hasCodes ? redirectUrisOf(fields, asked) : []
  return {
    redirectUris,
    applicationType: asked ?? (hasCodes && redirectUris.every(provesIdentity) ? 'web' : 'native'),
    authenticationMethod,
    ...(typeof keys !== 'string' && { keys }),
    grantTypes,
    ...(options.pushedRequests &&
      fields.require_pushed_authorization_requests === true && { requirePushedRequests: true }),
    ...Object.fromEntries(optional.filter(([, value]) => value !== undefined)),
  }
}

function redirectUrisOf(
  fields: Record<string, unknown>,
  applicationType: ApplicationType | undefined,
): readonly string[] {
  const uris = stringsOf(fields, 'redirect_uris')
  if (uris === undefined || uris.length === 0)
    throw new OAuthError('invalid_redirect_uri', '"redirect_uris" must name at least one URI')
  if (uris.length > maxRedirectUris)
    throw new OAuthError('invalid_redirect_uri', `"redirect_uris" must name at most ${maxRedirectUris} URIs`)
  const reasons: string[] = []
  const accepted = uris.filter((uri) => {
    if (uri.length > maxUriLength) return reasons.push(`it is longer than ${maxUriLength} characters`) === 0
    const verdict = judgeRedirectUri(uri)
    if (verdict.kind === 'forbidden')
      throw new OAuthError('invalid_redirect_uri', `"${printable(uri)}" is refused: ${asAscii(verdict.reason)}`)
    if (verdict.kind === 'unsupported') reasons.push(`"${printable(uri)}": ${verdict.reason}`)
    if (verdict.kind !== 'accepted') return false
    if (applicationType !== 'web' || provesIdentity(uri)) return true
    reasons.push(`"${printable(uri)}": the application type "web" has https redirect URIs alone; register as "native"`)
    return false
  })
  if (accepted.length === 0)
    throw new OAuthError('invalid_redirect_uri', `No redirect URI can be accepted: ${asAscii(reasons[0] ?? '')}`)
  return [...new Set(accepted)]
}

function authenticationMethodOf(fields: Record<string, unknown>): ClientAuthenticationMethod {
  const method = textOf(fields, 'token_endpoint_auth_method')
  switch (method) {
    case undefined: // RFC 7591 §2: the default is client_secret_basic
      return 'client_secret_basic'
    case 'none':
    case 'client_secret_basic':
    case 'client_secret_post':
    case 'private_key_jwt':
      return method
    default:
      throw new OAuthError(
        'invalid_client_metadata',
        '"token_endpoint_auth_method" must be none, client_secret_basic, client_secret_post or private_key_jwt',
      )
  }
}

const mostKeys = 20
/** RFC 7518 §6: what only the owner of a key may know, and `k`, which is the key itself. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** What of a public key is kept: all that verifying needs, and all of it text. */
const publicMembers = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use']

/** The keys, or why there are none, which matters only to whom they are needed. Throws `OAuthError` where one is private. */
function keysOf({ jwks, jwks_uri: uri }: Record<string, unknown>): ClientKeys | string {
  const keys = typeof jwks === 'object' && jwks !== null && 'keys' in jwks ? jwks.keys : undefined
  const objects = Array.isArray(keys) ? keys.filter(isObject) : []
  if (objects.some((key) => privateMembers.some((name) => Object.hasOwn(key, name))))
    throw new OAuthError('invalid_client_metadata', '"jwks" has a private key, which is no secret any more')
  if (uri !== undefined && uri !== null) {
    if (jwks !== undefined && jwks !== null) return '"jwks" and "jwks_uri" exclude one another'
    return typeof uri === 'string' && isKeysUrl(uri) ? { kind: 'uri', uri } : '"jwks_uri" must be an https URL'
  }
  if (jwks === undefined || jwks === null) return 'private_key_jwt needs "jwks" or "jwks_uri"'
  if (!Array.isArray(keys) || keys.length > mostKeys || objects.length < keys.length)
    return `"jwks" must be a key set of at most ${mostKeys} keys`
  return { kind: 'inline', jwks: { keys: objects.map(publicPartOf) } }
}

function publicPartOf(key: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    publicMembers.filter((name) => typeof key[name] === 'string').map((name) => [name, key[name]]),
  )
}

/** It stands in events as it is: nothing in it may act on a terminal, or be a password. */
function isKeysUrl(text: string): boolean {
  if (text.length > maxUriLength || !/^[\x21-\x7E]+$/.test(text) || !isSecureUrl(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function grantTypesOf(
  fields: Record<string, unknown>,
  { deviceAuthorization = false, machineGrants = false }: RegistrationOptions,
): readonly GrantType[] {
  // RFC 7591 §2: the default is authorization_code alone. A client that says nothing is given refresh tokens too: many forget, none is hurt.
  const asked = stringsOf(fields, 'grant_types') ?? ['authorization_code', 'refresh_token']
  const beginnings: readonly GrantType[] = [
    'authorization_code',
    ...(deviceAuthorization ? [deviceCodeGrantType] : []),
    ...(machineGrants ? machineGrantTypes : []),
  ]
  const given = [...beginnings, 'refresh_token' as const].filter((type) => asked.includes(type))
  if (!beginnings.some((type) => asked.includes(type)))
    throw new OAuthError('invalid_client_metadata', `"grant_types" must contain ${beginnings.join(' or ')}`)
  return given
}

function requireResponseTypeCode(fields: Record<string, unknown>): void {
  const types = stringsOf(fields, 'response_types')
  if (types !== undefined && types.length > 0 && !types.includes('code'))
    throw new OAuthError('invalid_client_metadata', '"response_types" must contain code')
}

function scopeOf(fields: Record<string, unknown>): readonly string[] | undefined {
  const text = typeof fields.scope === 'string' ? fields.scope : undefined
  if (fields.scope !== undefined && fields.scope !== null && text === undefined)
    throw new OAuthError('invalid_client_metadata', '"scope" must be a string')
  const tokens = (text ?? '').split(' ').filter((token) => token !== '')
  if (tokens.length > 100 || !tokens.every((token) => token.length <= maxTextLength && isScopeToken(token)))
    throw new OAuthError('invalid_client_metadata', '"scope" has a token that is no scope token, or too many')
  return tokens.length === 0 ? undefined : [...new Set(tokens)]
}

/**
 * What the client says it is. Where it says nothing, OpenID Connect has `web`, and MCP clients from before 2026-07-28 say nothing and have loopback
 * redirect URIs: what they are follows from these then. A `native` client may have https ones beside them (RFC 8252 §7.2), as VS Code does.
 */
function applicationTypeOf(fields: Record<string, unknown>): ApplicationType | undefined {
  const type = textOf(fields, 'application_type')
  return type === 'native' || type === 'web' ? type : undefined
}

function contactsOf(fields: Record<string, unknown>): readonly string[] | undefined {
  const contacts = stringsOf(fields, 'contacts')?.filter((contact) => contact.length <= maxTextLength)
  return contacts === undefined || contacts.length === 0 ? undefined : contacts.slice(0, 5)
}

/** Kept to be echoed and shown as text only; one that is no https URL is left out rather than refused. */
function webUrlOf(fields: Record<string, unknown>, name: string): string | undefined {
  const text = typeof fields[name] === 'string' ? fields[name] : undefined
  if (text === undefined || text.length > maxUriLength || !URL.canParse(text)) return undefined
  return /^https?:\/\/[\x21-\x7E]+$/.test(text) ? text : undefined
}

function textOf(fields: Record<string, unknown>, name: string): string | undefined {
  const value = fields[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw new OAuthError('invalid_client_metadata', `"${name}" must be a string`)
  if (value.length > maxTextLength)
    throw new OAuthError('invalid_client_metadata', `"${name}" must have at most ${maxTextLength} characters`)
  const shown = shownText(value)
  return shown === '' ? undefined : shown
}

function stringsOf(fields: Record<string, unknown>, name: string): readonly string[] | undefined {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new OAuthError(
      name === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata',
      `"${name}" must be an array of strings`,
    )
  return value
}

function asAscii(text: string): string {
  return text.replaceAll('"', "'")
}
