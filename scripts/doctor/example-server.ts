import type { Outcome, ProbeRequest } from '../../packages/doctor/src/evidence/exchange.ts'

const origin = 'https://mcp.example.com'
const wellKnown = `${origin}/.well-known`

export const exampleTarget = `${origin}/mcp`

/** What a server answers that works with some clients and not with others: its own sign-in has endpoints at the origin, and no metadata. */
export function exampleAnswer({ method, url, headers }: ProbeRequest): Outcome {
  if (method === 'OPTIONS') return answer(204, undefined, { 'access-control-allow-origin': '*', ...exposed })
  switch (`${method === 'HEAD' ? 'GET' : method} ${url}`) {
    case `POST ${exampleTarget}`:
    case `GET ${exampleTarget}`:
      return challenge(headers.authorization === undefined ? '' : 'error="invalid_token", ')
    case `GET ${wellKnown}/oauth-protected-resource`:
    case `GET ${wellKnown}/oauth-protected-resource/mcp`:
      return answer(200, { resource: exampleTarget, authorization_servers: [origin], scopes_supported: ['notes:read'] })
    case `GET ${origin}/authorize`:
    case `POST ${origin}/token`:
    case `POST ${origin}/register`:
      return answer(400, { error: 'invalid_request' })
    default:
      return answer(404, undefined)
  }
}

const exposed = { 'access-control-expose-headers': 'WWW-Authenticate' }

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
