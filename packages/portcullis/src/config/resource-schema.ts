import { choice, fixedTable, listOf, scopeToken, tableOf, text, variableName } from './fields.ts'

/** Further MCP servers and APIs that tokens are issued for, and that Portcullis does not stand in front of. */
export const resources = tableOf(
  fixedTable({
    name: text('the name of the server').optional().describe('How pages call it. Default: its URL.'),
    scopes: tableOf(text('the description that the person who consents reads'))
      .refine((scopes) => Object.keys(scopes).length > 0, 'must name at least one scope')
      .describe('Every scope of it, with the description that the person who consents reads.'),
    defaultScopes: listOf(scopeToken())
      .optional()
      .describe('What a client is granted that asks for no scope. Default: the first scope.'),
    advertisedScopes: listOf(scopeToken())
      .optional()
      .describe('What a client needs for basic use, as metadata names it. Default: its `defaultScopes`.'),
    hierarchy: tableOf(listOf(scopeToken())).prefault({}).describe('Which of its scopes bring others with them.'),
    accessTokenFormat: choice(['jwt', 'opaque'])
      .prefault('jwt')
      .describe(
        'The form of its access tokens. `jwt`: it verifies them by itself. `opaque`: it asks at `/introspect`, for which it needs a secret.',
      ),
    secretFile: text('the path of a file')
      .optional()
      .describe(
        'A file with the secret, of at least 32 characters, by which this server may ask what its tokens are (`/introspect`, RFC 7662) and read which grants have ended. Relative to the folder of this file.',
      ),
    secretVariable: variableName().optional().describe('The environment variable with it, instead of a file.'),
  }),
)
  .prefault({})
  .describe(
    'Further MCP servers and APIs that tokens are issued for, by their URLs. Portcullis does not stand in front of them: they verify tokens themselves. With any of them, a client must say in `resource` which server its token is for.',
  )
