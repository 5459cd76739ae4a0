import { json } from '../../test/loopback-server.ts'
import { healthyResource, page } from '../../test/mcp-server.ts'
import { testScenes } from '../../test/test-scenes.ts'

testScenes([
  ['resource_metadata_missing', { resource: () => undefined }, ['resource_metadata_missing']],
  [
    'resource_metadata_missing',
    { resource: () => undefined, server: () => undefined, header: () => undefined },
    ['resource_metadata_missing'],
  ],
  [
    'resource_metadata_guarded',
    {
      first: (request, response) =>
        request.url !== '/mcp' && request.method !== 'OPTIONS' && Boolean(response.writeHead(401).end()),
    },
    ['resource_metadata_guarded'],
  ],
  [
    'resource_metadata_not_json',
    {
      routes: {
        '/.well-known/oauth-protected-resource/mcp': page(200),
        '/.well-known/oauth-protected-resource': page(200),
      },
    },
    ['resource_metadata_not_json'],
  ],
  [
    'resource_metadata_at_root_only',
    {
      header: (origin) => `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource"`,
      routes: { '/.well-known/oauth-protected-resource/mcp': undefined },
    },
    [],
  ],
  ['resource_metadata_at_path_only', { routes: { '/.well-known/oauth-protected-resource': undefined } }, []],
  ['resource_missing', { resource: (document) => ({ ...document, resource: undefined }) }, ['resource_missing']],
  ['resource_mismatch', { resource: (document, origin) => ({ ...document, resource: origin }) }, ['resource_mismatch']],
  [
    'resource_mismatch',
    { resource: (document, origin) => ({ ...document, resource: `${origin}/mcp/` }) },
    ['resource_mismatch'],
  ],
  [
    'resource_documents_differ',
    {
      routes: {
        '/.well-known/oauth-protected-resource': (_request, response, origin) =>
          json(response, 200, { resource: `${origin}/mcp`, authorization_servers: ['https://as.example'] }),
      },
    },
    [],
  ],
  [
    'authorization_servers_missing',
    { resource: (document) => ({ ...document, authorization_servers: [] }) },
    ['authorization_servers_missing'],
  ],
  [
    'authorization_server_not_url',
    { resource: (document) => ({ ...document, authorization_servers: ['as.example', 3] }) },
    ['authorization_server_not_url'],
  ],
  [
    'resource_scopes_many',
    {
      resource: (document) => ({ ...document, scopes_supported: Array.from({ length: 30 }, (_, at) => `scope${at}`) }),
    },
    [],
  ],
  [
    'resource_scopes_offline_access',
    { resource: (document) => ({ ...document, scopes_supported: ['offline_access'] }) },
    [],
  ],
  [
    'resource_metadata_follows_host_header',
    {
      first: (request, response) =>
        request.headers['x-forwarded-host'] !== undefined &&
        Boolean(json(response, 200, { resource: `https://${request.headers['x-forwarded-host']}/mcp` })),
    },
    [],
  ],
  [
    'host_derived_document_cached',
    {
      first: (request, response) =>
        request.headers['x-forwarded-host'] !== undefined &&
        Boolean(
          json(
            response,
            200,
            { resource: `https://${request.headers['x-forwarded-host']}/mcp` },
            { 'cache-control': 'public, max-age=3600' },
          ),
        ),
    },
    [],
  ],
  ['bearer_header_not_listed', { resource: (document) => ({ ...document, bearer_methods_supported: ['body'] }) }, []],
  [
    'metadata_type_wrong',
    {
      routes: {
        '/.well-known/oauth-protected-resource/mcp': (_request, response, origin) =>
          response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify(healthyResource(origin))),
      },
    },
    [],
  ],
  [
    'metadata_head_differs',
    {
      first: (request, response) =>
        request.method === 'HEAD' && request.url !== '/mcp' && Boolean(response.writeHead(405).end()),
    },
    [],
  ],
])
