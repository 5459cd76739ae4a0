import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { ConnectionEvent, RequestHead, ResourceServer } from '@portcullis/auth'
import type { CallRules, CallRulesOptions } from '@portcullis/auth/mcp'
import { createPolicy } from '../policy/policy.ts'
import { type Admission, createAdmission } from './admission.ts'
import type { PassingHeaders } from './request-headers.ts'
import { shownUpstream } from './shown-upstream.ts'
import { createLauncher } from './stdio/launch.ts'
import { createProcessRoom, type ProcessRoom } from './stdio/process-room.ts'

export interface GatewayOptions {
  /** Decides who may come in, and answers who may not. Its `resource` is the public URL of the MCP endpoint. */
  resourceServer: ResourceServer
  /**
   * The MCP server behind. Streamable HTTP: an http or https URL without user information and fragment; a query of its own replaces the client's. Or a
   * program that speaks over its standard streams.
   */
  upstream: string | StdioUpstream
  /** What a program is given of the environment of Portcullis, by name: what every program needs, and what `${env.NAME}` says. Default: nothing. */
  environment?: Readonly<Record<string, string | undefined>>
  /** Which transport an upstream at a URL speaks: `streamable-http`, `sse` (HTTP+SSE of 2024-11-05, at the URL of its stream), or `auto`: that is found out. Default `auto`. */
  transport?: 'auto' | 'streamable-http' | 'sse'
  /** Further public URLs of the same endpoint, as the resource server has them. Default: none. */
  alsoServedAt?: readonly string[]
  /** Which headers of a client the upstream gets: `usual`, all but credentials, identity and routing as far as their names are known; `strict`, only those that MCP, content and tracing need. Default `usual`. */
  upstreamHeaders?: PassingHeaders
  /** What every request needs beyond a valid access token. Default: nothing. */
  scope?: readonly string[]
  /** Who may call what. Default: no rules, and then nothing is refused for its body; small ones are read all the same, to tell which tools are called. */
  rules?: CallRulesOptions
  limits?: {
    /** Bytes of a request's body. Default 4 MiB; more is 413. */
    body?: number
    /** Requests and streams that are open at the same time. Default 10,000; more is 503. */
    open?: number
    /** The same for one caller: one subject with one client. Default 1,000; more is 503. */
    openPerCaller?: number
    /** Bytes of bodies that are held in memory at the same time, because they are read or did not come with their heads. Default 256 MiB; more is 503. */
    bodies?: number
    /** The same for one caller. Default 64 MiB; more is 503. */
    bodiesPerCaller?: number
    /** Processes of a server that speaks over its standard streams, at the same time. Default 100; more is 503. */
    processes?: number
    /** The same for one person, of whom what is filled in changes. Default 4. */
    processesPerPerson?: number
    /** Bytes of one message of such a server. Default 16 MiB; it is ended for more. */
    message?: number
  }
  /** Where what is open and held is counted, where several gateways have `limits` together. Default: by itself. */
  admission?: Admission
  /** Where processes of servers are counted that speak over their standard streams, where several gateways have `limits.processes` together. Default: by itself. */
  processRoom?: ProcessRoom
  /** In seconds. */
  timeouts?: {
    /** For the body of a request to arrive. Default 60; then 408. */
    requestBody?: number
    /** For a connection to the upstream. Default 10; then 504. */
    upstreamConnect?: number
    /** For the upstream to begin its answer. Default 300; then 504. */
    upstreamAnswer?: number
    /** Between two parts of an answer that is no event stream. Default 60. */
    upstreamIdle?: number
    /** Between two parts of an event stream. Default 3600. */
    streamIdle?: number
    /** How long an answer to a POST may go on when its access token has expired (law 12). Default 600. */
    streamAfterExpiry?: number
    /** How long an answer nobody waits for any more may go on in the eras where leaving is not cancelling. Default 300. */
    abandoned?: number
    /** How long open answers are served while ended grants cannot be read (law 14). Default 60. */
    revocationGrace?: number
    /** How long `close` lets open answers run on. Default 30. */
    shutdown?: number
    /** For a process to start and to be greeted. Default 60; then 502. */
    processStart?: number
    /** After which a process ends that nobody uses. Default 600. */
    processIdle?: number
    /** For each step of stopping a process: after its stdin was closed, and after SIGTERM. Default 5. */
    processStop?: number
    /** Between two looks at what is open. Default 1. */
    sweep?: number
  }
  /**
   * At least 32 bytes each. The first binds sessions to their owners; those that another bound are known, so that keys change with overlap.
   * Sessions are good at every gateway that has their key. Default: a random one, with which they end when the process ends.
   */
  sessionKeys?: readonly Uint8Array[]
  /** Who is asking, for `X-Forwarded-For`. Default: the peer of the connection. */
  clientAddress?: (req: IncomingMessage) => string | undefined
  /** What is sent in place of a challenge, with its status and its headers: for people who open the endpoint in a browser. Default: the challenge. */
  present?: (challenge: Response, head: RequestHead) => Response
  /** Told of every step, refusals included. Default: nothing. */
  onEvent?: (event: ConnectionEvent) => void
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
}

