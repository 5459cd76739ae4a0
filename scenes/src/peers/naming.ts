import type { Said } from './tool.ts'

/**
 * A cause counts as named when a person who reads what the tool printed would know where to look: whatever else it says beside, at whatever severity,
 * and whichever of its sentences it is. Theirs may name it by a code; ours must by its sentence, since the scenes were named after our codes.
 */
export function sentenceNaming(
  pattern: RegExp,
  said: readonly Said[],
  { codesCount }: { codesCount: boolean },
): Said | undefined {
  const names = ({ code, text }: Said) => pattern.test(codesCount ? `${code}: ${text}` : text)
  return inOrder.flatMap((severity) => said.filter((each) => each.severity === severity)).find(names)
}

const inOrder = ['error', 'warning', 'note'] as const

export function patternOf(cause: string): RegExp {
  const pattern = says[cause]
  if (pattern === undefined) throw new TypeError(`naming.ts does not say what counts as naming ${cause}`)
  return pattern
}

const notAsked =
  'AUTH_REQUIRED_BUT_NOT_ADVERTISED|expected 401|refused with 401|auth_required: false|initialize -> 200|OAuth is (?:not required|optional)|\\bready: |lets everybody|whoever is not signed in|not asked to sign in|MCP_INITIALIZE_FAILED'
const resourceMetadata = '(?:protected[- ]resource[- ]metadata|PRM|oauth-protected-resource|RFC 9728|resource metadata)'
const asMetadata =
  '(?:authorization[- _]server[- _]metadata|AS metadata|AUTH_SERVER_METADATA|MCP-AS-001|oauth-authorization-server|openid-configuration|ASM-\\d+|rfc8414)'

