import { type Changes, type Document, letIn, plain, type Route, refuseForm } from './mcp-server.ts'

/** A server that one of the five documents speaks of, as far as it can be seen from outside. */
export interface Seed {
  readonly title: string
  readonly path: string
  readonly changes: Changes
}

const atPath = '/.well-known/oauth-protected-resource/mcp'
const rootPointer = (origin: string) => `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource"`

/** The issuer of somebody else; it answers from the same server here. */
const realm = (origin: string) => `${origin}/realms/mcp_security`

export const seeds: readonly Seed[] = [
  {
    title: '000, as it was found',
    path: '/mcp',
    changes: { ...onlyAtRoot(nameOrigin), challenge: letIn },
  },
  {
    title: '000, with its fix',
    path: '/mcp',
    changes: { ...onlyAtRoot(nameOrigin), header: rootPointer, first: badTokensUnnamed(rootPointer) },
  },
  {
    title: '001, with the middleware in the way',
    path: '/mcp',
    changes: { first: (_request, response) => Boolean(response.writeHead(307, { location: '/sign-in' }).end()) },
  },
  {
    title: '001, as it is described',
    path: '/mcp',
    changes: { ...onlyAtRoot((document) => document), header: rootPointer },
  },
  {
    title: '001, with Clerk’s document at the app',
    path: '/mcp',
    changes: {
      ...onlyAtRoot((document) => document),
      header: rootPointer,
      server: (document) => ({ ...document, issuer: 'https://clerk.example.com' }),
    },
  },
  {
    title: '002, as it was found',
    path: '/mcp/mcp',
    changes: {
      header: () => undefined,
      resource: () => undefined,
      server: () => undefined,
      routes: {
        '/mcp/mcp': plain(401),
        '/register': undefined,
        '/authorize': undefined,
        '/token': undefined,
        '/oauth/authorize': plain(400),
        '/api/oauth/token': refuseForm,
        '/api/oauth/register': refuseForm,
      },
    },
  },
  {
    title: '002, with its fixes',
    path: '/mcp/mcp',
    changes: {
      resource: nameOrigin,
      server: (_document, origin) => ({
        issuer: origin,
        authorization_endpoint: `${origin}/oauth/authorize`,
        token_endpoint: `${origin}/api/oauth/token`,
        registration_endpoint: `${origin}/api/oauth/register`,
        code_challenge_methods_supported: ['S256', 'plain'],
        resource_parameter_supported: true,
      }),
      routes: {
        [atPath]: undefined,
        '/.well-known/openid-configuration': undefined,
        '/authorize': undefined,
        '/token': undefined,
        '/oauth/authorize': plain(400),
        '/api/oauth/token': refuseForm,
        '/mcp/mcp': refusing(rootPointer),
        '/register': plain(307, { location: '/api/oauth/register' }),
        '/api/oauth/register': refuseForm,
      },
    },
  },
  {
    title: '003, as it was found',
    path: '/mcp',
    changes: { ...ofFastMcp(() => undefined), header: () => undefined },
  },
  {
    title: '003, with the header that it expects',
    path: '/mcp',
    changes: ofFastMcp((origin) => `Bearer realm="MCP Server", authorization_server="${realm(origin)}"`),
  },
  { title: '004, as it is described', path: '/mcp', changes: ofFastMcp(rootPointer) },
]

/** The metadata of the resource at the root of the host and not below the path. */
function onlyAtRoot(resource: NonNullable<Changes['resource']>): Changes {
  return { resource, routes: { [atPath]: undefined } }
}

function nameOrigin(document: Document, origin: string): Document {
  return { ...document, resource: origin }
}

/** FastMCP with a Keycloak realm: the resource is the origin, and no bad token is told to be one. */
function ofFastMcp(header: (origin: string) => string | undefined): Changes {
  return {
    resource: (document, origin) => ({ ...document, resource: origin, authorization_servers: [realm(origin)] }),
    server: (document, origin) => ({ ...document, issuer: realm(origin) }),
    header,
    first: badTokensUnnamed(header),
    routes: {
      [atPath]: undefined,
      '/.well-known/oauth-authorization-server/realms/mcp_security': documentOf(realm),
      '/realms/mcp_security/.well-known/openid-configuration': documentOf(realm),
    },
  }
}

function documentOf(issuer: (origin: string) => string): Route {
  return (_request, response, origin) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        issuer: issuer(origin),
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        registration_endpoint: `${origin}/register`,
        jwks_uri: `${origin}/keys`,
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code', 'refresh_token'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['none'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      }),
    )
}

/** The same challenge whether there is a token or not. */
function badTokensUnnamed(header: (origin: string) => string | undefined): NonNullable<Changes['first']> {
  return (request, response, origin) => {
    if (request.url !== '/mcp' || request.headers.authorization === undefined) return false
    void refusing(header)(request, response, origin)
    return true
  }
}

function refusing(header: (origin: string) => string | undefined): Route {
  return (_request, response, origin) => {
    const value = header(origin)
    return response
      .writeHead(401, { 'content-type': 'application/json', ...(value !== undefined && { 'www-authenticate': value }) })
      .end('{"error":"unauthorized"}')
  }
}
