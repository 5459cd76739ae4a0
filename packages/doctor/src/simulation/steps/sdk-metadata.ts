import type { Exchange } from '../../evidence/exchange.ts'
import { isObject, readJson, stringIn, stringsIn } from './json-document.ts'
import { anything, flag, list, optional, type Rule, refusal, safeUrl, text, url } from './zod-issues.ts'

/** What the official SDK uses of protected resource metadata. */
export interface SdkResourceMetadata {
  readonly resource: string
  readonly authorizationServers: readonly string[]
  readonly scopes: readonly string[] | undefined
}

/** What it uses of authorization server metadata. */
export interface SdkServerMetadata {
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly registrationEndpoint: string | undefined
  readonly scopes: readonly string[] | undefined
  readonly responseTypes: readonly string[]
  readonly codeChallengeMethods: readonly string[] | undefined
  readonly takesClientDocuments: boolean
  /** As read, for what clients built on the SDK look at beside. */
  readonly document: { readonly [name: string]: unknown }
}

export type Reading<Metadata> =
  | { readonly kind: 'metadata'; readonly metadata: Metadata }
  /** `message`: of the error that the SDK throws. */
  | { readonly kind: 'unusable'; readonly message: string }
  | { readonly kind: 'cut_off' }

export function readSdkResourceMetadata(exchange: Exchange): Reading<SdkResourceMetadata> {
  return reading(exchange, resourceRules, (document) => ({
    resource: trimmed(document.resource),
    authorizationServers: stringsIn(document.authorization_servers)?.map((each) => each.trim()) ?? [],
    scopes: stringsIn(document.scopes_supported),
  }))
}

export function readSdkServerMetadata(exchange: Exchange, kind: 'oauth' | 'openid'): Reading<SdkServerMetadata> {
  return reading(exchange, kind === 'oauth' ? oauthRules : openidRules, (document) => ({
    issuer: stringIn(document.issuer) ?? '',
    authorizationEndpoint: trimmed(document.authorization_endpoint),
    registrationEndpoint: stringIn(document.registration_endpoint)?.trim(),
    scopes: stringsIn(document.scopes_supported),
    responseTypes: stringsIn(document.response_types_supported) ?? [],
    codeChallengeMethods: stringsIn(document.code_challenge_methods_supported),
    takesClientDocuments: document.client_id_metadata_document_supported === true,
    document,
  }))
}

function reading<Metadata>(
  exchange: Exchange,
  rules: Readonly<Record<string, Rule>>,
  metadataOf: (document: { readonly [name: string]: unknown }) => Metadata,
): Reading<Metadata> {
  const document = readJson(exchange)
  if (document.kind === 'not_json') return { kind: 'unusable', message: document.message }
  if (document.kind !== 'value') return { kind: 'cut_off' }
  const message = refusal(document.value, rules)
  if (message !== undefined || !isObject(document.value)) return { kind: 'unusable', message: message ?? '' }
  return { kind: 'metadata', metadata: metadataOf(document.value) }
}

function trimmed(value: unknown): string {
  return stringIn(value)?.trim() ?? ''
}

const texts = optional(list(text))

// The order is the SDK's: it is the order of the issues in its message.
const resourceRules = {
  resource: url,
  authorization_servers: optional(list(safeUrl)),
  jwks_uri: optional(url),
  scopes_supported: texts,
  bearer_methods_supported: texts,
  resource_signing_alg_values_supported: texts,
  resource_name: optional(text),
  resource_documentation: optional(text),
  resource_policy_uri: optional(url),
  resource_tos_uri: optional(url),
  tls_client_certificate_bound_access_tokens: optional(flag),
  authorization_details_types_supported: texts,
  dpop_signing_alg_values_supported: texts,
  dpop_bound_access_tokens_required: optional(flag),
}

const oauthRules = {
  issuer: text,
  authorization_endpoint: safeUrl,
  token_endpoint: safeUrl,
  registration_endpoint: optional(safeUrl),
  scopes_supported: texts,
  response_types_supported: list(text),
  response_modes_supported: texts,
  grant_types_supported: texts,
  token_endpoint_auth_methods_supported: texts,
  token_endpoint_auth_signing_alg_values_supported: texts,
  service_documentation: optional(safeUrl),
  revocation_endpoint: optional(safeUrl),
  revocation_endpoint_auth_methods_supported: texts,
  revocation_endpoint_auth_signing_alg_values_supported: texts,
  introspection_endpoint: optional(text),
  introspection_endpoint_auth_methods_supported: texts,
  introspection_endpoint_auth_signing_alg_values_supported: texts,
  code_challenge_methods_supported: texts,
  client_id_metadata_document_supported: optional(flag),
  authorization_response_iss_parameter_supported: anything,
}

const openidRules = {
  issuer: text,
  authorization_endpoint: safeUrl,
  token_endpoint: safeUrl,
  userinfo_endpoint: optional(safeUrl),
  jwks_uri: safeUrl,
  registration_endpoint: optional(safeUrl),
  scopes_supported: texts,
  response_types_supported: list(text),
  response_modes_supported: texts,
  grant_types_supported: texts,
  acr_values_supported: texts,
  subject_types_supported: list(text),
  id_token_signing_alg_values_supported: list(text),
  id_token_encryption_alg_values_supported: texts,
  id_token_encryption_enc_values_supported: texts,
  userinfo_signing_alg_values_supported: texts,
  userinfo_encryption_alg_values_supported: texts,
  userinfo_encryption_enc_values_supported: texts,
  request_object_signing_alg_values_supported: texts,
  request_object_encryption_alg_values_supported: texts,
  request_object_encryption_enc_values_supported: texts,
  token_endpoint_auth_methods_supported: texts,
  token_endpoint_auth_signing_alg_values_supported: texts,
  display_values_supported: texts,
  claim_types_supported: texts,
  claims_supported: texts,
  service_documentation: optional(text),
  claims_locales_supported: texts,
  ui_locales_supported: texts,
  claims_parameter_supported: optional(flag),
  request_parameter_supported: optional(flag),
  request_uri_parameter_supported: optional(flag),
  require_request_uri_registration: optional(flag),
  op_policy_uri: optional(safeUrl),
  op_tos_uri: optional(safeUrl),
  client_id_metadata_document_supported: optional(flag),
  code_challenge_methods_supported: texts,
}
