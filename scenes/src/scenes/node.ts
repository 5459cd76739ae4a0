import type { Scene } from '../scene.ts'

/** Faults of servers written by hand, on `node:http`. Texts are the wrong pieces; $ORIGIN, $TARGET, $PATH and $HOST are filled in. */
const scenes: readonly Omit<Scene, 'stack'>[] = [
  {
    name: 'node-everybody-let-in',
    wrong: 'The endpoint reads the token where there is one and goes on without: nobody is ever asked to sign in.',
    cause: 'everybody_let_in',
    broken: { challenge: '' },
    fixed: 'challenge',
    seed: '000',
  },
  {
    name: 'node-challenge-missing',
    wrong: '401, and no WWW-Authenticate header.',
    cause: 'challenge_missing',
    broken: {
      challenge: `if (path === '$PATH' && req.headers.authorization !== 'Bearer good') return send(res, { status: 401, headers: json, body: '{"error":"unauthorized"}' })`,
    },
    fixed: 'challenge',
  },
  {
    name: 'node-403',
    wrong: 'Whoever is not signed in gets 403.',
    cause: 'wrong_challenge_status',
    broken: {
      challenge: `if (path === '$PATH' && req.headers.authorization !== 'Bearer good') return send(res, { status: 403, headers: json, body: '{"error":"forbidden"}' })`,
    },
    fixed: 'challenge',
  },
  {
    name: 'node-400-for-the-body',
    wrong: 'The body is validated before anybody is asked who they are: no session id, 400.',
    cause: 'wrong_challenge_status',
    broken: {
      challenge: `if (path === '$PATH' && req.headers.authorization !== 'Bearer good') return send(res, { status: 400, headers: json, body: '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Bad Request: No valid session ID provided"}}' })`,
    },
    fixed: 'challenge',
  },
  {
    name: 'node-version-first',
    wrong: 'The protocol version is checked before anybody is asked who they are.',
    cause: 'checked_before_authentication',
    broken: {
      challenge: `if (path === '$PATH' && !['2025-11-25', undefined].includes(req.headers['mcp-protocol-version'])) return send(res, { status: 400, headers: json, body: '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Unsupported protocol version"}}' })
if (path === '$PATH' && req.headers.authorization !== 'Bearer good') {
  res.writeHead(401, { 'WWW-Authenticate': 'Bearer resource_metadata="$ORIGIN/.well-known/oauth-protected-resource$PATH"' }).end()
  return
}`,
    },
    fixed: 'challenge',
  },
  {
    name: 'node-error-with-200',
    wrong: 'The refusal is a JSON-RPC error with status 200.',
    cause: 'error_with_status_200',
    broken: {
      challenge: `if (path === '$PATH' && req.headers.authorization !== 'Bearer good') return send(res, { status: 200, headers: json, body: JSON.stringify({ jsonrpc: '2.0', id: idOf(sent), error: { code: -32001, message: 'Unauthorized' } }) })`,
    },
    fixed: 'challenge',
  },
  {
    name: 'node-basic-challenge',
    wrong: 'The challenge is Basic: browsers ask for a password, MCP clients do not know what to do.',
    cause: 'challenge_not_bearer',
    broken: {
      challenge: `if (path === '$PATH' && req.headers.authorization !== 'Bearer good') return send(res, { status: 401, headers: { ...json, 'www-authenticate': 'Basic realm="mcp"' }, body: '{}' })`,
      resource_metadata: '',
    },
    fixed: 'challenge',
    alsoSound: ['resource_metadata'],
  },
  {
    name: 'node-insufficient-scope-first',
    wrong: 'Whoever has no token is told that the scope is insufficient: 403 at the first message.',
    cause: 'scope_asked_before_sign_in',
    broken: {
      challenge: `if (path === '$PATH' && req.headers.authorization !== 'Bearer good') return send(res, { status: 403, headers: { ...json, 'www-authenticate': 'Bearer error="insufficient_scope", scope="mcp:tools", resource_metadata="$ORIGIN/.well-known/oauth-protected-resource$PATH"' }, body: '{"error":"insufficient_scope"}' })`,
    },
    fixed: 'challenge',
  },
  {
    name: 'node-500',
    wrong: 'The server throws at the first message: 500.',
    cause: 'server_fails',
    broken: { challenge: `if (path === '$PATH') throw new Error('Cannot read properties of undefined')` },
  },
  {
    name: 'node-202',
    wrong: 'A queue takes whatever is posted: 202, and no reply.',
    cause: 'no_mcp_reply',
    broken: {
      guard: `if (path === '$PATH') return send(res, { status: 202, headers: json, body: '' })`,
      resource_metadata: '',
      authorization_server_metadata: '',
    },
  },
  {
    name: 'node-website',
    wrong: 'The URL is a single-page application’s: its page for every path, 405 to POST.',
    cause: 'website',
    broken: {
      guard: `if (req.method === 'GET') return res.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>A product</title>')
return res.writeHead(405, { allow: 'GET' }).end()`,
    },
  },
  {
    name: 'node-wrong-path',
    wrong: 'The URL that people were given is not where the endpoint is, and the metadata says where.',
    cause: 'mcp_url_not_found',
    broken: {
      challenge: `if (path === '$PATH') return send(res, { status: 404, headers: json, body: '{"error":"not found"}' })`,
      resource_metadata: `if (path === '/.well-known/oauth-protected-resource')
  return send(res, { status: 200, headers: json, body: '{"resource":"$ORIGIN/api/mcp","authorization_servers":["$ORIGIN"]}' })`,
    },
  },
  {
    name: 'sdk-1-old-transport',
    wrong: 'The official SDK 1.x with its SSEServerTransport alone: the transport of 2024-11-05.',
    cause: 'old_transport',
    broken: {},
    server: { program: 'sdk-1-sse.ts' },
    path: '/sse',
  },
  {
    name: 'node-pointer-relative',
    wrong: 'resource_metadata is a path, not a URL, and nothing stands at the well-known places.',
    cause: 'pointer_not_absolute',
    broken: {
      challenge: `if (path === '$PATH' && req.headers.authorization !== 'Bearer good') return send(res, { status: 401, headers: { ...json, 'www-authenticate': 'Bearer resource_metadata="/oauth/metadata.json"' }, body: '{}' })`,
      resource_metadata: '',
    },
    fixed: 'challenge',
    alsoSound: ['resource_metadata'],
  },
  {
    name: 'node-pointer-leads-nowhere',
    wrong: 'resource_metadata names an address of the inner network.',
    cause: 'pointer_leads_nowhere',
    broken: {
      challenge: `if (path === '$PATH' && req.headers.authorization !== 'Bearer good') return send(res, { status: 401, headers: { ...json, 'www-authenticate': 'Bearer resource_metadata="$ORIGIN/internal/metadata"' }, body: '{}' })`,
    },
    fixed: 'challenge',
  },
  {
    name: 'node-bad-token-let-in',
    wrong: 'Any token will do.',
    cause: 'bad_token_let_in',
    broken: {
      challenge: `if (path === '$PATH' && !req.headers.authorization?.startsWith('Bearer ')) {
  res.writeHead(401, { 'WWW-Authenticate': 'Bearer resource_metadata="$ORIGIN/.well-known/oauth-protected-resource$PATH"' }).end()
  return
}`,
    },
    fixed: 'token_check',
  },
  {
    name: 'node-metadata-missing',
    wrong: 'There is no protected resource metadata, and no sign-in server metadata at this host either.',
    cause: 'resource_metadata_missing',
    broken: { resource_metadata: '' },
    fixed: 'resource_metadata',
  },
  {
    name: 'node-resource-is-the-origin',
    wrong:
      '"resource" is the origin, and people type the URL with its path: what the troubleshooting document itself recommends.',
    cause: 'resource_mismatch',
    broken: {
      resource_metadata: `if (path.startsWith('/.well-known/oauth-protected-resource')) return send(res, { status: 200, headers: json, body: '{"resource":"$ORIGIN","authorization_servers":["$ORIGIN"],"bearer_methods_supported":["header"]}' })`,
    },
    fixed: 'resource_metadata',
    seed: '000',
  },
  {
    name: 'node-resource-with-a-slash',
    wrong: '"resource" has a slash at its end that nobody types.',
    cause: 'resource_mismatch',
    broken: {
      resource_metadata: `if (path.startsWith('/.well-known/oauth-protected-resource')) return send(res, { status: 200, headers: json, body: '{"resource":"$TARGET/","authorization_servers":["$ORIGIN"],"bearer_methods_supported":["header"]}' })`,
    },
    fixed: 'resource_metadata',
  },
  {
    name: 'node-resource-of-another-host',
    wrong: '"resource" names the host of the inner hop.',
    cause: 'resource_mismatch',
    broken: {
      resource_metadata: `if (path.startsWith('/.well-known/oauth-protected-resource')) return send(res, { status: 200, headers: json, body: '{"resource":"http://mcp-server:3000$PATH","authorization_servers":["$ORIGIN"],"bearer_methods_supported":["header"]}' })`,
    },
    fixed: 'resource_metadata',
  },
  {
    name: 'node-resource-missing',
    wrong: 'The metadata has no "resource".',
    cause: 'resource_missing',
    broken: {
      resource_metadata: `if (path.startsWith('/.well-known/oauth-protected-resource')) return send(res, { status: 200, headers: json, body: '{"authorization_servers":["$ORIGIN"]}' })`,
    },
    fixed: 'resource_metadata',
  },
  {
    name: 'node-authorization-servers-missing',
    wrong: 'The metadata names no authorization server, and the host is none that anybody would guess.',
    cause: 'authorization_servers_missing',
    broken: {
      resource_metadata: `if (path.startsWith('/.well-known/oauth-protected-resource')) return send(res, { status: 200, headers: json, body: '{"resource":"$TARGET"}' })`,
      authorization_server_metadata: '',
    },
    fixed: 'resource_metadata',
    alsoSound: ['authorization_server_metadata'],
  },
  {
    name: 'node-authorization-server-no-url',
    wrong: 'The authorization server is named by its host alone.',
    cause: 'authorization_server_not_url',
    broken: {
      resource_metadata: `if (path.startsWith('/.well-known/oauth-protected-resource')) return send(res, { status: 200, headers: json, body: '{"resource":"$TARGET","authorization_servers":["$HOST"]}' })`,
    },
    fixed: 'resource_metadata',
  },
  {
    name: 'node-metadata-is-a-page',
    wrong: 'Every path that the application does not know gets its start page, with 200.',
    cause: 'resource_metadata_not_json',
    broken: {
      resource_metadata: `if (path.startsWith('/.well-known/oauth-protected-resource')) return send(res, { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>A product</title>' })`,
    },
    fixed: 'resource_metadata',
  },
  {
    name: 'node-metadata-guarded',
    wrong: 'The guard wants everybody to be signed in, for the well-known paths too.',
    cause: 'resource_metadata_guarded',
    broken: {
      guard: `if (path !== '$PATH' && !path.startsWith('/login') && !(await isSignedIn(req))) return refuse(res)`,
    },
    fixed: 'guard',
  },
  {
    name: 'node-metadata-missing-and-no-sign-in',
    wrong: 'No metadata of any kind: the sign-in server is rented elsewhere, and nothing says where.',
    cause: 'resource_metadata_missing',
    broken: {
      guard: `if (['/authorize', '/token', '/register', '/jwks'].includes(path)) return send(res, { status: 404, headers: json, body: '{}' })`,
      resource_metadata: '',
      authorization_server_metadata: '',
      sign_in_beside: '{}',
    },
    fixed: 'resource_metadata',
    fills: { 'https://YOUR-SIGN-IN-SERVER': '$SIGN_IN' },
  },
  {
    name: 'node-api-key-guard',
    wrong: 'Everything wants an API key, the metadata too, and nothing else refuses anybody.',
    cause: 'resource_metadata_guarded',
    broken: {
      guard: `if (req.headers['x-api-key'] !== 'k') return refuse(res)`,
      challenge: '',
    },
    fixed: 'guard',
    change: 'replace_guard',
  },
  {
    name: 'node-password-on-everything',
    wrong: 'Everything wants a password (Basic), the metadata too.',
    cause: 'challenge_not_bearer',
    broken: {
      guard: `if (!req.headers.authorization?.startsWith('Basic ')) return send(res, { status: 401, headers: { ...json, 'www-authenticate': 'Basic realm="mcp"' }, body: '{}' })`,
      challenge: '',
    },
    fixed: 'guard',
    change: 'replace_guard',
  },
  {
    name: 'node-without-code',
    wrong: 'The metadata lists the implicit flow alone.',
    cause: 'response_type_code_missing',
    broken: {
      authorization_server_metadata: `if (path === '/.well-known/oauth-authorization-server')
  return send(res, { status: 200, headers: json, body: JSON.stringify({ issuer: '$ORIGIN', authorization_endpoint: '$ORIGIN/authorize', token_endpoint: '$ORIGIN/token', registration_endpoint: '$ORIGIN/register', response_types_supported: ['token'], grant_types_supported: ['authorization_code', 'refresh_token'], token_endpoint_auth_methods_supported: ['none'], code_challenge_methods_supported: ['S256'] }) })`,
    },
    fixed: 'authorization_server_metadata',
  },
  {
    name: 'node-metadata-at-the-root-alone',
    wrong: 'The challenge points to the path form of the metadata, and only the root form is there.',
    cause: 'pointer_leads_nowhere',
    broken: {
      resource_metadata: `if (path === '/.well-known/oauth-protected-resource') return send(res, { status: 200, headers: json, body: '{"resource":"$TARGET","authorization_servers":["$ORIGIN"],"bearer_methods_supported":["header"]}' })`,
    },
    fixed: 'resource_metadata',
  },
  {
    name: 'node-challenge-page-at-the-edge',
    wrong: 'Cloudflare shows a page with a riddle at the well-known paths.',
    cause: 'resource_metadata_guarded',
    broken: {
      guard: `if (path.startsWith('/.well-known/')) return send(res, { status: 403, headers: { 'content-type': 'text/html', 'cf-mitigated': 'challenge', server: 'cloudflare', 'cf-ray': 'x' }, body: '<title>Just a moment...</title>' })`,
    },
    told: /pass Cloudflare \(challenge page\).*Under Attack mode/,
  },
]

export const nodeScenes: readonly Scene[] = scenes.map((scene) => ({ ...scene, stack: 'node' }))
