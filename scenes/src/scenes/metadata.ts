import type { Scene } from '../scene.ts'

/** Faults of the metadata, and of what guards it, of servers written by hand, on `node:http`. Texts are the wrong pieces, as for endpoints. */
const scenes: readonly Omit<Scene, 'stack'>[] = [
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

export const metadataScenes: readonly Scene[] = scenes.map((scene) => ({ ...scene, stack: 'node' }))
