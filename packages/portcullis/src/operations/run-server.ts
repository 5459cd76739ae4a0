import {
  endGrantsOfSubject,
  type IntrospectionReader,
  MissingSecretError,
  type ServerSecret,
  type StaticClient,
  type Store,
} from '@portcullis/auth/authorization-server'
import { hasOwner } from '../accounts/accounts.ts'
import { retireTestUsers } from '../accounts/dev-sign-in.ts'
import { recordPublicUrl } from '../administration/public-url.ts'
import { recordSettings } from '../administration/settings-record.ts'
import { auditKeysOf } from '../audit/seal.ts'
import type { ServeConfiguration } from '../config/configuration.ts'
import { isPostgresUrl } from '../config/database-url.ts'
import { whyNotReached } from '../config/listening.ts'
import { shownUpstream } from '../gateway/shown-upstream.ts'
import type { Io } from '../io.ts'
import { loadMail, type MailSettings } from '../mail/settings.ts'
import { openStore } from '../store/open-store.ts'
import type { ProgramKinds } from '../store/records.ts'
import { type LoadedIssuer, loadAssertionIssuers } from './assertion-issuers.ts'
import { clientLines } from './client-lines.ts'
import { loadClients } from './configured-clients.ts'
import { type LoadedIdentityProvider, loadIdentityProviders } from './configured-identity-providers.ts'
import { logConnectionEvents } from './connection-lines.ts'
import { whyNotPrivate } from './database-files.ts'
import { createLog, type Log } from './log.ts'
import { requireOwnSecrets } from './own-secrets.ts'
import { dropOwnerLink, firstOwnerLink, keepOwnerLink } from './owner-link.ts'
import { loadReaders } from './resources.ts'
import { type LoadedSecrets, loadInitialAccessTokens, loadSecrets, missingSecret } from './secrets.ts'
import { untilTold } from './shutdown.ts'
import { formatStartBanner, type StartBanner } from './start-banner.ts'

/** What a server is made of that stands before it. */
export interface ServerParts {
  configuration: ServeConfiguration
  secrets: readonly [ServerSecret, ...ServerSecret[]]
  /** Without which nobody registers; none: anybody may. */
  initialAccessTokens: readonly string[]
  /** The clients of the configuration, with their secrets. */
  clients: readonly StaticClient[]
  /** Servers elsewhere that ask what their tokens are. */
  readers: readonly IntrospectionReader[]
  /** Identity providers that decide for their people. */
  assertionIssuers: readonly LoadedIssuer[]
  /** Where people sign in that have an account elsewhere. */
  identityProviders: readonly LoadedIdentityProvider[]
  /** What messages to people are sent with; `undefined`: none are. */
  mail: MailSettings | undefined
  /** What the process of an MCP server may be handed on of. */
  environment: Io['environment']
  store: Store<ProgramKinds>
  log: Log
}

/** A server that listens. */
export interface RunningServer {
  /** Lets open answers run to their end, within the limit that is configured, and stops listening. */
  close(): Promise<void>
}

/** Runs a server until it is told to stop. `serve` starts it, and resolves when it listens. Throws `OperatorError` where it cannot start. */
export async function runServer(
  configuration: ServeConfiguration,
  io: Io,
  serve: (parts: ServerParts) => Promise<RunningServer>,
): Promise<void> {
  const { database, dev } = configuration
  const log = logOf(configuration, io)
  const loaded = loadSecrets({ environment: io.environment, database })
  const initialAccessTokens = loadInitialAccessTokens(io.environment)
  const clients = loadClients(configuration, io.environment)
  const readers = loadReaders(configuration, io.environment)
  const assertionIssuers = loadAssertionIssuers(configuration)
  const identityProviders = loadIdentityProviders(configuration, io.environment)
  const mail = loadMail(configuration, io.environment)
  requireOwnSecrets({ clients, readers, initialAccessTokens, identityProviders }, loaded)
  const store = await openStore({ ...configuration, environment: io.environment })
  try {
    sayWhichSecret(loaded, configuration, log)
    const whyNot = whyNotPrivate(database)
    if (whyNot !== undefined) log.write('warn', whyNot)
    const notReached = whyNotReached(configuration)
    if (notReached !== undefined) log.write('warn', notReached)
    if (dev) log.write('warn', 'DEVELOPMENT: anybody on this machine can sign in as alice or bob, without a password')
    else await retire(configuration, store, log)
    const named = { initialAccessTokens, clients, readers, assertionIssuers, identityProviders, mail }
    const parts = { configuration, secrets: loaded.secrets, ...named, environment: io.environment, store, log }
    const running = await serve(parts).catch((cause: unknown) => {
      throw cause instanceof MissingSecretError ? missingSecret(loaded, database, cause) : cause
    })
    // Listening for the word comes before saying that we are there: whoever waits for that may stop us at once.
    const told = untilTold(io.signals, {
      async close() {
        log.write('info', 'Stopping: open answers may run to their end')
        await running.close()
      },
      abort: () => io.exit(130),
    })
    await recordPublicUrl(store, configuration.publicUrl)
    await recordSettings(configuration, { store, keys: auditKeysOf(loaded.secrets), now })
    await sayWhere(configuration, store, log, io)
    await told
    log.write('info', 'Stopped')
  } finally {
    await store.close()
  }
}

