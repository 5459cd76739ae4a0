import { json } from '../../test/loopback-server.ts'
import { healthyServer, page, plain, type Route, refuseForm } from '../../test/mcp-server.ts'
import { type Scene, testScenes } from '../../test/test-scenes.ts'

const asText: Route = (_request, response, origin) =>
  response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify(healthyServer(origin)))

testScenes([
  [
    'authorization_server_unreachable',
    { resource: (document) => ({ ...document, authorization_servers: ['http://127.0.0.1:1'] }) },
    ['authorization_server_unreachable'],
  ],
  ['authorization_server_metadata_missing', { server: () => undefined }, ['authorization_server_metadata_missing']],
  [
    'authorization_server_metadata_guarded',
    {
      routes: {
        '/.well-known/oauth-authorization-server': plain(401),
        '/.well-known/openid-configuration': plain(401),
      },
    },
    ['authorization_server_metadata_guarded'],
  ],
  [
    'authorization_server_metadata_not_json',
    {
      routes: { '/.well-known/oauth-authorization-server': page(200), '/.well-known/openid-configuration': page(200) },
    },
    ['authorization_server_metadata_not_json'],
  ],
  [
    'authorization_server_metadata_elsewhere',
    {
      resource: (document, origin) => ({ ...document, authorization_servers: [`${origin}/t/1`] }),
      server: (document, origin) => ({ ...document, issuer: `${origin}/t/1` }),
    },
    ['authorization_server_metadata_elsewhere'],
  ],
  ['issuer_mismatch', { server: (document) => ({ ...document, issuer: 'https://as.example' }) }, ['issuer_mismatch']],
  [
    'metadata_field_missing',
    { server: (document) => ({ ...document, response_types_supported: undefined }) },
    ['metadata_field_missing'],
  ],
  [
    'metadata_field_missing',
    {
      routes: { '/.well-known/oauth-authorization-server': undefined },
      server: (document) => ({ ...document, subject_types_supported: undefined, jwks_uri: undefined }),
    },
    ['metadata_field_missing'],
  ],
  [
    'metadata_field_malformed',
    { server: (document) => ({ ...document, grant_types_supported: 'authorization_code refresh_token' }) },
    ['metadata_field_malformed'],
  ],
  [
    'metadata_field_malformed',
    { server: (document) => ({ ...document, token_endpoint: '/token' }) },
    ['metadata_field_malformed'],
  ],
  [
    'endpoint_not_https',
    { server: (document) => ({ ...document, authorization_endpoint: 'http://as.example/authorize' }) },
    ['endpoint_not_https'],
  ],
  ['endpoint_not_found', { routes: { '/authorize': undefined } }, ['endpoint_not_found']],
  ['endpoint_not_found', { routes: { '/token': undefined } }, ['endpoint_not_found']],
  ['endpoint_not_found', { routes: { '/register': undefined } }, ['endpoint_not_found']],
  ['registration_guarded', { routes: { '/register': plain(401) } }, ['registration_guarded']],
  ['registration_guarded', { routes: { '/register': plain(403) } }, ['registration_guarded']],
  [
    'registration_elsewhere',
    {
      routes: { '/register': undefined, '/oauth/register': refuseForm },
      server: (document) => ({ ...document, registration_endpoint: undefined }),
    },
    ['registration_elsewhere'],
  ],
  [
    'registration_elsewhere',
    {
      routes: { '/register': undefined, '/api/oauth/register': refuseForm },
      resource: () => undefined,
      server: () => undefined,
      header: () => undefined,
    },
    ['resource_metadata_missing'],
  ],
  [
    's256_missing',
    { server: (document) => ({ ...document, code_challenge_methods_supported: undefined }) },
    ['s256_missing'],
  ],
  [
    's256_missing',
    { server: (document) => ({ ...document, code_challenge_methods_supported: ['plain'] }) },
    ['s256_missing'],
  ],
  [
    'plain_listed',
    { server: (document) => ({ ...document, code_challenge_methods_supported: ['S256', 'plain'] }) },
    [],
  ],
  [
    'public_clients_not_listed',
    { server: (document) => ({ ...document, token_endpoint_auth_methods_supported: ['client_secret_basic'] }) },
    [],
  ],
  [
    'no_way_to_register',
    { routes: { '/register': undefined }, server: (document) => ({ ...document, registration_endpoint: undefined }) },
    ['no_way_to_register'],
  ],
  // A page where people sign up takes POST as well, and registers no client.
  [
    'no_way_to_register',
    {
      routes: {
        '/register': (request, response) =>
          request.method === 'OPTIONS' ? response.writeHead(204, { allow: 'GET, POST' }).end() : response.end('<form>'),
      },
      server: (document) => ({ ...document, registration_endpoint: undefined }),
    },
    ['no_way_to_register'],
  ],
  [
    'client_documents_without_none',
    {
      server: (document) => ({
        ...document,
        registration_endpoint: undefined,
        client_id_metadata_document_supported: true,
        token_endpoint_auth_methods_supported: ['private_key_jwt'],
      }),
    },
    ['client_documents_without_none'],
  ],
  [
    'refresh_not_listed',
    { server: (document) => ({ ...document, grant_types_supported: ['authorization_code'] }) },
    [],
  ],
  [
    'metadata_documents_differ',
    {
      routes: {
        '/.well-known/openid-configuration': (_request, response, origin) =>
          json(response, 200, { ...healthyServer(origin), token_endpoint: `${origin}/other` }),
      },
    },
    [],
  ],
  ['authorization_endpoint_fails', { routes: { '/authorize': plain(500) } }, []],
  [
    'response_type_code_missing',
    { server: (document) => ({ ...document, response_types_supported: ['token'] }) },
    ['response_type_code_missing'],
  ],
  ...(
    [
      [
        { kid: 'a', kty: 'RSA' },
        { kid: 'a', kty: 'RSA' },
      ],
      [{ kty: 'RSA' }, { kty: 'RSA' }],
      [{ kid: 'a', kty: 'RSA', alg: 'none' }],
      [{ kid: 'a', kty: 'oct', k: 'c2VjcmV0' }],
      [{ kid: 'a', kty: 'EC', d: 'c2VjcmV0' }],
    ] as const
  ).map(
    (keys): Scene => [
      'key_set_flawed',
      { routes: { '/keys': (_request, response) => json(response, 200, { keys }) } },
      [],
    ],
  ),
  ['metadata_type_wrong', { routes: { '/.well-known/oauth-authorization-server': asText } }, []],
  ['resource_scopes_unknown', { server: (document) => ({ ...document, scopes_supported: ['openid'] }) }, []],
  ['key_set_unreachable', { routes: { '/keys': undefined } }, []],
  ['token_endpoint_answers_wrong', { routes: { '/token': page(500) } }, []],
  ['token_endpoint_answers_wrong', { routes: { '/token': plain(415) } }, ['token_endpoint_answers_wrong']],
  [
    'identity_provider',
    {
      routes: { '/realms/r/protocol/openid-connect/auth': page(400) },
      server: (document, origin) => ({
        ...document,
        authorization_endpoint: `${origin}/realms/r/protocol/openid-connect/auth`,
      }),
    },
    [],
  ],
])
