import type { Outcome, ProbeRequest } from '../../packages/doctor/src/evidence/exchange.ts'

const origin = 'https://mcp.example.com'
const wellKnown = `${origin}/.well-known`

export const exampleTarget = `${origin}/mcp`

/** What a server answers whose author made the most common mistake: `resource` is the origin, and people type the URL with its path. */
export function exampleAnswer({ method, url, headers }: ProbeRequest): Outcome {
  if (method === 'OPTIONS') return answer(204, undefined, { 'access-control-allow-origin': '*', ...exposed })
  switch (`${method === 'HEAD' ? 'GET' : method} ${url}`) {
    case `POST ${exampleTarget}`:
    case `GET ${exampleTarget}`:
      return challenge(headers.authorization === undefined ? '' : 'error="invalid_token", ')
    case `GET ${wellKnown}/oauth-protected-resource`:
    case `GET ${wellKnown}/oauth-protected-resource/mcp`:
      return answer(200, { resource: origin, authorization_servers: [origin], scopes_supported: ['notes:read'] })
    case `GET ${wellKnown}/oauth-authorization-server`:
    case `GET ${wellKnown}/openid-configuration`:
      return answer(200, serverMetadata)
    case `GET ${origin}/keys`:
      return answer(200, { keys: [] })
    case `GET ${origin}/authorize`:
    case `POST ${origin}/token`:
    case `POST ${origin}/register`:
      return answer(400, { error: 'invalid_request' })
    default:
      return answer(404, undefined)
  }
}

const exposed = { 'access-control-expose-headers': 'WWW-Authenticate' }

const serverMetadata = {
  issuer: origin,
  authorization_endpoint: `${origin}/authorize`,
  token_endpoint: `${origin}/token`,
  registration_endpoint: `${origin}/register`,
  jwks_uri: `${origin}/keys`,
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['none', 'client_secret_post'],
  scopes_supported: ['notes:read'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
}

function challenge(error: string): Outcome {
  const pointer = `${wellKnown}/oauth-protected-resource/mcp`
  return answer(
    401,
    { error: 'unauthorized' },
    { 'www-authenticate': `Bearer ${error}resource_metadata="${pointer}"`, ...exposed },
  )
}

function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Outcome {
  return {
    kind: 'answer',
    status,
    headers: Object.entries({
      'x-powered-by': 'Express',
      'access-control-allow-origin': '*',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    }),
    body: body === undefined ? '' : JSON.stringify(body),
    isWhole: true,
  }
}
