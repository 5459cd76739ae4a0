import type { Step } from '@portcullis/clients'

/** The steps that a client's last words can speak of. Read from the clients' own messages, without asking the doctor. */
export function stepsSaid(said: readonly string[] = [], wasAsked?: boolean): readonly Step[] | undefined {
  const last = said.at(-1)?.replace(/\s+/g, ' ').trim()
  if (wasAsked === false) return ['reach']
  if (last === undefined || last === '') return undefined
  return sayings.find(([words]) => words.test(last))?.[1] ?? []
}

/** The first that fits. */
const sayings: readonly (readonly [RegExp, readonly Step[]])[] = [
  [
    /^Protected resource .* does not match|: Protected resource .* does not match|resource mismatch|resource field/,
    ['resource_comparison'],
  ],
  [/"path": \[ "(resource|authorization_servers|scopes_supported)"/, ['protected_resource_metadata']],
  [/Invalid OAuth error response|^HTTP 3\d\d: Redirect|client registration|Registration failed/i, ['registration']],
  [/"path": \[ "\w+"/, ['authorization_server_metadata']],
  [/does not support (code challenge method|response type)/, ['authorization_request']],
  [
    /issuer mismatch|issuer-bound|names authorization servers|OAuth authorization endpoint/i,
    ['authorization_server_metadata'],
  ],
  [/protected resource metadata/i, ['protected_resource_metadata']],
  [/discovery failed for \S+\/\.well-known\/oauth-protected-resource/, ['protected_resource_metadata']],
  [
    /\.well-known\/(oauth-authorization-server|openid-configuration)|OAuth metadata from/,
    ['authorization_server_metadata'],
  ],
  [/OAuth metadata discovery failed/, ['challenge']],
  [/No client ID provided|dynamic registration|for client registration/, ['registration']],
  [/Missing required OAuth configuration/, ['authorization_request']],
  [/Failed to discover OAuth configuration/, ['authorization_server_metadata']],
  // Of an issuer, or of an endpoint.
  [/OAuth endpoint (URL|host)/, ['authorization_server_metadata', 'registration', 'authorization_request']],
  [/resourceScopes\.join|Invalid URL/, ['protected_resource_metadata']],
  // Which document it was, or which server, is not said.
  [/is not valid JSON|JSON Parse error|end of JSON/, ['protected_resource_metadata', 'authorization_server_metadata']],
  [
    /fetch failed|ECONNREFUSED|Unable to connect|TooManyRedirects/,
    ['protected_resource_metadata', 'authorization_server_metadata', 'registration'],
  ],
  [
    /Error POSTing|[Uu]nexpected content|Version negotiation|Unauthorized|Authentication required|endpoint not found|^Failed to connect|^MCP error|^SSE error/,
    ['challenge'],
  ],
]
