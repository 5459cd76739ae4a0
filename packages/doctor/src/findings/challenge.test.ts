import { json } from '../../test/loopback-server.ts'
import { letIn, page, plain, pointing } from '../../test/mcp-server.ts'
import { testScenes } from '../../test/test-scenes.ts'

testScenes([
  ['everybody_let_in', { routes: { '/mcp': letIn } }, ['everybody_let_in']],
  ['open_server', { routes: { '/mcp': letIn }, resource: () => undefined, server: () => undefined }, []],
  ['mcp_url_not_found', { routes: { '/mcp': undefined } }, ['mcp_url_not_found']],
  [
    'error_with_status_200',
    {
      challenge: (_request, response) =>
        json(response, 200, { jsonrpc: '2.0', id: 0, error: { code: -32001, message: 'Unauthorized' } }),
    },
    ['error_with_status_200'],
  ],
  [
    'login_page_instead_of_challenge',
    { first: (_request, response) => Boolean(response.writeHead(307, { location: '/login?next=%2Fmcp' }).end()) },
    ['login_page_instead_of_challenge'],
  ],
  [
    'login_page_instead_of_challenge',
    { challenge: page(200, '<input type="password">') },
    ['login_page_instead_of_challenge'],
  ],
  ['wrong_challenge_status', { challenge: plain(403) }, ['wrong_challenge_status']],
  ['wrong_challenge_status', { challenge: page(200) }, ['wrong_challenge_status']],
  [
    'scope_asked_before_sign_in',
    { challenge: plain(403, { 'www-authenticate': 'Bearer error="insufficient_scope", scope="notes"' }) },
    ['scope_asked_before_sign_in'],
  ],
  ['challenge_missing', { header: () => undefined }, ['challenge_missing']],
  [
    'challenge_renamed',
    {
      challenge: (_request, response, origin) =>
        json(response, 401, {}, { 'x-amzn-remapped-www-authenticate': pointing(origin) }),
    },
    ['challenge_renamed'],
  ],
  ['challenge_not_bearer', { header: () => 'Basic realm="mcp"' }, ['challenge_not_bearer']],
  [
    'challenge_not_bearer',
    {
      first: (_request, response) => Boolean(response.writeHead(401, { 'www-authenticate': 'Basic realm="a"' }).end()),
    },
    ['challenge_not_bearer'],
  ],
  [
    'challenge_not_bearer',
    { first: (_request, response) => Boolean(json(response, 401, { error: 'Missing API key' })) },
    ['challenge_not_bearer'],
  ],
  ['challenge_malformed', { header: () => 'Bearer resource_metadata="https://mcp.example' }, ['challenge_malformed']],
  ['challenge_behind_another', { header: (origin) => `Basic realm="a", ${pointing(origin)}` }, []],
  ['challenge_without_pointer', { header: () => 'Bearer realm="mcp"' }, []],
  [
    'pointer_not_absolute',
    { header: () => 'Bearer resource_metadata="/.well-known/oauth-protected-resource"' },
    ['pointer_not_absolute'],
  ],
  [
    'pointer_to_other_origin',
    { header: () => 'Bearer resource_metadata="http://127.0.0.1:1/.well-known/oauth-protected-resource"' },
    ['pointer_to_other_origin'],
  ],
  [
    'pointer_leads_nowhere',
    { header: (origin) => `Bearer resource_metadata="${origin}/.well-known/elsewhere"` },
    ['pointer_leads_nowhere'],
  ],
  [
    'error_code_without_token',
    { header: (origin) => pointing(origin).replace('Bearer ', 'Bearer error="invalid_token", ') },
    [],
  ],
  [
    'bad_token_let_in',
    {
      first: (request, response) =>
        request.headers.authorization !== undefined &&
        Boolean(json(response, 200, { jsonrpc: '2.0', id: 0, result: {} })),
    },
    ['bad_token_let_in'],
  ],
  [
    'bad_token_not_named',
    {
      first: (request, response) =>
        request.headers.authorization !== undefined && Boolean(response.writeHead(403).end()),
    },
    [],
  ],
  ['scope_asks_offline_access', { header: (origin) => `${pointing(origin)}, scope="notes offline_access"` }, []],
  [
    'checked_before_authentication',
    {
      first: (request, response) =>
        request.headers['mcp-protocol-version'] === '2024-11-05' && Boolean(response.writeHead(400).end()),
    },
    ['checked_before_authentication'],
  ],
  [
    'checked_before_authentication',
    {
      challenge: (request, response, origin) =>
        request.headers['mcp-method'] === undefined
          ? json(response, 400, {})
          : json(response, 401, {}, { 'www-authenticate': pointing(origin) }),
    },
    ['checked_before_authentication'],
  ],
  [
    'head_not_challenged',
    { first: (request, response) => request.method === 'HEAD' && Boolean(response.writeHead(405).end()) },
    [],
  ],
  [
    'get_not_challenged',
    {
      first: (request, response) =>
        request.method === 'GET' && request.url === '/mcp' && Boolean(response.writeHead(405).end()),
    },
    [],
  ],
  [
    'preflight_refused',
    { first: (request, response) => request.method === 'OPTIONS' && Boolean(response.writeHead(401).end()) },
    [],
  ],
  [
    'headers_hidden_from_browsers',
    {
      challenge: (_request, response, origin) =>
        json(response, 401, {}, { 'access-control-allow-origin': '*', 'www-authenticate': pointing(origin) }),
    },
    [],
  ],
  [
    'delete_not_challenged',
    { first: (request, response) => request.method === 'DELETE' && Boolean(response.writeHead(204).end()) },
    [],
  ],
  [
    'challenge_scopes_many',
    { header: (origin) => `${pointing(origin)}, scope="${Array.from({ length: 60 }, (_, at) => `s${at}`).join(' ')}"` },
    [],
  ],
])
