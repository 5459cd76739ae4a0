import { z } from 'zod'
import { clientGrantTypes } from './client-grant-types.ts'
import {
  addressRange,
  bytes,
  choice,
  duration,
  host,
  hostPattern,
  listOf,
  origin,
  schemaName,
  scopeToken,
  tableOf,
  text,
  truth,
  webUrl,
  wholeNumber,
} from './fields.ts'

/**
 * Everything that can be set, with its default and its meaning: the one source of the type, the check and `docs/configuration.md`.
 * Secrets are not here: they come by environment or file alone (`operations/secrets.ts`).
 */
export const schema = section({
  publicUrl: text('the URL that people give their MCP client')
    .optional()
    .describe(
      'The URL that people give their MCP client, byte for byte. It is the `resource` of tokens. https, unless its host is loopback. Default: `http://localhost:PORT/mcp`.',
    ),
  upstream: webUrl()
    .optional()
    .describe('The MCP server that Portcullis stands in front of (Streamable HTTP). `portcullis serve` needs it.'),
  upstreamHeaders: choice(['usual', 'strict'])
    .prefault('usual')
    .describe(
      'Which headers of a client the MCP server gets. `usual`: all but credentials, identity and routing, as far as their names are known. `strict`: only those that MCP, content and tracing need.',
    ),
  name: text('the name of the server')
    .optional()
    .describe('How pages call the server. Default: the host of its public URL.'),
  branding: section({
    color: text('a colour such as "#1d4fb8"')
      .optional()
      .describe(
        'Colour of buttons and links on pages, as `#rrggbb`; made darker or lighter where it could not be read. Default: blue.',
      ),
    logo: text('an image')
      .optional()
      .describe(
        'Image in place of the mark on pages: `data:image/png;base64,…` (PNG, JPEG, GIF, WebP or SVG; 100,000 characters), or a path of the issuer’s own origin that a proxy in front serves.',
      ),
    support: text('where people find help')
      .optional()
      .describe('Where people find help: an https URL, or `mailto:` and an address. It stands below each page.'),
  }),
  listen: section({
    host: text('an address or host name')
      .prefault('127.0.0.1')
      .describe(
        'The address to listen on. `0.0.0.0` lets other machines in: do so only behind a proxy that speaks TLS.',
      ),
    port: wholeNumber({ least: 0, most: 65_535 })
      .prefault(7080)
      .describe('The port to listen on. 0 takes a free one and needs `publicUrl`.'),
  }),
  database: text('the path of a file, or the URL of a Postgres database')
    .prefault('portcullis.db')
    .describe(
      'The file of a SQLite database, or the URL of a Postgres database that several processes share: `postgres://USER@HOST/NAME?sslmode=verify-full`. Relative paths are taken from the folder of the configuration file, or else from the current one.',
    ),
  databaseSchema: schemaName()
    .prefault('portcullis')
    .describe('The schema of a Postgres database that the tables stand in; made where there is none.'),
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
  tools: tableOf(
    section({
      scopes: listOf(scopeToken()).prefault([]).describe('The scopes that a call of this tool needs, all of them.'),
    }),
  )
    .prefault({})
    .describe('What each tool needs. A tool that is not named needs a sign-in and no scope.'),
  lifetimes: section({
    accessToken: duration({ least: 1, most: 86_400 }).prefault('10m').describe('How long an access token lives.'),
    code: duration({ least: 1, most: 600 }).prefault('60s').describe('How long an authorization code lives.'),
    grant: duration({ least: 60, most: 10 * 365 * 86_400 })
      .prefault('30d')
      .describe('How long a client may stay away before it must ask again.'),
    consent: duration({ least: 0, most: 10 * 365 * 86_400 })
      .prefault('90d')
      .describe(
        'How long it is remembered what a person allowed a client, so that they are not asked for the same again. Only where the answer goes to an https host; clients on people’s own devices are asked about each time. 0 is off.',
      ),
    refreshReplay: duration({ least: 0, most: 3600 })
      .prefault('60s')
      .describe(
        'How long a refresh token that was just used gets the same successor again, for answers lost on the way. 0 is off.',
      ),
    session: duration({ least: 300, most: 90 * 86_400 })
      .prefault('14d')
      .describe('How long a browser stays signed in without a visit; at most 90 days altogether.'),
    unusedClient: duration({ least: 600, most: 10 * 365 * 86_400 })
      .prefault('7d')
      .describe(
        'How long a client is kept that registered and that nobody has consented to; afterwards it must register again. One that somebody consented to is kept for good.',
      ),
    registrationReplay: duration({ least: 0, most: 86_400 })
      .prefault('10m')
      .describe(
        'How long a client without a secret that registers the same again gets the same identifier, which counts for no limit; at most half of `lifetimes.unusedClient`. 0 is off.',
      ),
  }),
  signingKeys: section({
    algorithm: choice(['ES256', 'RS256', 'EdDSA'])
      .prefault('ES256')
      .describe(
        'What tokens are signed with. `RS256` is for MCP servers and OpenID Connect clients that know nothing else. Changed at a restart, it is a rotation: the next key signs a day later.',
      ),
    lifetime: duration({ least: 0, most: 100 * 365 * 86_400 })
      .prefault('90d')
      .describe('How long a key signs before the next takes its place. 0: until `portcullis keys rotate`.'),
    publishedBefore: duration({ least: 0, most: 365 * 86_400 })
      .prefault('1d')
      .describe(
        'How long the next key is published before it signs: as long as the slowest of those that verify tokens keeps a key set.',
      ),
  }),
  limits: section({
    body: bytes({ least: 1024, most: 1024 ** 3 })
      .prefault('4MiB')
      .describe('The largest body of a request to the MCP server.'),
    open: wholeNumber({ least: 1, most: 1e9 })
      .prefault(10_000)
      .describe('Requests and streams to the MCP server that are open at the same time.'),
    openPerCaller: wholeNumber({ least: 1, most: 1e9 })
      .prefault(1000)
      .describe('The same for one caller: one person with one client.'),
    bodies: bytes({ least: 1024, most: 1024 ** 4 })
      .prefault('256MiB')
      .describe(
        'Bodies that are held in memory at the same time, all together, where `tools` names scopes; elsewhere large ones pass as they come. More is told to try again.',
      ),
    bodiesPerCaller: bytes({ least: 1024, most: 1024 ** 4 })
      .prefault('64MiB')
      .describe('The same for one caller. At least twice `limits.body`.'),
    registrationsPerHour: wholeNumber({ least: 1, most: 1e9 })
      .prefault(200)
      .describe(
        'Client registrations from one network address, refused ones too. One that repeats another (`lifetimes.registrationReplay`) does not count.',
      ),
    unusedClients: wholeNumber({ least: 1, most: 1e9 })
      .prefault(10_000)
      .describe(
        'Clients that are kept although nobody has consented to them yet; beyond that each takes the place of the oldest.',
      ),
    grantsPerClient: wholeNumber({ least: 1, most: 10_000 })
      .prefault(50)
      .describe('Grants that one person may have with one client; then those end that were used longest ago.'),
    grantsPerPerson: wholeNumber({ least: 1, most: 100_000 })
      .prefault(500)
      .describe('The same with all clients together.'),
    tokenRefusalsPerMinute: wholeNumber({ least: 1, most: 1e9 })
      .prefault(60)
      .describe('Refused token and revocation requests from one network address.'),
    signInsPerAccount: wholeNumber({ least: 1, most: 1e9 })
      .prefault(20)
      .describe(
        'Attempts to sign in to one account from one network address that may fail within 15 minutes; from all together five times as many.',
      ),
    signInsPerAddress: wholeNumber({ least: 1, most: 1e9 })
      .prefault(100)
      .describe('Attempts to sign in from one network address that may fail within 15 minutes.'),
  }),
  timeouts: section({
    requestBody: duration({ least: 1, most: 3600 })
      .prefault('60s')
      .describe('How long the body of a request may take to arrive.'),
    upstreamConnect: duration({ least: 1, most: 600 })
      .prefault('10s')
      .describe('How long a connection to the MCP server may take.'),
    upstreamAnswer: duration({ least: 1, most: 86_400 })
      .prefault('5m')
      .describe('How long the MCP server may take to begin its answer.'),
    upstreamIdle: duration({ least: 1, most: 86_400 })
      .prefault('60s')
      .describe('How long an answer that is no event stream may pause.'),
    streamIdle: duration({ least: 1, most: 7 * 86_400 })
      .prefault('1h')
      .describe('How long an event stream may pause.'),
    streamAfterExpiry: duration({ least: 0, most: 86_400 })
      .prefault('10m')
      .describe('How long an answer that is already streaming may go on when its access token has expired.'),
    abandoned: duration({ least: 0, most: 86_400 })
      .prefault('5m')
      .describe(
        'How long an answer may go on that nobody waits for any more, for clients to which leaving is not cancelling.',
      ),
    revocationGrace: duration({ least: 0, most: 3600 })
      .prefault('60s')
      .describe(
        'How long tokens verified before are served while the record of ended grants cannot be read. 0 is strict.',
      ),
    shutdown: duration({ least: 0, most: 3600 })
      .prefault('30s')
      .describe('How long open answers may run on when Portcullis is told to stop.'),
  }),
  allowedHosts: listOf(host())
    .prefault([])
    .describe(
      'Further hosts (`name` or `name:port`) at which requests are answered. Default: only the host of `publicUrl`.',
    ),
  allowedOrigins: listOf(origin())
    .prefault([])
    .describe(
      'Further origins from which web pages may call the MCP server. Default: its own and, where the public URL is loopback, loopback origins.',
    ),
  clients: tableOf(
    section({
      name: text('how pages call the client').optional().describe('How pages call the client.'),
      redirectUris: listOf(text('a redirect URI'))
        .prefault([])
        .describe(
          'Where it may want its answers: at least one where it has the grant type `authorization_code`, compared exactly; of a loopback address the port is free.',
        ),
      grantTypes: listOf(choice(clientGrantTypes))
        .optional()
        .describe(
          'What it is for. Default: `authorization_code` and `refresh_token`. With `client_credentials` alone it needs no redirect URI, and `privileges` says what it gets; the grant type of devices needs `devices.enabled`.',
        ),
      method: choice(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'])
        .optional()
        .describe(
          'How it authenticates. Default: `client_secret_basic` where it has a secret, `private_key_jwt` where it has keys, `none` otherwise.',
        ),
      secretFile: text('the path of a file')
        .optional()
        .describe('A file with its secret, of at least 32 characters. Relative to the folder of this file.'),
      secretVariable: text('the name of an environment variable')
        .refine((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name), 'must be the name of an environment variable')
        .optional()
        .describe('The environment variable with its secret, instead of a file.'),
      keysFile: text('the path of a file')
        .optional()
        .describe('A file with its public keys, as a JSON Web Key Set. Relative to the folder of this file.'),
      keysUrl: webUrl()
        .optional()
        .describe(
          'The https URL of its public keys, instead of a file. Needs `clientDocuments.enabled`, since it is fetched as guardedly.',
        ),
    }),
  )
    .prefault({})
    .describe(
      'Clients that need not register, by their identifiers. `portcullis clients create` makes more while the server runs.',
    ),
  knownClients: truth()
    .prefault(true)
    .describe(
      'Whether clients that are known to need a `client_secret` although they register without one get one (docs/clients.md, `needsSecret`). They are public clients in every other respect.',
    ),
  clientDocuments: section({
    enabled: truth()
      .prefault(true)
      .describe(
        'Whether clients may come with the URL of a document that describes them (client ID metadata documents) instead of registering. Such documents are fetched over https, without redirects, from public addresses alone, and for people who are signed in. In a network without a way out only well-known clients come through so; with `false` all register.',
      ),
    hosts: listOf(hostPattern())
      .optional()
      .describe(
        'The hosts from which such clients may come: `name`, whatever the port, `name:port`, or `*.name` for every host below it. Default: any.',
      ),
    deniedHosts: listOf(hostPattern())
      .prefault([])
      .describe('The hosts from which none may come, written alike, whatever `clientDocuments.hosts` says.'),
    bundled: truth()
      .prefault(true)
      .describe(
        'Whether what the documents of well-known clients said stands in while their hosts are silent, as in a network without a way out, or are hidden by a known bot challenge. Copies are not used after 180 days.',
      ),
    dangerouslyAllowLoopback: listOf(host())
      .prefault([])
      .describe(
        'Loopback hosts (`name` or `name:port`) whose documents are fetched too, over http as well. For tests and development: refuses to start with a public URL that is not loopback.',
      ),
  }),
  pushedRequests: section({
    enabled: truth()
      .prefault(false)
      .describe(
        'Whether clients may push their authorization request before they send the browser (PAR, RFC 9126). Nothing of it is stored.',
      ),
    required: truth()
      .prefault(false)
      .describe(
        'Whether every client must. Few clients of today can: only for clients that you know. Needs `pushedRequests.enabled`.',
      ),
  }),
  devices: section({
    enabled: truth()
      .prefault(false)
      .describe(
        'Whether clients on devices without a browser may ask for access (RFC 8628): the device shows a code, and the person types it at `/device` in any browser. Somebody may talk people into typing a code of theirs: switch it on where such clients are used.',
      ),
  }),
  privileges: tableOf(
    section({
      clientCredentials: listOf(scopeToken())
        .prefault([])
        .describe('The scopes of tokens that the client gets for itself (`client_credentials`).'),
      introspection: truth()
        .prefault(false)
        .describe('Whether the client may ask what a token is, at `/introspect` (RFC 7662).'),
    }),
  )
    .prefault({})
    .describe(
      'What clients may do with no person at hand, by their identifiers. They must authenticate with a secret or a key; no registration gives it. The MCP server sees such a client as its own subject.',
    ),
  trustedProxies: listOf(addressRange())
    .prefault([])
    .describe(
      'Addresses of proxies whose `X-Forwarded-For` names the caller, for limits and logs. It never changes the public URL.',
    ),
  dev: truth()
    .prefault(false)
    .describe(
      'One-click sign-in as the test users alice and bob. Works on this machine only, and refuses to start with a public URL that is not loopback.',
    ),
  log: section({
    level: choice(['debug', 'info', 'warn', 'error', 'silent'])
      .prefault('info')
      .describe('The least important lines that are written.'),
    format: choice(['auto', 'json', 'pretty'])
      .prefault('auto')
      .describe('`pretty` is for people; `auto` is `pretty` on a terminal and `json` elsewhere.'),
  }),
})

/** The settings once checked, durations in seconds and sizes in bytes, before anything is derived from them. */
export type Settings = z.output<typeof schema>

function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: sectionMessage }).prefault({} as z.input<z.ZodObject<Shape>>)
}

/** Zod says this of a section that is no table; `problems.ts` words unknown names itself. */
function sectionMessage(issue: { code?: string }): string | undefined {
  return issue.code === 'invalid_type' ? 'must be a table of settings' : undefined
}
