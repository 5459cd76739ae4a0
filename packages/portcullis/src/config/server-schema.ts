import { choice, fixedTable, listOf, scopeToken, tableOf, text } from './fields.ts'
import { rules } from './rule-schema.ts'
import { upstream } from './upstream-schema.ts'

/** What is set of one MCP server: at the top of the file where there is one, in `servers` of each where there are several. */
export const ofServer = {
  upstream: upstream()
    .optional()
    .describe(
      'The MCP server that Portcullis stands in front of: its URL where it speaks Streamable HTTP, or how it is started where it speaks over its standard streams. `portcullis serve` needs it.',
    ),
  transport: choice(['auto', 'streamable-http', 'sse'])
    .prefault('auto')
    .describe(
      'What a server at a URL speaks. `sse` is the HTTP+SSE of 2024-11-05, for which `upstream` is the URL of its stream, often ending in `/sse`. `auto`: Streamable HTTP, unless it refuses that and opens such a stream. What clients speak is seen by their requests.',
    ),
  upstreamHeaders: choice(['usual', 'strict'])
    .prefault('usual')
    .describe(
      'Which headers of a client the MCP server gets. `usual`: all but credentials, identity and routing, as far as their names are known. `strict`: only those that MCP, content and tracing need.',
    ),
  alsoServedAt: listOf(text('a URL at which the MCP server is reached too'))
    .prefault([])
    .describe(
      'Further URLs at which this same MCP server is reached: metadata of its own is served at each, and tokens may be for each. Pages and `/token` are at the origin of `publicUrl` alone.',
    ),
  accessTokenFormat: choice(['jwt', 'opaque'])
    .prefault('jwt')
    .describe(
      'The form of access tokens for this MCP server. `opaque`: nobody who holds one can read who the person is; Portcullis asks itself what it is.',
    ),
  scopes: tableOf(text('the description that the person who consents reads'))
    .refine((scopes) => Object.keys(scopes).length > 0, 'must name at least one scope')
    .prefault({ mcp: 'Use this server and its tools for you' })
    .describe('Every scope, with the description that the person who consents reads.'),
  defaultScopes: listOf(scopeToken())
    .optional()
    .describe('What a client is granted that asks for no scope. Default: the first scope.'),
  advertisedScopes: listOf(scopeToken())
    .optional()
    .describe('What a client needs for basic use: it is told of these before it signs in. Default: `defaultScopes`.'),
  hierarchy: tableOf(listOf(scopeToken()))
    .prefault({})
    .describe('Which scopes bring others with them: `{ "notes:write": ["notes:read"] }`.'),
  ...rules,
}

/** Several MCP servers, each by a path. */
export const servers = tableOf(
  fixedTable({
    path: text('a path such as /notes/mcp')
      .optional()
      .describe(
        'The path of the URL that people give their MCP client, at the origin of `publicUrl`. Default: `/NAME/mcp`.',
      ),
    publicUrl: text('the URL that people give their MCP client')
      .optional()
      .describe('The whole of that URL instead, where it is at another origin. Its path is that of no other server.'),
    name: text('the name of the server').optional().describe('How pages call the server. Default: its name here.'),
    ...ofServer,
  }),
)
  .prefault({})
  .describe(
    'Several MCP servers in one gateway, by names of your choice (letters, digits, `-`, `_`), in place of `upstream` and what belongs to it. Each is a resource of its own: with metadata, scopes, consents and tokens that are good at no other. People sign in at the origin of `publicUrl`, which then has no path. A client must say in `resource` which server its token is for.',
  )
