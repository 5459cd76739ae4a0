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
]
