import {
  atRoot,
  challenged,
  good,
  openid,
  openidPlace,
  page,
  refused,
  registers,
  resource,
  resourcePlace,
  resourceRoot,
  server,
  serverPlace,
  without,
} from './good-server.ts'
import { json, type Origins, type Routes, type Scene } from './scene.ts'

/** What no recording shows. Each is the good server but for what it says. */
export const scenes: readonly Scene[] = [
  scene('a good server', () => ({})),

  // The challenge
  scene('no pointer', () => challenged('Bearer')),
  scene('no challenge at all', () => ({ 'POST /mcp': { status: 401 }, 'GET /mcp': { status: 401 } })),
  scene('a challenge of another scheme before it', ({ here }) => ({
    ...challenged(`Basic realm="a", Bearer resource_metadata="${here}/elsewhere"`),
  })),
  scene('a scheme and nothing behind it but a pointer without quotes', ({ here }) => ({
    ...challenged(`bearer resource_metadata=${here}/other, scope=a`),
    'GET /other': json(resource(here)),
  })),
  scene('a challenge with a scope', ({ here }) => ({
    ...challenged(`Bearer resource_metadata="${here}${resourcePlace}", scope="files:read files:write"`),
  })),
  scene('a pointer that leads nowhere', ({ here }) => ({
    ...challenged(`Bearer resource_metadata="${here}/nowhere"`),
  })),
  scene('a pointer to another origin', ({ elsewhere, here }) => ({
    ...challenged(`Bearer resource_metadata="${elsewhere}/prm"`),
    'GET elsewhere /prm': json(resource(here)),
    [`GET ${resourcePlace}`]: { status: 404 },
  })),
  scene('a pointer that is a path', () => challenged(`Bearer resource_metadata="${resourcePlace}"`)),
  scene('200 with a JSON-RPC error where 401 was due', () => ({
    'POST /mcp': json({ jsonrpc: '2.0', id: '{id}', error: { code: -32001, message: 'Unauthorized' } }),
  })),
  scene('200 with a result where 401 was due', () => ({
    'POST /mcp': json({
      jsonrpc: '2.0',
      id: '{id}',
      result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'a', version: '1' } },
    }),
    'GET /mcp': { status: 405 },
  })),
  scene('200 with a result in a stream of events', () => ({
    'POST /mcp': {
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body: 'event: message\ndata: {"jsonrpc":"2.0","id":"{id}","result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"a","version":"1"}}}\n\n',
    },
    'GET /mcp': { status: 405 },
  })),
  scene('400 with a JSON-RPC error', () => ({
    'POST /mcp': json({ jsonrpc: '2.0', id: null, error: { code: -32000, message: 'No session' } }, 400),
  })),
  scene('200 with a login page', () => ({
    'POST /mcp': { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<form>' },
  })),
  scene('302 to a login page', ({ here }) => ({
    'POST /mcp': { status: 302, headers: { location: `${here}/login?next=1` } },
    'GET /login': { status: 200, headers: { 'content-type': 'text/html' }, body: '<form>' },
  })),
  scene('307 within the origin', () => ({
    'POST /mcp': { status: 307, headers: { location: '/mcp/' } },
    'POST /mcp/': refused('Bearer'),
  })),
  scene('308 to another origin', ({ elsewhere }) => ({
    'POST /mcp': { status: 308, headers: { location: `${elsewhere}/mcp` } },
    'POST elsewhere /mcp': refused('Bearer'),
  })),
  ...[400, 403, 404, 405, 500, 503].map((status) =>
    scene(`${status} where 401 was due`, () => ({ 'POST /mcp': { status, body: 'No' } })),
  ),
  ...[200, 405, 406, 500].map((status) =>
    scene(`GET is answered ${status}`, () => ({ 'GET /mcp': { ...page, status } })),
  ),
  scene('GET is answered with metadata of the resource', ({ here, elsewhere }) => ({
    'GET /mcp': json({ resource: `${here}/mcp`, authorization_servers: [elsewhere], scopes_supported: ['from:mcp'] }),
  })),
  scene('GET opens a stream', () => ({
    'GET /mcp': { status: 200, headers: { 'content-type': 'text/event-stream' }, body: ': hello\n\n' },
  })),
  scene('403 that wants more scope', ({ here }) => ({
    'POST /mcp': {
      status: 403,
      headers: {
        'www-authenticate': `Bearer error="insufficient_scope", scope="a b", resource_metadata="${here}${resourcePlace}"`,
      },
    },
  })),

  // Protected resource metadata
  ...[401, 403, 500, 502, 503].map((status) =>
    scene(`${status} at both places of resource metadata`, () => ({
      ...challenged('Bearer'),
      [`GET ${resourcePlace}`]: { status },
      [`GET ${resourceRoot}`]: { status },
    })),
  ),
  scene('500 at the pointer', () => ({ [`GET ${resourcePlace}`]: { status: 500 } })),
  scene('500 at the path, the document at the root', ({ here }) => ({
    ...challenged('Bearer'),
    [`GET ${resourcePlace}`]: { status: 500 },
    [`GET ${resourceRoot}`]: json(resource(here)),
  })),
  scene('502 at the path, the document at the root', ({ here }) => ({
    ...challenged('Bearer'),
    [`GET ${resourcePlace}`]: { status: 502 },
    [`GET ${resourceRoot}`]: json(resource(here)),
  })),
  scene('a page instead of resource metadata', () => ({ [`GET ${resourcePlace}`]: page })),
  scene('resource metadata cut short', () => ({ [`GET ${resourcePlace}`]: { status: 200, body: '{"resource":' } })),
  scene('resource metadata without resource', ({ here }) => ({
    [`GET ${resourcePlace}`]: json({ authorization_servers: [here] }),
  })),
  scene('resource metadata without authorization servers', ({ here }) => ({
    [`GET ${resourcePlace}`]: json({ resource: `${here}/mcp` }),
  })),
  scene('authorization servers as one string', ({ here }) => ({
    [`GET ${resourcePlace}`]: json({ resource: `${here}/mcp`, authorization_servers: here }),
  })),
  scene('an authorization server that is no URL', ({ here }) => ({
    [`GET ${resourcePlace}`]: json({ resource: `${here}/mcp`, authorization_servers: ['auth.example.com'] }),
  })),
  scene('scopes of the resource as one string', ({ here }) => ({
    [`GET ${resourcePlace}`]: json({ ...resource(here), scopes_supported: 'a b' }),
  })),
  scene('an empty list of scopes', ({ here }) => ({
    [`GET ${resourcePlace}`]: json({ ...resource(here), scopes_supported: [] }),
  })),
  scene('resource metadata behind a redirect within the origin', ({ here }) => ({
    [`GET ${resourcePlace}`]: { status: 302, headers: { location: '/moved' } },
    'GET /moved': json(resource(here)),
  })),
  scene('resource metadata behind a redirect to another origin', ({ here, elsewhere }) => ({
    [`GET ${resourcePlace}`]: { status: 302, headers: { location: `${elsewhere}/prm` } },
    'GET elsewhere /prm': json({ ...resource(here), scopes_supported: ['from:elsewhere'] }),
  })),

  // The comparison of resource
  ...Object.entries({
    'the origin': (here: string) => here,
    'the origin with a slash': (here: string) => `${here}/`,
    'a slash more': (here: string) => `${here}/mcp/`,
    'a longer path': (here: string) => `${here}/mcp/v1`,
    'another path': (here: string) => `${here}/mc`,
    'another letter case': (here: string) => `${here}/MCP`,
    'another host': (here: string) => here.replace('127.0.0.1', 'localhost'),
    'another scheme': (here: string) => `${here.replace('http:', 'https:')}/mcp`,
    'a query more': (here: string) => `${here}/mcp?a=1`,
    'no URL': () => 'mcp',
    'a name': () => 'urn:mcp:server',
  }).map(([title, value]) =>
    scene(`resource is ${title}`, ({ here }) => ({
      [`GET ${resourcePlace}`]: json({ ...resource(here), resource: value(here) }),
    })),
  ),

  // Authorization server metadata
  ...[401, 404, 500, 502].map((status) =>
    scene(`${status} at the metadata of the authorization server`, () => ({ [`GET ${serverPlace}`]: { status } })),
  ),
  scene('nothing is published', () => ({
    ...challenged('Bearer'),
    [`GET ${resourcePlace}`]: { status: 404 },
    [`GET ${serverPlace}`]: { status: 404 },
  })),
  scene('nothing but the metadata of the authorization server, under the path', ({ here }) => ({
    ...challenged('Bearer'),
    [`GET ${resourcePlace}`]: { status: 404 },
    [`GET ${serverPlace}`]: { status: 404 },
    [`GET ${serverPlace}/mcp`]: json({ ...server(here), issuer: `${here}/mcp` }),
  })),
  scene('no metadata, and no endpoints at the origin either', () => ({
    [`GET ${serverPlace}`]: { status: 404 },
    'POST /register': { status: 404, body: 'Cannot POST /register' },
  })),
  scene('no metadata, and a 404 in JSON at /register', () => ({
    [`GET ${serverPlace}`]: { status: 404 },
    'POST /register': json({ detail: 'Not Found' }, 404),
  })),
  scene('an issuer that is not there', ({ here }) => ({
    [`GET ${resourcePlace}`]: json({ ...resource(here), authorization_servers: ['http://127.0.0.1:9'] }),
  })),
  scene('an issuer elsewhere', ({ here, elsewhere }) => ({
    [`GET ${resourcePlace}`]: json({ ...resource(here), authorization_servers: [elsewhere] }),
    [`GET elsewhere ${serverPlace}`]: json(server(elsewhere)),
    'POST elsewhere /register': registers,
  })),
  scene('an issuer with a path', ({ here }) => ({
    [`GET ${resourcePlace}`]: json({ ...resource(here), authorization_servers: [`${here}/tenant`] }),
    [`GET ${serverPlace}/tenant`]: json({ ...server(here), issuer: `${here}/tenant` }),
  })),
  scene('an issuer with a path, its metadata only at the root', ({ here }) => ({
    [`GET ${resourcePlace}`]: json({ ...resource(here), authorization_servers: [`${here}/tenant`] }),
    [`GET ${serverPlace}`]: json({ ...server(here), issuer: `${here}/tenant` }),
  })),
  scene('an issuer with a path, OpenID appended', ({ here }) => ({
    [`GET ${resourcePlace}`]: json({ ...resource(here), authorization_servers: [`${here}/tenant`] }),
    'GET /tenant/.well-known/openid-configuration': json({ ...openid(here), issuer: `${here}/tenant` }),
  })),
  scene('two issuers, the first without metadata', ({ here, elsewhere }) => ({
    [`GET ${resourcePlace}`]: json({ ...resource(here), authorization_servers: [elsewhere, here] }),
  })),
  scene('a page instead of the metadata', () => ({ [`GET ${serverPlace}`]: page })),
  scene('metadata without issuer', ({ here }) => ({ [`GET ${serverPlace}`]: json(without(server(here), 'issuer')) })),
  scene('metadata without response types', ({ here }) => ({
    [`GET ${serverPlace}`]: json(without(server(here), 'response_types_supported')),
  })),
  scene('metadata without a token endpoint', ({ here }) => ({
    [`GET ${serverPlace}`]: json(without(server(here), 'token_endpoint')),
  })),
  scene('endpoints as paths', ({ here }) => ({
    [`GET ${serverPlace}`]: json({ ...server(here), authorization_endpoint: '/authorize', token_endpoint: '/token' }),
  })),
  scene('a registration endpoint that is null', ({ here }) => ({
    [`GET ${serverPlace}`]: json({ ...server(here), registration_endpoint: null }),
  })),
  scene('OpenID without key set', ({ here }) => ({
    [`GET ${serverPlace}`]: { status: 404 },
    [`GET ${openidPlace}`]: json(without(openid(here), 'jwks_uri')),
  })),
  ...Object.entries({
    'a slash more': (here: string) => `${here}/`,
    'another host': () => 'https://auth.example.com',
    'a path more': (here: string) => `${here}/tenant`,
  }).map(([title, issuer]) =>
    scene(`issuer with ${title}`, ({ here }) => ({
      [`GET ${serverPlace}`]: json({ ...server(here), issuer: issuer(here) }),
    })),
  ),
  scene('an issuer that is named with a slash and called without', ({ here }) => ({
    [`GET ${resourcePlace}`]: json({ ...resource(here), authorization_servers: [`${here}/`] }),
  })),
  scene('endpoints at another origin than the issuer', ({ here, elsewhere }) => ({
    [`GET ${serverPlace}`]: json({
      ...without(server(here), 'authorization_response_iss_parameter_supported'),
      authorization_endpoint: `${elsewhere}/authorize`,
    }),
  })),
  scene('metadata behind a redirect to another origin', ({ here, elsewhere }) => ({
    [`GET ${serverPlace}`]: { status: 301, headers: { location: `${elsewhere}/metadata` } },
    'GET elsewhere /metadata': json(server(here)),
  })),

  // Registration and the request
  scene('no registration', ({ here }) => ({
    [`GET ${serverPlace}`]: json(without(server(here), 'registration_endpoint')),
  })),
  scene('a registration endpoint that is not there', () => ({ 'POST /register': { status: 404, body: 'Not Found' } })),
  scene('registration elsewhere', ({ here }) => ({
    [`GET ${serverPlace}`]: json({ ...server(here), registration_endpoint: `${here}/oauth/register` }),
    'POST /oauth/register': registers,
  })),
  scene('client documents', ({ here }) => ({
    [`GET ${serverPlace}`]: json({ ...server(here), client_id_metadata_document_supported: true }),
  })),
  scene('client documents, said as a string', ({ here }) => ({
    [`GET ${serverPlace}`]: json({ ...server(here), client_id_metadata_document_supported: 'true' }),
  })),
  scene('client documents without none', ({ here }) => ({
    [`GET ${serverPlace}`]: json({
      ...server(here),
      client_id_metadata_document_supported: true,
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
    }),
  })),
  scene('no S256', ({ here }) => ({
    [`GET ${serverPlace}`]: json({ ...server(here), code_challenge_methods_supported: ['plain'] }),
  })),
  scene('challenge methods not said', ({ here }) => ({
    [`GET ${serverPlace}`]: json(without(server(here), 'code_challenge_methods_supported')),
  })),
  scene('no response type code', ({ here }) => ({
    [`GET ${serverPlace}`]: json({ ...server(here), response_types_supported: ['token'] }),
  })),
  scene('offline_access', ({ here }) => ({
    [`GET ${serverPlace}`]: json({ ...server(here), scopes_supported: ['mcp:tools', 'offline_access'] }),
  })),
  scene('scopes only at the authorization server', ({ here }) => ({
    [`GET ${resourcePlace}`]: json(without(resource(here), 'scopes_supported')),
  })),
  { ...scene('the MCP URL is the root', () => ({})), path: '/', routes: atRoot },
]

function scene(title: string, fault: (origins: Origins) => Routes): Scene {
  return { title, routes: (origins) => ({ ...good(origins), ...fault(origins) }) }
}
