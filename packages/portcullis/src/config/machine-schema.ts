import { fixedTable, listOf, scopeToken, section, secureUrl, tableOf, text, truth } from './fields.ts'

/** What clients may do with no person at hand. */
export const privileges = tableOf(
  section({
    clientCredentials: listOf(scopeToken())
      .prefault([])
      .describe('The scopes of tokens for this MCP server that the client gets for itself (`client_credentials`).'),
    clientCredentialsFor: tableOf(listOf(scopeToken()))
      .prefault({})
      .describe('The same for servers of `resources`, by their URLs.'),
    tokenExchange: fixedTable({
      from: text('the URL of a server').describe('The server that this client is: only tokens for it are exchanged.'),
      to: listOf(text('the URL of a server'))
        .min(1, 'must name at least one server')
        .describe('The servers that it gets tokens for.'),
    })
      .optional()
      .describe(
        'The exchange of tokens that others presented to it for tokens of further servers, on behalf of the same person (RFC 8693). Both sides are URLs of `resources`, or `publicUrl`. Default: none.',
      ),
    introspection: truth()
      .prefault(false)
      .describe('Whether the client may ask what a token for this MCP server is, at `/introspect` (RFC 7662).'),
    introspectionFor: listOf(text('the URL of a server'))
      .prefault([])
      .describe('The servers of `resources` for whose tokens it may ask the same.'),
  }),
)
  .prefault({})
  .describe(
    'What clients may do with no person at hand, by their identifiers. They must authenticate with a secret or a key; no registration gives it. The MCP server sees such a client as its own subject.',
  )

/** Identity providers that decide for their people. */
export const identityAssertionIssuers = tableOf(
  fixedTable({
    clients: listOf(text('the identifier of a client'))
      .min(1, 'must name at least one client')
      .describe('The identifiers of the clients that may come with its assertions. They must have a secret or a key.'),
    keysUrl: secureUrl()
      .optional()
      .describe(
        'The https URL of its public keys (`jwks_uri` of its metadata). It is fetched as guardedly as client documents, from public addresses alone.',
      ),
    keysFile: text('the path of a file')
      .optional()
      .describe(
        'A file with its public keys, as a JSON Web Key Set, instead of a URL. Relative to the folder of this file.',
      ),
    people: tableOf(text('the name of a user'))
      .prefault({})
      .describe('Who its people are here: from `sub`, as it names them, to the name of a user.'),
    userNameClaim: text('the name of a claim')
      .optional()
      .describe(
        'A claim whose value is the name of a user here, such as `email`, for who is not among `people`. Only where the identity provider lets nobody choose it, and gives no two people names that differ in capitals alone: whoever has the name has the account. Default: none.',
      ),
    tenant: text('the value of the claim "tenant"')
      .optional()
      .describe(
        'The claim `tenant` that its assertions must have, where it serves several customers: `sub` is unique within one alone. Default: assertions that name a tenant are refused.',
      ),
    resources: listOf(text('the URL of a server'))
      .optional()
      .describe('The servers that its assertions may be for: `publicUrl` and URLs of `resources`. Default: all.'),
  }),
)
  .prefault({})
  .describe(
    'Identity providers that decide for their people which clients they use here, with no page shown (ID-JAG, enterprise-managed authorization, Okta Cross App Access), by their issuer identifiers.',
  )