const says: Readonly<Record<string, RegExp>> = {
  everybody_let_in: new RegExp(notAsked, 'i'),
  error_with_status_200: new RegExp(`${notAsked}|error.*status 200|status 200.*error`, 'i'),
  wrong_challenge_status: new RegExp(`${notAsked}|\\b40[03]\\b`, 'i'),
  login_page_instead_of_challenge: new RegExp(
    `${notAsked}|redirect(?:ed|s)? to|login page|\\b30[1237]\\b|text/html`,
    'i',
  ),
  redirected: /redirect|\b30[12378]\b|final_url/i,
  checked_before_authentication: /expected 401|protocol.?version|VERSION_MISMATCH|MCP-Protocol-Version/i,
  challenge_missing:
    /NO_WWW_AUTHENTICATE|HEADER_STRIPPED|(?:missing|no|without|lacks?|absent)\b.{0,40}WWW-Authenticate|WWW-Authenticate.{0,60}(?:missing|absent|not (?:present|sent|found)|required)|CHAL-02|challenge\.bearer/i,
  challenge_not_bearer:
    /not (?:a )?Bearer|\bBasic\b|no Bearer|without a? ?Bearer|CHAL-02|challenge\.bearer|AUTH_REQUIRED_BUT_NOT_ADVERTISED|NO_WWW_AUTHENTICATE/i,
  challenge_without_pointer: /resource_metadata|CHAL-02|does not implement OAuth 2.0 Protected Resource/i,
  pointer_not_absolute:
    /resource_metadata.{0,80}(?:absolute|relative|URL|URI)|Invalid URL|RFC3986_(?:ABSOLUTE|INVALID)|not an? (?:absolute )?URL/i,
  pointer_leads_nowhere:
    /resource_metadata.{0,120}(?:404|fail|unreachable|refus|not )|internal\/metadata|PRM_HTTP_STATUS_NOT_200|(?:10|192|172)\.\d+\.\d+\.\d+|metadata URL/i,
  bad_token_let_in:
    /(?:bad|invalid|malformed|random|garbage|bogus|unsigned|alg=none|dead).{0,60}token|token.{0,60}(?:accept|let in|served)|MCP-PASSTHROUGH|TOK-0\d/i,
  user_agent_blocked: /user.?agent|blocks? (?:some )?clients|bots?\b/i,
  resource_metadata_missing: new RegExp(
    `(?:${resourceMetadata}.*(?:missing|404|not found|absent|not (?:published|served|implement|available|advertised)|no document|unavailable)|(?:no|missing|without|does not implement).{0,40}${resourceMetadata})|PRM_(?:HTTP_STATUS_NOT_200|WELLKNOWN)|MCP-PRM-001|OAUTH_DISCOVERY_UNAVAILABLE|PRM-01|rfc9728\\.metadata`,
    'i',
  ),
  resource_metadata_guarded: new RegExp(
    `PRM_HTTP_STATUS_NOT_200|METADATA_REDIRECT|MCP-PRM-001|PRM-01|rfc9728\\.metadata|prm-discoverable|does not implement|${resourceMetadata}.*(?:fetch failed|\\b40[13]\\b|\\b30[1278]\\b|redirect|guard|sign)|(?:\\b40[13]\\b|\\b30[1278]\\b|redirect).*${resourceMetadata}`,
    'i',
  ),
  resource_metadata_not_json:
    /PRM_(?:CONTENT_TYPE_NOT_JSON|NOT_JSON)|MCP-PRM-001|PRM-01|rfc9728\.metadata|(?:not|non-?|un).{0,20}JSON|text\/html/i,
  resource_mismatch:
    /PRM_RESOURCE_(?:MISMATCH|TRAILING)|PRM-02|resource.{0,120}(?:mismatch|does(?:n't| not) match|not equal|another|other|exactly)|identity does not match|calls itself/i,
  resource_missing:
    /PRM_RESOURCE_MISSING|PRM-02|MCP-PRM-001|(?:missing|no|without|lacks|absent).{0,40}\bresource\b|\bresource\b.{0,60}(?:missing|absent|undefined|null|nothing|required|must be)/i,
  authorization_servers_missing:
    /authorization[_ ]servers?.{0,80}(?:missing|empty|absent|required|must|not|no )|(?:missing|no|without).{0,40}authorization[_ ]servers?|PRM_MISSING_AUTHORIZATION_SERVERS|MCP-PRM-001|PRM-03/i,
  authorization_server_not_url:
    /Invalid URL|RFC3986_(?:ABSOLUTE|INVALID)|not an? (?:absolute |valid )?UR[LI]|(?:issuer|authorization.server).{0,80}(?:absolute|scheme|https?:\/\/|UR[LI])/i,
  authorization_server_unreachable: new RegExp(
    `AUTH_SERVER_METADATA_UNREACHABLE|fetch failed|ECONNREFUSED|connection refused|unreachable|not reach|cannot be reached|does not answer|${asMetadata}`,
    'i',
  ),
  authorization_server_metadata_missing: new RegExp(asMetadata, 'i'),
  issuer_mismatch:
    /issuer.{0,120}(?:mismatch|match|another|differ|not the same|expected|wanted)|ASM-03|issuer\.identity/i,
  metadata_field_missing:
    /AUTH_SERVER_METADATA_INVALID|MCP-AS-001|ASM-02|(?:missing|lacks?|without|no|required|absent).{0,60}(?:endpoint|issuer|response_types|field)|(?:endpoint|response_types\w*).{0,60}(?:missing|required|absent|undefined|invalid|nothing)|rfc8414/i,
  old_transport: /\bSSE\b|old(?:er)? transport|legacy transport|2024-11-05|MCP_INITIALIZE_FAILED/i,
  server_fails: /\b50\d\b|\b5xx\b|MCP_INITIALIZE_FAILED/i,
  website: /text\/html|\bHTML\b|website|\b405\b|MCP_INITIALIZE_FAILED/i,
  no_mcp_reply: /\b202\b|no reply|MCP_INITIALIZE_FAILED/i,
  scope_asked_before_sign_in: /insufficient_scope|expected 401|refused with 401|\b403\b/i,
  mcp_url_not_found: /\b404\b|not found|MCP_INITIALIZE_FAILED/i,
  code_not_listed: /response_types?|response type/i,
  s256_missing: /PKCE|S256|code_challenge_method/i,
  no_way_to_register: /regist/i,
  registration_elsewhere: /regist/i,
  registration_guarded: /regist/i,
  authorization_server_metadata_not_json: new RegExp(`${asMetadata}|(?:not|non-?|un).{0,20}JSON|text/html`, 'i'),
  token_endpoint_answers_wrong: /token.?endpoint|\b415\b|form.?encod|urlencoded/i,
  response_type_code_missing: new RegExp(`response_types?|${asMetadata}`, 'i'),
  encoding_wrong: /content-encoding|compress|brotli|unpack|incorrect header check|packed/i,
}
