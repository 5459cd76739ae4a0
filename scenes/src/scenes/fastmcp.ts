import type { Scene } from '../scene.ts'

/** Faults as they are made with FastMCP, for TypeScript and for Python. $ORIGIN, $TARGET, $PATH and $SIGN_IN are filled in. */
export const fastmcpScenes: readonly Scene[] = [
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
