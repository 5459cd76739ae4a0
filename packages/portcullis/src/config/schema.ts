import type * as z from 'zod'
import { clients } from './client-schema.ts'
import { consoleSettings } from './console-schema.ts'
import {
  addressRange,
  choice,
  duration,
  host,
  hostPattern,
  listOf,
  origin,
  schemaName,
  section,
  text,
  truth,
  wholeNumber,
} from './fields.ts'
import { identityProviders, passwords } from './identity-provider-schema.ts'
import { limits, timeouts } from './limit-schema.ts'
import { identityAssertionIssuers, privileges } from './machine-schema.ts'
import { mail } from './mail-schema.ts'
import { resources } from './resource-schema.ts'
import { ofServer, servers } from './server-schema.ts'

/**
 * Everything that can be set, with its default and its meaning: the one source of the type, the check and `docs/configuration.md`.
 * Secrets are not here: they come by environment or file alone (`operations/secrets.ts`).
 */
export const schema = section({
  publicUrl: text('the URL that people give their MCP client')
    .optional()
    .describe(
      'The URL that people give their MCP client, byte for byte. It is the `resource` of tokens. https, unless its host is loopback. Default: `http://localhost:PORT/mcp`. With `servers`: the origin at which they are, and people sign in.',
    ),
  name: text('the name of the server')
    .optional()
    .describe('How pages call the server; with `servers`, all of them together. Default: the host of the public URL.'),
  ...ofServer,
  servers,
  resources,
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
      .optional()
      .describe(
        'The port to listen on. 0 takes a free one and needs `publicUrl`. Default: the port of a `publicUrl` of `http` and loopback where `listen.host` is loopback too, or else 7080.',
      ),
  }),
  database: text('the path of a file, or the URL of a Postgres database')
    .prefault('portcullis.db')
    .describe(
      'The file of a SQLite database, or the URL of a Postgres database that several processes share: `postgres://USER@HOST/NAME?sslmode=verify-full`. Relative paths are taken from the folder of the configuration file, or else from the current one.',
    ),
  databaseSchema: schemaName()
    .prefault('portcullis')
    .describe('The schema of a Postgres database that the tables stand in; made where there is none.'),
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
    proof: duration({ least: 60, most: 86_400 })
      .prefault('10m')
      .describe(
        'How long after proving who they are a person may change how they sign in (password, passkeys, e-mail address); later they are asked to prove it again.',
      ),
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
  limits,
  timeouts,
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
  clients,
  knownClients: truth()
    .prefault(true)
    .describe(
      'Whether what is known of well-known clients counts (docs/clients.md): pages say whose a client is and warn of names that are like another’s, clients that need a `client_secret` although they register without one get one (`needsSecret`; they are public clients in every other respect), and one that looks for what a call needs in the result of the tool is told there.',
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
        'Whether every client must. Few clients of today can: only for clients that you know. Needs `pushedRequests.enabled`. One client alone: `clients.NAME.requirePushedRequests`.',
      ),
    lifetime: duration({ least: 5, most: 600 })
      .prefault('60s')
      .describe('How long the browser may take to arrive with a pushed request; the person then has an hour.'),
  }),
  devices: section({
    enabled: truth()
      .prefault(false)
      .describe(
        'Whether clients on devices without a browser may ask for access (RFC 8628): the device shows a code, and the person types it at `/device` in any browser. Somebody may talk people into typing a code of theirs: switch it on where such clients are used.',
      ),
    lifetime: duration({ least: 60, most: 1800 })
      .prefault('15m')
      .describe('How long a person may take to type the code of a device and to answer.'),
    interval: duration({ least: 1, most: 60 })
      .prefault('5s')
      .describe('How long a device waits between two questions whether the person has answered.'),
  }),
  console: consoleSettings,
  identityProviders,
  passwords,
  privileges,
  identityAssertionIssuers,
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
  recorder: section({
    enabled: truth()
      .prefault(true)
      .describe(
        'Whether each attempt of a client to connect is remembered as a timeline with a verdict (`portcullis attempts`). Never a token, a code, a cookie, or what was typed; network addresses and user names are.',
      ),
    keep: duration({ least: 3600, most: 365 * 86_400 })
      .prefault('14d')
      .describe('How long an attempt is kept after it last changed.'),
    most: wholeNumber({ least: 100, most: 100_000 })
      .prefault(1000)
      .describe(
        'Attempts that are kept; beyond that the oldest go, those first in which no browser and no registered client came, then those in which nobody signed in.',
      ),
  }),
  mail,
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
