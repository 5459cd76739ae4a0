import type { Scene } from '../scene.ts'
import { signInRoutes } from '../stacks/next.ts'

/** Faults as they are made with frameworks. $ORIGIN, $TARGET and $PATH are filled in. */
export const frameworkScenes: readonly Scene[] = [
  {
    name: 'express-everybody-let-in',
    stack: 'express',
    wrong: 'The SDK’s transport is mounted without any check.',
    cause: 'everybody_let_in',
    broken: { challenge: '' },
    fixed: 'challenge',
    seed: '000',
  },
  {
    name: 'express-challenge-without-pointer',
    stack: 'express',
    wrong: 'requireBearerAuth without resourceMetadataUrl, and metadata nowhere.',
    cause: 'resource_metadata_missing',
    broken: { challenge: `app.use('$PATH', requireBearerAuth({ verifier }))`, resource_metadata: '' },
    fixed: 'resource_metadata',
  },
  {
    name: 'express-metadata-missing',
    stack: 'express',
    wrong: 'The challenge points to metadata that nobody serves.',
    cause: 'resource_metadata_missing',
    broken: { resource_metadata: '' },
    fixed: 'resource_metadata',
  },
  {
    name: 'express-sign-in-metadata-missing',
    stack: 'express',
    wrong: 'The application is its own sign-in server, with registration below /api/oauth, and has no metadata.',
    cause: 'authorization_server_metadata_missing',
    broken: {
      guard: `app.all('/register', (_req, res) => { res.status(404).end() })
app.all('/api/oauth/register', (req, res) => send(res, signIn(req.method, '/register')))`,
      authorization_server_metadata: '',
    },
    fixed: 'authorization_server_metadata',
    seed: '002',
  },
  {
    name: 'express-guarded',
    stack: 'express',
    wrong: 'The application’s own guard redirects everybody who is not signed in, for the well-known paths too.',
    cause: 'resource_metadata_guarded',
    broken: { guard: `app.use((req, res, next) => (req.path === '$PATH' ? next() : guard(req, res, next)))` },
    fixed: 'guard',
  },
  {
    name: 'express-basic-everything',
    stack: 'express',
    wrong: 'A password (Basic) is asked for before everything: the endpoint, the metadata, signing in.',
    cause: 'challenge_not_bearer',
    broken: {
      guard: `app.use((_req, res) => res.set('WWW-Authenticate', 'Basic realm="staging"').status(401).send('Unauthorized'))`,
    },
    fixed: 'guard',
    change: 'replace_guard',
  },
  {
    name: 'express-guards-registration',
    stack: 'express',
    wrong: 'The guard stands before registration, which is for those who are not signed in yet.',
    cause: 'registration_guarded',
    broken: { guard: `app.use('/register', guard)` },
    fixed: 'guard',
  },
  {
    name: 'express-bad-token-let-in',
    stack: 'express',
    wrong: 'Any token will do.',
    cause: 'bad_token_let_in',
    broken: {
      challenge: `app.use('$PATH', (req, res, next) => req.headers.authorization?.startsWith('Bearer ') ? next() : res.status(401).set('WWW-Authenticate', 'Bearer resource_metadata="$ORIGIN/.well-known/oauth-protected-resource$PATH"').end())`,
    },
    fixed: 'challenge',
    change: 'verify_token',
  },
  {
    name: 'express-without-s256',
    stack: 'express',
    wrong: 'The metadata promises plain alone.',
    cause: 's256_missing',
    broken: {
      authorization_server_metadata: `app.get('/.well-known/oauth-authorization-server', (_req, res) => { res.json({ issuer: '$ORIGIN', authorization_endpoint: '$ORIGIN/authorize', token_endpoint: '$ORIGIN/token', registration_endpoint: '$ORIGIN/register', response_types_supported: ['code'], grant_types_supported: ['authorization_code', 'refresh_token'], token_endpoint_auth_methods_supported: ['none'], code_challenge_methods_supported: ['plain'] }) })`,
    },
    fixed: 'authorization_server_metadata',
    change: 'check_code_verifier',
  },
  {
    name: 'express-api-key-guard',
    stack: 'express',
    wrong: 'Everything wants an API key, the metadata too, and nothing else refuses anybody.',
    cause: 'resource_metadata_guarded',
    broken: {
      guard: `app.use((req, res, next) => (req.headers['x-api-key'] === 'k' ? next() : res.status(401).json({ error: 'no key' })))`,
      challenge: '',
    },
    fixed: 'guard',
    change: 'replace_guard',
  },
  {
    name: 'hono-everybody-let-in',
    stack: 'hono',
    wrong: 'The endpoint has no middleware before it.',
    cause: 'everybody_let_in',
    broken: { challenge: '' },
    fixed: 'challenge',
  },
  {
    name: 'hono-metadata-missing',
    stack: 'hono',
    wrong: 'Nothing stands at the well-known paths.',
    cause: 'resource_metadata_missing',
    broken: { resource_metadata: '' },
    fixed: 'resource_metadata',
  },
  {
    name: 'hono-without-registration',
    stack: 'hono',
    wrong: 'The metadata of the sign-in server lists nothing but its endpoints.',
    cause: 'metadata_field_missing',
    broken: {
      authorization_server_metadata: `app.get('/.well-known/oauth-authorization-server', (c) => c.json({ authorization_endpoint: '$ORIGIN/authorize', token_endpoint: '$ORIGIN/token' }))`,
    },
    fixed: 'authorization_server_metadata',
  },
  {
    name: 'hono-guarded',
    stack: 'hono',
    wrong: 'The guard stands before everything.',
    cause: 'resource_metadata_guarded',
    broken: { guard: `app.use('*', (c, next) => (c.req.path.startsWith('$PATH') ? next() : guard(c, next)))` },
    fixed: 'guard',
  },
  {
    name: 'hono-bad-token-let-in',
    stack: 'hono',
    wrong: 'Any token will do.',
    cause: 'bad_token_let_in',
    broken: {
      challenge: `app.use('$PATH', (c, next) => c.req.header('authorization')?.startsWith('Bearer ') ? next() : c.body(null, 401, { 'WWW-Authenticate': 'Bearer resource_metadata="$ORIGIN/.well-known/oauth-protected-resource$PATH"' }))`,
    },
    fixed: 'challenge',
    change: 'verify_token',
  },
  {
    name: 'hono-without-s256',
    stack: 'hono',
    wrong: 'The metadata promises plain alone.',
    cause: 's256_missing',
    broken: {
      authorization_server_metadata: `app.get('/.well-known/oauth-authorization-server', (c) => c.json({ issuer: '$ORIGIN', authorization_endpoint: '$ORIGIN/authorize', token_endpoint: '$ORIGIN/token', registration_endpoint: '$ORIGIN/register', response_types_supported: ['code'], grant_types_supported: ['authorization_code', 'refresh_token'], token_endpoint_auth_methods_supported: ['none'], code_challenge_methods_supported: ['plain'] }))`,
    },
    fixed: 'authorization_server_metadata',
    change: 'check_code_verifier',
  },
  {
    name: 'hono-api-key-guard',
    stack: 'hono',
    wrong: 'Everything wants an API key, the metadata too, and nothing else refuses anybody.',
    cause: 'resource_metadata_guarded',
    broken: {
      guard: `app.get('/about', (c) => c.notFound())
app.use('*', (c, next) => (c.req.path === '/portcullis-doctor-asks-for-nothing' ? c.notFound() : c.req.header('x-api-key') === 'k' ? next() : c.json({ error: 'no key' }, 401)))`,
      challenge: '',
    },
    fixed: 'guard',
    change: 'replace_guard',
  },
  {
    name: 'next-metadata-missing',
    stack: 'next',
    wrong: 'A Next.js application with an MCP route, and no routes for the metadata.',
    cause: 'resource_metadata_missing',
    broken: { resource_metadata: '' },
    fixed: 'resource_metadata',
    seed: '002',
  },
  {
    name: 'next-middleware-in-the-way',
    stack: 'next',
    wrong:
      'The middleware sends everybody who is not signed in to the login page: the MCP endpoint and the metadata too.',
    cause: 'login_page_instead_of_challenge',
    broken: { guard: `export const config = { matcher: ['/((?!_next/).*)'] }` },
    fixed: 'guard',
    seed: '001',
  },
  {
    name: 'next-everybody-let-in',
    stack: 'next',
    wrong: 'The route answers whoever asks.',
    cause: 'everybody_let_in',
    broken: { challenge: 'export { handler as POST, handler as GET }' },
    fixed: 'challenge',
  },
  {
    name: 'next-sign-in-metadata-missing',
    stack: 'next',
    wrong: 'The application is its own sign-in server and has no metadata; registration is at /api/oauth/register.',
    cause: 'authorization_server_metadata_missing',
    broken: { authorization_server_metadata: '', sign_in: signInRoutes({ registration: '/api/oauth/register' }) },
    fixed: 'authorization_server_metadata',
    seed: '002',
  },
  {
    name: 'next-bad-token-let-in',
    stack: 'next',
    wrong: 'Any token will do.',
    cause: 'bad_token_let_in',
    broken: {
      challenge: `async function POST(request: Request) {
  if (request.headers.get('authorization')?.startsWith('Bearer ')) return handler(request)
  return new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Bearer resource_metadata="$ORIGIN/.well-known/oauth-protected-resource$PATH"' } })
}
export { POST, POST as GET, POST as DELETE }`,
    },
    fixed: 'challenge',
    change: 'verify_token',
  },
  {
    name: 'next-without-s256',
    stack: 'next',
    wrong: 'The metadata promises plain alone.',
    cause: 's256_missing',
    broken: {
      authorization_server_metadata: `export function GET() { return Response.json({ issuer: '$ORIGIN', authorization_endpoint: '$ORIGIN/authorize', token_endpoint: '$ORIGIN/token', registration_endpoint: '$ORIGIN/register', response_types_supported: ['code'], grant_types_supported: ['authorization_code', 'refresh_token'], token_endpoint_auth_methods_supported: ['none'], code_challenge_methods_supported: ['plain'] }) }`,
    },
    fixed: 'authorization_server_metadata',
    change: 'check_code_verifier',
  },
  {
    name: 'fastmcp-challenge-missing',
    stack: 'fastmcp',
    wrong: 'FastMCP 3.22 never hands its OAuth settings to mcp-proxy 5.10, which so never sends the header.',
    cause: 'challenge_missing',
    broken: {
      challenge: `const authenticate = async (request) => {
  if (request.headers.authorization === 'Bearer good') return { token: 'good' }
  throw new Error('Unauthorized: Missing Authorization header with Bearer token')
}
const stateless = true`,
    },
    fixed: 'challenge',
    seed: '003',
  },
  {
    name: 'fastmcp-resource-is-the-origin',
    stack: 'fastmcp',
    wrong:
      'protectedResource.resource is the origin, as mcp-proxy’s header wants it, and people type the URL with /mcp.',
    cause: 'resource_mismatch',
    broken: {
      resource_metadata: `const oauth = { enabled: true, protectedResource: { resource: '$ORIGIN', authorizationServers: ['$SIGN_IN'] } }`,
    },
    fixed: 'resource_metadata',
    seed: '004',
  },
  {
    name: 'fastmcp-response-types-missing',
    stack: 'fastmcp',
    wrong: 'The option authorizationServer lacks responseTypesSupported.',
    cause: 'metadata_field_missing',
    broken: {
      resource_metadata: `const oauth = {
  enabled: true,
  protectedResource: { resource: '$TARGET', authorizationServers: ['$ORIGIN'] },
  authorizationServer: { issuer: '$ORIGIN', authorizationEndpoint: '$SIGN_IN/authorize', tokenEndpoint: '$SIGN_IN/token', registrationEndpoint: '$SIGN_IN/register', codeChallengeMethodsSupported: ['S256'] },
}`,
    },
    fixed: 'resource_metadata',
    change: 'authorization_server_metadata',
  },
  {
    name: 'fastmcp-without-s256',
    stack: 'fastmcp',
    wrong: 'The option authorizationServer does not say that S256 is spoken: its type does not demand it.',
    cause: 's256_missing',
    broken: {
      resource_metadata: `const oauth = {
  enabled: true,
  protectedResource: { resource: '$TARGET', authorizationServers: ['$ORIGIN'] },
  authorizationServer: { issuer: '$ORIGIN', authorizationEndpoint: '$SIGN_IN/authorize', tokenEndpoint: '$SIGN_IN/token', registrationEndpoint: '$SIGN_IN/register', responseTypesSupported: ['code'] },
}`,
    },
    fixed: 'resource_metadata',
    change: 'check_code_verifier',
  },
  {
    name: 'fastmcp-bad-token-let-in',
    stack: 'fastmcp',
    wrong: 'Any token will do.',
    cause: 'bad_token_let_in',
    broken: {
      framework_package: 'fastmcp-4',
      challenge: `const authenticate = async (request) => {
  if (request.headers.authorization?.startsWith('Bearer ')) return { token: 'any' }
  throw new Response(null, { status: 401, statusText: 'Unauthorized', headers: { 'WWW-Authenticate': 'Bearer resource_metadata="$ORIGIN/.well-known/oauth-protected-resource"' } })
}
const stateless = false`,
    },
    fixed: 'challenge',
    change: 'verify_token',
  },
  {
    name: 'python-everybody-let-in',
    stack: 'python',
    wrong: 'The metadata is served by hand, and the server was made without auth=.',
    cause: 'everybody_let_in',
    broken: {
      challenge: 'auth = None',
      resource_metadata: `from starlette.responses import JSONResponse
@mcp.custom_route("/.well-known/oauth-protected-resource$PATH", methods=["GET"])
async def metadata(_request):
    return JSONResponse({"resource": "$TARGET", "authorization_servers": ["$SIGN_IN/realm"]})`,
    },
    fixed: 'challenge',
    alsoSound: ['resource_metadata'],
  },
  {
    name: 'python-bad-token-let-in',
    stack: 'python',
    wrong: 'A token verifier that verifies nothing, as one writes it to try things out.',
    cause: 'bad_token_let_in',
    broken: {
      challenge: `from fastmcp.server.auth import AccessToken, RemoteAuthProvider, TokenVerifier
class Anything(TokenVerifier):
    async def verify_token(self, token):
        return AccessToken(token=token, client_id="anybody", scopes=[])
auth = RemoteAuthProvider(token_verifier=Anything(), authorization_servers=["$SIGN_IN/realm"], base_url="$ORIGIN")`,
    },
    fixed: 'challenge',
    change: 'verify_token',
  },
  {
    name: 'python-token-verifier-alone',
    stack: 'python',
    wrong: 'JWTVerifier alone checks tokens, and tells nobody where to get one.',
    cause: 'resource_metadata_missing',
    broken: {
      challenge: `from fastmcp.server.auth.providers.jwt import JWTVerifier
auth = JWTVerifier(jwks_uri="$SIGN_IN/jwks", issuer="$SIGN_IN/realm", audience="$TARGET")`,
    },
    fixed: 'challenge',
    change: 'resource_metadata',
    fills: {
      'https://YOUR-SIGN-IN-SERVER/YOUR-KEYS-PATH': '$SIGN_IN/jwks',
      'https://YOUR-SIGN-IN-SERVER': '$SIGN_IN/realm',
    },
  },
  {
    name: 'fastmcp-4-as-in-its-readme',
    stack: 'fastmcp',
    wrong: 'FastMCP 4 with `authenticate` as its README has it: it throws a Response without the header.',
    cause: 'challenge_missing',
    broken: {},
    server: { program: 'fastmcp-4.ts', args: ['as-in-its-readme'] },
  },
]