/** `auto` is for people where there are any. */
function formatOf({ log }: ServeConfiguration, { stdout }: Io): 'json' | 'pretty' {
  return log.format === 'auto' ? (stdout.isTTY === true ? 'pretty' : 'json') : log.format
}

function logOf(configuration: ServeConfiguration, io: Io): Log {
  const { stdout } = io
  return createLog({
    level: configuration.log.level,
    format: formatOf(configuration, io),
    write: (line) => stdout.write(line),
    colors: stdout.isTTY === true,
  })
}

function sayWhichSecret({ from, isKeyFile, isNew }: LoadedSecrets, { isLoopback }: ServeConfiguration, log: Log): void {
  if (isNew) log.write('info', `Made the key file ${from}: keep a copy of it apart from the database`)
  else log.write('info', `Secrets are from ${from}`)
  if (isKeyFile && !isLoopback)
    log.write(
      'warn',
      `The key stands beside the database that it protects (${from}); in production set PORTCULLIS_SECRET or PORTCULLIS_SECRET_FILE`,
    )
}

/** A start without dev sign-in leaves nothing of it behind. */
async function retire({ lifetimes }: ServeConfiguration, store: Store<ProgramKinds>, log: Log): Promise<void> {
  const options = { store, now, accessTokenLifetime: lifetimes.accessToken, onEvent: logConnectionEvents(log) }
  await retireTestUsers({ store }, (subject) => endGrantsOfSubject(subject, 'revoked_by_operator', options))
}

async function sayWhere(
  configuration: ServeConfiguration,
  store: Store<ProgramKinds>,
  log: Log,
  io: Io,
): Promise<void> {
  const { dev } = configuration
  const mcpServers = configuration.mcpServers.map(({ publicUrl, name, upstream }) => {
    return { publicUrl, name, upstream: shownUpstream(upstream) } // its query or its arguments may have a key of the MCP server (law 11)
  })
  const ownerLink = await ownerLinkOf(configuration, store, io)
  if (formatOf(configuration, io) === 'pretty') {
    if (io.stdout.isTTY || log.isEnabled('info')) io.stdout.write(formatStartBanner({ mcpServers, ownerLink, dev }))
    return
  }
  for (const server of mcpServers) {
    log.write('info', `Portcullis stands in front of ${server.upstream}; clients connect to ${server.publicUrl}`)
    log.write('info', 'What adds it to a client is in the field of its name', {
      clients: Object.fromEntries(clientLines(server).map(({ client, line }) => [client, line])),
    })
  }
  if (ownerLink !== undefined && 'file' in ownerLink)
    log.write('info', `There is no owner yet: the link that makes the first account is in ${ownerLink.file}`)
  if (ownerLink !== undefined && 'command' in ownerLink)
    log.write('info', `There is no owner yet: ${ownerLink.command} prints the link that makes the first account`)
}

/** The link for the first owner: itself where a person reads it at once, else where it is kept, since what is logged stays (law 11). */
async function ownerLinkOf(
  configuration: ServeConfiguration,
  store: Store<ProgramKinds>,
  io: Io,
): Promise<StartBanner['ownerLink']> {
  const { issuer, database } = configuration
  const isShown = io.stdout.isTTY === true && formatOf(configuration, io) === 'pretty'
  // Several processes may start on it, and each new link ends the one before.
  if (isPostgresUrl(database) && !isShown)
    return (await hasOwner({ store })) ? undefined : { command: 'portcullis owner-link' }
  const link = await firstOwnerLink({ store, now }, issuer)
  if (link !== undefined && !isShown) return { file: keepOwnerLink(link, database) }
  dropOwnerLink(database)
  return link === undefined ? undefined : { link }
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}