/** An MCP server that speaks over its standard streams. No shell reads anything of it. */
export interface StdioUpstream {
  command: string
  /** May have `${subject}`, `${clientId}`, `${issuer}`, `${claims.NAME}` and `${env.NAME}`. Default: none. */
  args?: readonly string[]
  /** What its environment has beside what every program needs (`PATH`, `HOME`, `LANG` …), with the same holes. Default: nothing. */
  env?: Readonly<Record<string, string>>
  /** Where it runs, with the same holes. Default: the current folder. */
  cwd?: string | undefined
  /** Whose a process is: everybody's, or one person's. Default `person`. */
  per?: 'server' | 'person'
}

export interface ResolvedGateway {
  readonly resourceServer: ResourceServer
  readonly upstream: URL | StdioUpstream
  readonly transport: NonNullable<GatewayOptions['transport']>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The same for people: its query may hold a key (law 11). */
  readonly shownUpstream: string
  readonly upstreamHeaders: PassingHeaders
  /** The public URL that the upstream is told of. */
  readonly publicUrl: URL
  /** The paths of the MCP endpoint, each with and without a slash at its end. */
  readonly paths: ReadonlySet<string>
  readonly scope: readonly string[]
  readonly policy: CallRules | undefined
  readonly limits: Readonly<Required<NonNullable<GatewayOptions['limits']>>>
  readonly admission: Admission
  readonly processRoom: ProcessRoom
  readonly timeouts: Readonly<Required<NonNullable<GatewayOptions['timeouts']>>>
  readonly sessionKeys: readonly [KeyObject, ...KeyObject[]]
  readonly clientAddress: (req: IncomingMessage) => string | undefined
  readonly present: (challenge: Response, head: RequestHead) => Response
  readonly onEvent: (event: ConnectionEvent) => void
  readonly now: () => number
}

/** Throws `TypeError` for an option that cannot stand. */
export function resolveOptions(options: GatewayOptions): ResolvedGateway {
  const { resourceServer, alsoServedAt = [], scope = [] } = options
  const limits = positive('limits', { ...defaultLimits, ...options.limits })
  return Object.freeze({
    resourceServer,
    upstream: typeof options.upstream === 'string' ? upstreamUrl(options.upstream) : stdioUpstream(options.upstream),
    transport: options.transport ?? 'auto',
    environment: options.environment ?? {},
    shownUpstream: shownUpstream(options.upstream),
    upstreamHeaders: options.upstreamHeaders ?? 'usual',
    publicUrl: new URL(resourceServer.resource),
    paths: new Set([resourceServer.resource, ...alsoServedAt].flatMap(bothForms)),
    scope: [...scope],
    policy: createPolicy(options.rules ?? {}),
    limits,
    admission: options.admission ?? createAdmission(limits),
    processRoom: options.processRoom ?? createProcessRoom(limits),
    timeouts: positive('timeouts', { ...defaultTimeouts, ...options.timeouts }),
    sessionKeys: sessionKeysOf(options.sessionKeys ?? [randomBytes(32)]),
    clientAddress: options.clientAddress ?? ((req) => req.socket.remoteAddress),
    present: options.present ?? ((challenge) => challenge),
    onEvent: harmless(options.onEvent),
    now: options.now ?? (() => Math.floor(Date.now() / 1000)),
  })
}

