import type { Scene } from '../scene.ts'

/** Faults of sign-in servers, the MCP server's own ones and others. Texts are the wrong pieces; $ORIGIN, $TARGET, $PATH and $SIGN_IN are filled in. */
const scenes: readonly Omit<Scene, 'stack'>[] = [
  {
    name: 'node-sign-in-metadata-missing',
    wrong: 'The sign-in server has no metadata; its registration stands at a path of its own.',
    cause: 'authorization_server_metadata_missing',
    broken: {
      guard: `if (path === '/register') return send(res, { status: 404, headers: json, body: '{}' })
if (path === '/api/oauth/register') return send(res, signIn(req.method, '/register'))`,
      authorization_server_metadata: '',
    },
    fixed: 'authorization_server_metadata',
    seed: '002',
  },
  {
    name: 'node-issuer-of-another',
    wrong: '"issuer" is not the string that led to the document.',
    cause: 'issuer_mismatch',
    broken: {
      authorization_server_metadata: `if (path === '/.well-known/oauth-authorization-server')
  return send(res, { status: 200, headers: json, body: JSON.stringify({ issuer: 'https://login.inner.example', authorization_endpoint: '$ORIGIN/authorize', token_endpoint: '$ORIGIN/token', registration_endpoint: '$ORIGIN/register', response_types_supported: ['code'], grant_types_supported: ['authorization_code', 'refresh_token'], token_endpoint_auth_methods_supported: ['none'], code_challenge_methods_supported: ['S256'] }) })`,
    },
    fixed: 'authorization_server_metadata',
  },
  {
    name: 'node-without-s256',
    wrong: 'The metadata does not say that S256 is spoken, as Entra’s does not.',
    cause: 's256_missing',
    broken: {
      authorization_server_metadata: `if (path === '/.well-known/oauth-authorization-server')
  return send(res, { status: 200, headers: json, body: JSON.stringify({ issuer: '$ORIGIN', authorization_endpoint: '$ORIGIN/authorize', token_endpoint: '$ORIGIN/token', registration_endpoint: '$ORIGIN/register', response_types_supported: ['code'], grant_types_supported: ['authorization_code', 'refresh_token'], token_endpoint_auth_methods_supported: ['none'], code_challenge_methods_supported: ['plain'] }) })`,
    },
    fixed: 'authorization_server_metadata',
    change: 'check_code_verifier',
  },
  {
    name: 'node-no-way-to-register',
    wrong:
      'A sign-in server of its own that lets nobody register: no registration endpoint, no client metadata documents.',
    cause: 'no_way_to_register',
    broken: {
      guard: `if (path === '/register') return send(res, { status: 404, headers: json, body: '{}' })`,
      authorization_server_metadata: `if (path === '/.well-known/oauth-authorization-server')
  return send(res, { status: 200, headers: json, body: JSON.stringify({ issuer: '$ORIGIN', authorization_endpoint: '$ORIGIN/authorize', token_endpoint: '$ORIGIN/token', response_types_supported: ['code'], grant_types_supported: ['authorization_code', 'refresh_token'], token_endpoint_auth_methods_supported: ['none'], code_challenge_methods_supported: ['S256'] }) })`,
    },
    told: /no registration was found.*registerClient.*portcullis serve/,
  },
  {
    name: 'node-registration-elsewhere',
    wrong: 'The metadata has no registration endpoint, though there is one, below /api/oauth.',
    cause: 'registration_elsewhere',
    broken: {
      guard: `if (path === '/register') return send(res, { status: 404, headers: json, body: '{}' })
if (path === '/api/oauth/register') return send(res, signIn(req.method, '/register'))`,
      authorization_server_metadata: `if (path === '/.well-known/oauth-authorization-server')
  return send(res, { status: 200, headers: json, body: JSON.stringify({ issuer: '$ORIGIN', authorization_endpoint: '$ORIGIN/authorize', token_endpoint: '$ORIGIN/token', response_types_supported: ['code'], grant_types_supported: ['authorization_code', 'refresh_token'], token_endpoint_auth_methods_supported: ['none'], code_challenge_methods_supported: ['S256'] }) })`,
    },
    fixed: 'authorization_server_metadata',
  },
  {
    name: 'node-sign-in-at-paths-of-its-own',
    wrong: 'The sign-in server has no metadata, and its endpoints stand where nobody would look.',
    cause: 'authorization_server_metadata_missing',
    broken: {
      guard: `if (['/authorize', '/token', '/register'].includes(path)) return send(res, { status: 404, headers: json, body: '{}' })
if (path === '/sso/start') return send(res, signIn(req.method, '/authorize'))
if (path === '/sso/exchange') return send(res, signIn(req.method, '/token'))
if (path === '/oauth/register') return send(res, signIn(req.method, '/register'))`,
      authorization_server_metadata: '',
    },
    fixed: 'authorization_server_metadata',
    fills: { 'YOUR-AUTHORIZE-PATH': 'sso/start', 'YOUR-TOKEN-PATH': 'sso/exchange' },
  },
  {
    name: 'node-names-itself-for-a-sign-in-server',
    wrong: 'The metadata names the MCP server itself as its sign-in server, which it is not.',
    cause: 'authorization_server_metadata_missing',
    broken: {
      guard: `if (['/authorize', '/token', '/register', '/jwks'].includes(path)) return send(res, { status: 404, headers: json, body: '{}' })`,
      authorization_server_metadata: '',
    },
    told: /name a sign-in server that is one.*portcullis serve/,
  },
  {
    name: 'node-metadata-of-the-sign-in-is-a-page',
    wrong: 'The well-known path of the sign-in server gives the start page of a web application.',
    cause: 'authorization_server_metadata_not_json',
    broken: {
      authorization_server_metadata: `if (path.startsWith('/.well-known/o') && !path.includes('protected')) return send(res, { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>A product</title>' })`,
    },
    fixed: 'authorization_server_metadata',
  },
  {
    name: 'node-sign-in-elsewhere-without-s256',
    wrong: 'The sign-in server is another, and does not list S256: nothing at the MCP server mends that.',
    cause: 's256_missing',
    broken: { ...beside(), sign_in_beside: '{"code_challenge_methods_supported": null}' },
    told: /not in the MCP server.*PKCE.*portcullis serve/,
  },
  {
    name: 'node-sign-in-elsewhere-is-keycloak',
    wrong: 'A realm of Keycloak whose metadata names no registration.',
    cause: 'no_way_to_register',
    broken: {
      ...beside(),
      guard: `if (path === '/register') return send(res, { status: 404, headers: json, body: '{}' })`,
      sign_in_beside:
        '{"registration_endpoint": null, "authorization_endpoint": "$SIGN_IN/realms/mcp/protocol/openid-connect/auth"}',
    },
    told: /at Keycloak, not in the MCP server.*Client registration policies/,
  },
  {
    name: 'node-sign-in-elsewhere-cannot-register',
    wrong: 'An AD FS, which registers nobody by itself.',
    cause: 'no_way_to_register',
    broken: {
      ...beside(),
      guard: `if (path === '/register') return send(res, { status: 404, headers: json, body: '{}' })`,
      sign_in_beside: '{"registration_endpoint": null, "authorization_endpoint": "$SIGN_IN/adfs/oauth2/authorize"}',
    },
    told: /between AD FS and the clients.*portcullis serve.*by hand at AD FS/,
  },
  {
    name: 'node-sign-in-elsewhere-with-a-slash',
    wrong: 'The sign-in server calls itself by another path than "authorization_servers" does.',
    cause: 'issuer_mismatch',
    broken: { ...beside(), sign_in_beside: '{"issuer": "$SIGN_IN/realm"}' },
    fixed: 'resource_metadata',
  },
  {
    name: 'node-token-endpoint-reads-json',
    wrong: 'The token endpoint reads JSON alone: forms get 415.',
    cause: 'token_endpoint_answers_wrong',
    broken: {
      guard: `if (path === '/token' && !/json/.test(req.headers['content-type'] ?? '')) return send(res, { status: 415, headers: json, body: '{"error":"unsupported"}' })`,
    },
    told: /forms at the token endpoint.*express\.urlencoded/,
  },
  {
    name: 'node-field-missing',
    wrong: 'The metadata has no token endpoint.',
    cause: 'metadata_field_missing',
    broken: {
      authorization_server_metadata: `if (path === '/.well-known/oauth-authorization-server')
  return send(res, { status: 200, headers: json, body: JSON.stringify({ issuer: '$ORIGIN', authorization_endpoint: '$ORIGIN/authorize', registration_endpoint: '$ORIGIN/register', response_types_supported: ['code'], code_challenge_methods_supported: ['S256'] }) })`,
    },
    fixed: 'authorization_server_metadata',
  },
  {
    name: 'node-sign-in-server-down',
    wrong: 'The metadata names a sign-in server at which nothing answers.',
    cause: 'authorization_server_unreachable',
    broken: {
      resource_metadata: `if (path.startsWith('/.well-known/oauth-protected-resource')) return send(res, { status: 200, headers: json, body: '{"resource":"$TARGET","authorization_servers":["http://127.0.0.1:9"]}' })`,
    },
  },
]

/** A sign-in server at an address of its own. */
function beside(): Scene['broken'] {
  return {
    resource_metadata: `if (path.startsWith('/.well-known/oauth-protected-resource')) return send(res, { status: 200, headers: json, body: '{"resource":"$TARGET","authorization_servers":["$SIGN_IN"],"bearer_methods_supported":["header"]}' })`,
    authorization_server_metadata: '',
  }
}

export const signInScenes: readonly Scene[] = scenes.map((scene) => ({ ...scene, stack: 'node' }))
