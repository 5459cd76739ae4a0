import type { Scene } from '../scene.ts'
import { mcpHandlerRoute } from './mcp-handler-route.ts'

/** The servers of the five troubleshooting documents, as they were and as each document mends them. */
export const seedScenes: readonly Scene[] = [
  {
    name: 'seed-000-as-it-was',
    seed: '000',
    stack: 'node',
    wrong: 'A Go server that looks for a user and serves whoever is nobody as well: 200 where 401 was due.',
    cause: 'everybody_let_in',
    hides: ['resource_mismatch'],
    broken: {},
    server: { program: 'vire-portal' },
  },
  {
    name: 'seed-000-as-its-document-mends-it',
    seed: '000',
    stack: 'node',
    wrong: '401 and a pointer now, and "resource" is the base URL, while the endpoint is /mcp.',
    cause: 'resource_mismatch',
    broken: {},
    server: { program: 'vire-portal', args: ['fixed'] },
  },
  {
    name: 'seed-001-with-clerk',
    seed: '001',
    stack: 'next',
    wrong:
      'The metadata of the sign-in service is handed on under the application’s own name: its "issuer" is another.',
    cause: 'issuer_mismatch',
    broken: {
      challenge: mcpHandlerRoute('/.well-known/oauth-protected-resource'),
      resource_metadata: `export async function GET(_request: Request, { params }: { params: Promise<{ path?: string[] }> }) {
  if ((await params).path !== undefined) return new Response('not found', { status: 404 })
  return Response.json({ resource: '$TARGET', authorization_servers: ['$ORIGIN'], scopes_supported: ['profile', 'email'] })
}`,
      authorization_server_metadata: `export async function GET() {
  const clerk = await fetch('$SIGN_IN/.well-known/openid-configuration')
  return Response.json(await clerk.json(), { headers: { 'Access-Control-Allow-Origin': '*' } })
}`,
    },
    fixed: 'resource_metadata',
  },
  {
    name: 'seed-002-as-it-was',
    seed: '002',
    stack: 'next',
    path: '/mcp/mcp',
    wrong: '401 without a header, no metadata of any kind, and registration at /api/oauth/register.',
    cause: 'resource_metadata_missing',
    broken: {
      challenge: `async function POST(request: Request) {
  if (request.headers.get('authorization') !== 'Bearer good') return Response.json({ error: 'Unauthorized' }, { status: 401 })
  return handler(request)
}
export { POST, POST as GET, POST as DELETE }`,
      resource_metadata: '',
      authorization_server_metadata: '',
      sign_in: signInBelowApi(),
    },
  },
  {
    name: 'seed-002-as-its-document-mends-it',
    seed: '002',
    stack: 'next',
    path: '/mcp/mcp',
    wrong: 'The document calls it compliant: "resource" is the origin, while the endpoint is /mcp/mcp.',
    cause: 'resource_mismatch',
    broken: {
      challenge: `async function POST(request: Request) {
  if (request.headers.get('authorization') === 'Bearer good') return handler(request)
  const challenge = 'Bearer realm="$ORIGIN", resource_metadata="$ORIGIN/.well-known/oauth-protected-resource"'
  return Response.json({ error: 'Unauthorized' }, { status: 401, headers: { 'WWW-Authenticate': challenge } })
}
export { POST, POST as GET, POST as DELETE }`,
      resource_metadata: `export async function GET(_request: Request, { params }: { params: Promise<{ path?: string[] }> }) {
  if ((await params).path !== undefined) return new Response('not found', { status: 404 })
  const endpoints = ['$ORIGIN/mcp/mcp', '$ORIGIN/mcp/sse']
  return Response.json({ resource: '$ORIGIN', authorization_servers: ['$ORIGIN'], mcp_endpoints: endpoints })
}`,
      authorization_server_metadata: `export function GET() {
  return Response.json({
    issuer: '$ORIGIN',
    authorization_endpoint: '$ORIGIN/oauth/authorize',
    token_endpoint: '$ORIGIN/api/oauth/token',
    registration_endpoint: '$ORIGIN/api/oauth/register',
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256', 'plain'],
    token_endpoint_auth_methods_supported: ['none'],
    resource_parameter_supported: true,
  })
}`,
      sign_in: signInBelowApi({ redirect: '/register' }),
    },
    fixed: 'resource_metadata',
  },
  {
    name: 'seed-003-a-thrown-response',
    seed: '003',
    stack: 'fastmcp',
    wrong:
      'The document’s first workaround, in the stateless mode of its server: mcp-proxy catches the Response before FastMCP sees it, and its header is lost.',
    cause: 'challenge_missing',
    broken: { challenge: `${thrownResponse()}\nconst stateless = true` },
    fixed: 'challenge',
  },
  {
    name: 'seed-003-a-thrown-response-with-sessions',
    seed: '003',
    stack: 'fastmcp',
    wrong:
      'The same workaround with sessions: the header arrives. What the document wants it to say, authorization_server, no client reads; with a pointer it is sound.',
    cause: undefined,
    broken: { challenge: `${thrownResponse()}\nconst stateless = false` },
  },
  {
    name: 'seed-003-mcp-proxy-patched',
    seed: '003',
    stack: 'fastmcp',
    wrong:
      'The document’s second workaround: mcp-proxy is made to send the header of the result. It says where the sign-in server is, which no client reads, and not where the metadata is.',
    cause: 'challenge_without_pointer',
    broken: {
      challenge: `const authenticate = async (request) => {
  if (request.headers.authorization === 'Bearer good') return { token: 'good' }
  return { authenticated: false, error: 'Unauthorized: sign in first', wwwAuthenticate: 'Bearer realm="MCP Server", authorization_server="$SIGN_IN"' }
}
const stateless = true // with mcp-proxy patched`,
    },
    fixed: 'challenge',
  },
  {
    name: 'seed-004-as-implemented',
    seed: '004',
    stack: 'fastmcp',
    wrong:
      'The header as that project’s fork of mcp-proxy writes it needs "resource" to be the origin; the endpoint is /mcp.',
    cause: 'resource_mismatch',
    broken: {
      challenge: `const authenticate = async (request) => {
  if (request.headers.authorization === 'Bearer good') return { token: 'good' }
  return { authenticated: false, error: 'Unauthorized: Missing Authorization header with Bearer token', wwwAuthenticate: 'Bearer resource_metadata="$ORIGIN/.well-known/oauth-protected-resource"' }
}
const stateless = true // with mcp-proxy patched`,
      resource_metadata: `const oauth = { enabled: true, protectedResource: { resource: '$ORIGIN', authorizationServers: ['$SIGN_IN'] } }`,
    },
    fixed: 'resource_metadata',
  },
]