const defaultLimits = {
  body: 4 * 1024 * 1024,
  open: 10_000,
  openPerCaller: 1000,
  bodies: 256 * 1024 * 1024,
  bodiesPerCaller: 64 * 1024 * 1024,
  processes: 100,
  processesPerPerson: 4,
  message: 16 * 1024 * 1024,
}

function sessionKeysOf([current, ...previous]: readonly Uint8Array[]): ResolvedGateway['sessionKeys'] {
  if (current === undefined || [current, ...previous].some(({ byteLength }) => byteLength < 32))
    throw new TypeError('"sessionKeys" must have at least one key, of at least 32 bytes each')
  return [createSecretKey(current), ...previous.map((key) => createSecretKey(key))]
}

const defaultTimeouts = {
  requestBody: 60,
  upstreamConnect: 10,
  upstreamAnswer: 300,
  upstreamIdle: 60,
  streamIdle: 3600,
  streamAfterExpiry: 600,
  abandoned: 300,
  revocationGrace: 60,
  shutdown: 30,
  processStart: 60,
  processIdle: 600,
  processStop: 5,
  sweep: 1,
}
// Zero is meaningful here: nothing after the end.
const mayBeZero = new Set(['streamAfterExpiry', 'abandoned', 'revocationGrace', 'shutdown'])

function upstreamUrl(text: string): URL {
  if (!URL.canParse(text)) throw new TypeError(`"upstream" must be an absolute URL, but is "${text}"`)
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError('"upstream" must be an http or https URL')
  if (url.username !== '' || url.password !== '')
    throw new TypeError('"upstream" must not have a user name or password')
  if (url.hash !== '') throw new TypeError('"upstream" must not have a fragment')
  return url
}

/** Throws `TypeError` for a template that cannot stand. */
function stdioUpstream(upstream: StdioUpstream): StdioUpstream {
  const { command, args = [], env = {}, cwd, per = 'person' } = upstream
  if (command === '') throw new TypeError('"upstream.command" must name a program')
  if (createLauncher({ command, args, env, cwd }, {}).isPersonal && per === 'server')
    throw new TypeError('"upstream.per" must be "person" where something of the person is filled in')
  return upstream
}

/** Clients add a slash to the end of a URL, or take it away, at will; both forms are the one endpoint. */
function bothForms(url: string): string[] {
  const path = new URL(url).pathname.replace(/\/$/, '')
  return [path, `${path}/`].filter((form) => form !== '')
}

/** Whoever watches must not break what is watched: an exception here would end in the callbacks of a connection. */
function harmless(onEvent: GatewayOptions['onEvent']): (event: ConnectionEvent) => void {
  return (event) => {
    try {
      onEvent?.(event)
    } catch {
      // Who could be told, if telling fails?
    }
  }
}

function positive<Values extends Readonly<Record<string, number>>>(where: string, values: Values): Values {
  for (const [name, value] of Object.entries(values))
    if (!Number.isFinite(value) || value < 0 || (value === 0 && !mayBeZero.has(name)))
      throw new TypeError(`"${where}.${name}" must be a positive number, but is ${value}`)
  return Object.freeze(values)
}
