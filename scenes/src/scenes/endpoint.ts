import type { Scene } from '../scene.ts'

/** Faults of what an endpoint written by hand, on `node:http`, answers. Texts are the wrong pieces; $ORIGIN, $TARGET, $PATH and $HOST are filled in. */
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
]

export const endpointScenes: readonly Scene[] = scenes.map((scene) => ({ ...scene, stack: 'node' }))
