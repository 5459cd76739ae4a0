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
    change: 'open_well_known',
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
    change: 'authorization_server_metadata',
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
