import {
  atPath,
  atRoot,
  challenge,
  healthy,
  issuer,
  oauthPlace,
  resourceMetadata,
  type Served,
  serverMetadata,
  target,
  withResourceMetadata,
  withServerMetadata,
} from './served.ts'

const origin = 'https://mcp.example.com'
const bare = { status: 401, headers: { 'www-authenticate': 'Bearer' } }
const elsewhere = 'https://docs.example.com/mcp.json'
const tenant = 'https://as.example.com/tenant'
const second = 'https://second.example.com'

/** Servers with one thing wrong each, by what it is. */
export const brokenServers = {
  'nothing is wrong': healthy,
  '“resource” ends with a slash that the URL has not': withResourceMetadata({ resource: `${target}/` }),
  '“resource” ends with a slash, and the authorization server is at the same origin': {
    ...healthy,
    [atPath]: { json: { ...resourceMetadata, resource: `${target}/`, authorization_servers: [origin] } },
    [`GET ${origin}/.well-known/oauth-authorization-server`]: { json: { ...serverMetadata, issuer: origin } },
  },
  '“resource” is the origin alone': withResourceMetadata({ resource: origin }),
  'the pointer leads to another origin': {
    ...healthy,
    ...challengedBy({ status: 401, headers: { 'www-authenticate': `Bearer resource_metadata="${elsewhere}"` } }),
    [atPath]: undefined,
    [`GET ${elsewhere}`]: { json: resourceMetadata },
  },
  'only the root form is there': {
    ...healthy,
    ...challengedBy(bare),
    [atPath]: undefined,
    [atRoot]: { json: resourceMetadata },
  },
  'the challenge has no pointer': { ...healthy, ...challengedBy(bare) },
  '403 where 401 was due': { ...healthy, POST: { ...challenge, status: 403 }, HEAD: { ...challenge, status: 403 } },
  'HEAD is not challenged': { ...healthy, HEAD: { status: 405 } },
  '200 to whoever comes': { ...healthy, POST: { json: { jsonrpc: '2.0', id: 0, result: { capabilities: {} } } } },
  'an error with status 200': {
    ...healthy,
    POST: { json: { jsonrpc: '2.0', id: 0, error: { code: -32001, message: 'Unauthorized' } } },
  },
  'no protected-resource metadata': { ...healthy, [atPath]: undefined },
  'no protected-resource metadata, and a document of the authorization server at the origin': {
    ...healthy,
    [atPath]: undefined,
    [`GET ${origin}/.well-known/oauth-authorization-server`]: { json: { ...serverMetadata, issuer: origin } },
  },
  'no document at all, and endpoints at the origin': {
    ...healthy,
    [atPath]: undefined,
    [`POST ${origin}/register`]: { status: 400 },
    [`GET ${origin}/authorize`]: { status: 400 },
  },
  'the second of two authorization servers has no metadata': withResourceMetadata({
    authorization_servers: [issuer, second],
  }),
  'the first of two authorization servers has no metadata': withResourceMetadata({
    authorization_servers: [second, issuer],
  }),
  'authorization-server metadata only where OpenID appends it': {
    ...healthy,
    [atPath]: { json: { ...resourceMetadata, authorization_servers: [tenant] } },
    [oauthPlace]: undefined,
    [`GET ${tenant}/.well-known/openid-configuration`]: { json: { ...serverMetadata, issuer: tenant } },
  },
  '“issuer” is another': withServerMetadata({ issuer: `${issuer}/` }),
  'S256 is not listed': withServerMetadata({ code_challenge_methods_supported: undefined }),
  'no registration, no client metadata documents': withServerMetadata({ registration_endpoint: undefined }),
  'no registration, but client metadata documents': withServerMetadata({
    registration_endpoint: undefined,
    client_id_metadata_document_supported: true,
  }),
  'client metadata documents without “none”': withServerMetadata({
    registration_endpoint: undefined,
    client_id_metadata_document_supported: true,
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
  }),
  '“none” is not listed': withServerMetadata({ token_endpoint_auth_methods_supported: ['client_secret_basic'] }),
  'the registration endpoint is not there': { ...healthy, [`POST ${issuer}/register`]: undefined },
} satisfies Record<string, Served>

export type BrokenServer = keyof typeof brokenServers

/** Each with the end that a client is expected to come to. */
export function withEnds<End>(ends: Readonly<Record<BrokenServer, End>>): readonly (readonly [string, Served, End])[] {
  const names = Object.keys(brokenServers) as readonly BrokenServer[] // its keys, and no others
  return names.map((name) => [name, brokenServers[name], ends[name]])
}

function challengedBy(answer: typeof bare): Served {
  return { POST: answer, GET: answer, HEAD: answer }
}