function thrownResponse(): string {
  return `const authenticate = async (request) => {
  if (request.headers.authorization === 'Bearer good') return { token: 'good' }
  const headers = { 'Content-Type': 'application/json', 'WWW-Authenticate': 'Bearer resource_metadata="$ORIGIN/.well-known/oauth-protected-resource"' }
  const body = JSON.stringify({ error: { code: -32000, message: 'Unauthorized' }, id: null, jsonrpc: '2.0' })
  throw new Response(body, { status: 401, statusText: 'Unauthorized', headers })
}`
}

/** The endpoints of the application's own sign-in server, below /api/oauth. `redirect`: a path that leads to registration. */
function signInBelowApi({ redirect }: { redirect?: string } = {}): string {
  const redirected = `if (pathname === '${redirect}') return Response.redirect(new URL('/api/oauth/register', request.url), 307)`
  return `export async function GET(request: Request) {
  const { pathname } = new URL(request.url)
  if (pathname === '/oauth/authorize') return new Response('<p>Sign in</p>', { status: 400, headers: { 'content-type': 'text/html' } })
  return new Response('not found', { status: 404 })
}
export async function POST(request: Request) {
  const { pathname } = new URL(request.url)
  if (pathname === '/api/oauth/token') return Response.json({ error: 'invalid_request' }, { status: 400 })
  if (pathname === '/api/oauth/register') return Response.json({ client_id: 'scene', redirect_uris: [] }, { status: 201 })
  ${redirect === undefined ? '' : redirected}
  return new Response('not found', { status: 404 })
}`
}
