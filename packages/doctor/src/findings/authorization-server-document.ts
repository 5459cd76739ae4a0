import { isLoopbackHost, sameIdentifier } from '@portcullis/auth/protocol'
import { stringIn, stringsIn } from '../evidence/read-json.ts'
import { isWebUrl } from '../probes/resource-documents.ts'
import type { Issuers, ServerDocument } from '../probes/server-documents.ts'
import { type Finding, finding } from './finding.ts'

/** What is wrong with the document that clients use, as it stands there (RFC 8414 §2, OpenID Connect Discovery §3). */
export function findInServerDocument(used: ServerDocument, from: Issuers['from']): readonly Finding[] {
  return [
    ...issuerMismatch(used, from),
    ...fieldsMissing(used),
    ...fieldsMalformed(used),
    ...endpointsNotHttps(used),
    ...responseTypes(used),
    ...codeChallengeMethods(used),
    ...authenticationMethods(used),
    ...refreshNotListed(used),
  ]
}

function issuerMismatch({ issuer: expected, document, url, exchange }: ServerDocument, from: Issuers['from']) {
  const issuer = stringIn(document.issuer)
  // Where clients guess the issuer, they take the document's word for it.
  if (issuer === undefined || issuer === expected || (from === 'guess' && sameIdentifier(issuer, expected))) return []
  return [finding('issuer_mismatch', { issuer, expected, url }, exchange)]
}

const required = ['issuer', 'authorization_endpoint', 'token_endpoint', 'response_types_supported']
const requiredByOpenid = ['jwks_uri', 'subject_types_supported', 'id_token_signing_alg_values_supported']

function fieldsMissing({ kind, document, url, exchange }: ServerDocument): readonly Finding[] {
  const fields = kind === 'openid' ? [...required, ...requiredByOpenid] : required
  return fields
    .filter((field) => document[field] === undefined || document[field] === null)
    .map((field) => finding('metadata_field_missing', { field, url }, exchange))
}

const urlFields = ['issuer', 'authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'jwks_uri']
const listFields = [
  'response_types_supported',
  'grant_types_supported',
  'code_challenge_methods_supported',
  'token_endpoint_auth_methods_supported',
  'scopes_supported',
  'response_modes_supported',
]

function fieldsMalformed({ document, url, exchange }: ServerDocument): readonly Finding[] {
  const isMalformed = (field: string, isGood: (value: unknown) => boolean) =>
    document[field] !== undefined && document[field] !== null && !isGood(document[field])
  return [
    ...urlFields.filter((field) => isMalformed(field, (value) => typeof value === 'string' && isWebUrl(value))),
    ...listFields.filter((field) => isMalformed(field, (value) => stringsIn(value) !== undefined)),
  ].map((field) =>
    finding('metadata_field_malformed', { field, value: JSON.stringify(document[field]) ?? '', url }, exchange),
  )
}

function endpointsNotHttps({ document, exchange }: ServerDocument): readonly Finding[] {
  return ['authorization_endpoint', 'token_endpoint', 'registration_endpoint'].flatMap((field) => {
    const value = stringIn(document[field])
    if (value === undefined || !isWebUrl(value)) return []
    const { protocol, hostname } = new URL(value)
    return protocol === 'https:' || isLoopbackHost(hostname)
      ? []
      : [finding('endpoint_not_https', { field, value }, exchange)]
  })
}

/** MCP clients ask for a code (RFC 6749 §4.1.1), and some look first whether they may. */
function responseTypes({ document, url, exchange }: ServerDocument): readonly Finding[] {
  const listed = stringsIn(document.response_types_supported)
  return listed === undefined || listed.includes('code')
    ? []
    : [finding('response_type_code_missing', { listed, url }, exchange)]
}

function codeChallengeMethods({ document, url, exchange }: ServerDocument): readonly Finding[] {
  const listed = stringsIn(document.code_challenge_methods_supported)
  return [
    ...(listed?.includes('S256') === true ? [] : [finding('s256_missing', { listed, url }, exchange)]),
    ...(listed?.includes('plain') === true ? [finding('plain_listed', { url }, exchange)] : []),
  ]
}

function authenticationMethods({ document, url, exchange }: ServerDocument): readonly Finding[] {
  const methods = stringsIn(document.token_endpoint_auth_methods_supported)
  if (methods?.includes('none') === true) return []
  const registrationEndpoint = stringIn(document.registration_endpoint)
  return document.client_id_metadata_document_supported === true
    ? [finding('client_documents_without_none', { methods, registrationEndpoint }, exchange)]
    : [finding('public_clients_not_listed', { methods, url }, exchange)]
}

function refreshNotListed({ document, exchange }: ServerDocument): readonly Finding[] {
  const grantTypes = stringsIn(document.grant_types_supported)
  return grantTypes?.includes('refresh_token') === true ? [] : [finding('refresh_not_listed', { grantTypes }, exchange)]
}
