import { dirname, resolve } from 'node:path'
import { createBrand } from '@portcullis/auth/authorization-server'
import { isLoopbackHost, originOf } from '@portcullis/auth/protocol'
import { clientProblems } from './client-problems.ts'
import type { Configuration } from './configuration.ts'
import { isPostgresUrl, withoutPassword } from './database-url.ts'
import { identityProviderProblems } from './identity-provider-problems.ts'
import { hostnameOf, type SettledSettings, withPort } from './listening.ts'
import { machineProblems } from './machine-problems.ts'
import { mailProblems } from './mail-problems.ts'
import { hasSeveral, mcpServerOf, setServers, settingsOfServer } from './mcp-servers.ts'
import { ConfigurationError, type Problem } from './problems.ts'
import { resourceProblems } from './resource-problems.ts'
import type { Settings } from './schema.ts'
import { serverProblems } from './server-problems.ts'

/** Derives the configuration from checked settings. Throws `ConfigurationError` where settings do not go together. */
export function resolveConfiguration(
  given: Settings,
  {
    file,
    databaseFrom,
    setAt = {},
  }: { file: string | undefined; databaseFrom: string; setAt?: Readonly<Record<string, string>> },
): Configuration {
  const settings = withPort(given)
  const publicUrl =
    settings.publicUrl ?? `http://localhost:${settings.listen.port}${hasSeveral(settings) ? '' : '/mcp'}`
  const servers = setServers(settings, publicUrl)
  const unknownPort = publicUrlProblems(settings)
  const problems = [
    ...(unknownPort.length > 0
      ? unknownPort
      : serverProblems(settings, servers, { publicUrl, isSetAt: (name) => setAt[name] !== undefined })),
    ...limitProblems(settings),
    ...keyProblems(settings),
    ...devProblems(settings, publicUrl),
    ...clientDocumentProblems(settings, publicUrl),
    ...clientProblems(settings),
    ...resourceProblems(settings, servers),
    ...machineProblems(settings, { servers, publicUrl }),
    ...identityProviderProblems(settings, publicUrl),
    ...pushProblems(settings),
    ...brandingProblems(settings, publicUrl),
    ...consoleProblems(settings),
    ...mailProblems(settings),
  ]
  if (problems.length > 0) throw new ConfigurationError(problems)
  const [first, ...others] = servers
  const folder = folderOf(file, databaseFrom)
  const mcpServers: Configuration['mcpServers'] = [
    mcpServerOf(first, folder),
    ...others.map((each) => mcpServerOf(each, folder)),
  ]
  const { upstream, defaultScopes, advertisedScopes } = mcpServers[0]
  return freeze({
    ...settings,
    // Of one server they stay at the top too, where settings are listed by their names.
    ...(hasSeveral(settings) ? unsetOfServer : { upstream, defaultScopes, advertisedScopes }),
    mcpServers,
    publicUrl,
    isPublicUrlSet: settings.publicUrl !== undefined,
    issuer: originOf(publicUrl),
    consoleOrigin: consoleOriginOf(settings) ?? originOf(publicUrl),
    isLoopback: isLoopbackHost(new URL(publicUrl).hostname),
    database: isPostgresUrl(settings.database)
      ? withoutPassword(settings.database)
      : resolve(databaseFrom, settings.database),
    clients: withPaths(settings.clients, folder),
    resources: withPaths(settings.resources, folder),
    identityAssertionIssuers: withPaths(settings.identityAssertionIssuers, folder),
    identityProviders: withPaths(settings.identityProviders, folder),
    mail: settings.mail && withMailFiles(settings.mail, folder),
    file,
    setAt,
  })
}

const unsetOfServer = Object.fromEntries(settingsOfServer.map((name) => [name, undefined]))

function withMailFiles(mail: NonNullable<Settings['mail']>, folder: string): NonNullable<Settings['mail']> {
  const { secretFile, authoritiesFile } = mail
  return {
    ...mail,
    ...(secretFile !== undefined && { secretFile: resolve(folder, secretFile) }),
    ...(authoritiesFile !== undefined && { authoritiesFile: resolve(folder, authoritiesFile) }),
  }
}

/** These stand in the file alone, and the files that they name are beside it. */
function withPaths<Named extends { secretFile?: string | undefined; keysFile?: string | undefined }>(
  table: Record<string, Named>,
  folder: string,
): Record<string, Named> {
  const resolved = ({ secretFile, keysFile }: Named) => ({
    ...(secretFile !== undefined && { secretFile: resolve(folder, secretFile) }),
    ...(keysFile !== undefined && { keysFile: resolve(folder, keysFile) }),
  })
  return Object.fromEntries(Object.entries(table).map(([name, named]) => [name, { ...named, ...resolved(named) }]))
}

/** The folder that a relative path is taken from: that of the file that set it, or else the current one. */
export function folderOf(file: string | undefined, current: string): string {
  return file === undefined ? current : resolve(current, dirname(file))
}

function publicUrlProblems({ publicUrl, listen }: SettledSettings): Problem[] {
  const message = 'must be set when listen.port is 0, because nobody can know the port beforehand'
  return publicUrl === undefined && listen.port === 0 ? [{ path: ['publicUrl'], message }] : []
}

/** A body that is never let in, however long its sender waits, is refused with the wrong reason. */
function limitProblems({ limits: { body, bodies, bodiesPerCaller } }: Settings): Problem[] {
  if (bodiesPerCaller < 2 * body)
    return [{ path: ['limits', 'bodiesPerCaller'], message: 'must be at least twice limits.body' }]
  return bodies < bodiesPerCaller
    ? [{ path: ['limits', 'bodies'], message: 'must be at least limits.bodiesPerCaller' }]
    : []
}

/** The next key is published while one signs; and one that signs for minutes alone is a slip. */
function keyProblems({ signingKeys: { lifetime, publishedBefore } }: Settings): Problem[] {
  if (lifetime === 0 || lifetime >= publishedBefore + 3600) return []
  const message = 'must be longer than signingKeys.publishedBefore by an hour at least, or 0'
  return [{ path: ['signingKeys', 'lifetime'], message }]
}

/** Law 10: dev sign-in is for this machine alone. */
function devProblems({ dev, listen }: SettledSettings, publicUrl: string): Problem[] {
  if (!dev) return []
  const remedy = 'or start without --dev'
  const problems: Problem[] = []
  if (!isLoopbackHost(hostnameOf(listen.host)))
    problems.push({
      path: ['listen', 'host'],
      message: `must be loopback for dev sign-in, but is "${listen.host}"; use 127.0.0.1, ${remedy}`,
    })
  if (URL.canParse(publicUrl) && !isLoopbackHost(new URL(publicUrl).hostname))
    problems.push({
      path: ['publicUrl'],
      message: `must be loopback for dev sign-in, but is "${publicUrl}"; use http://localhost:${listen.port}/mcp, ${remedy}`,
    })
  return problems
}

/** Law 8: what outsiders name leads nowhere inside, but where nobody is outside. */
function clientDocumentProblems({ clientDocuments }: Settings, publicUrl: string): Problem[] {
  const isLocal = URL.canParse(publicUrl) && isLoopbackHost(new URL(publicUrl).hostname)
  if (clientDocuments.dangerouslyAllowLoopback.length === 0 || isLocal) return []
  const message = `must be empty unless the public URL is loopback, but that is "${publicUrl}"`
  return [{ path: ['clientDocuments', 'dangerouslyAllowLoopback'], message }]
}

function pushProblems({ pushedRequests: { enabled, required } }: Settings): Problem[] {
  return required && !enabled
    ? [{ path: ['pushedRequests', 'required'], message: 'needs pushedRequests.enabled: true' }]
    : []
}

/** `undefined` where the console has no address of its own. */
function consoleOriginOf({ console: { listen, origin } }: Settings): string | undefined {
  return listen && (origin ?? `http://${hostnameOf(listen.host)}:${listen.port}`)
}

/** Law 1: the console answers at hosts that are known beforehand. */
function consoleProblems({ console: { listen, origin }, listen: own }: SettledSettings): Problem[] {
  if (listen === undefined)
    return origin === undefined ? [] : [{ path: ['console', 'origin'], message: 'needs console.listen' }]
  const isAll = (host: string) => host === '0.0.0.0' || /^[0:]+$/.test(host)
  const isTaken = listen.port === own.port && (listen.host === own.host || isAll(listen.host) || isAll(own.host))
  if (isTaken)
    return [{ path: ['console', 'listen', 'port'], message: `must be another than that of MCP clients, ${own.port}` }]
  return isAll(listen.host) && origin === undefined
    ? [
        {
          path: ['console', 'origin'],
          message: `must be set where console.listen.host is "${listen.host}", which nobody can ask for`,
        },
      ]
    : []
}

function brandingProblems({ branding }: Settings, publicUrl: string): Problem[] {
  if (!URL.canParse(publicUrl)) return []
  return Object.entries(branding).flatMap(([field, value]) => {
    try {
      createBrand({ [field]: value }, originOf(publicUrl))
      return []
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      return [{ path: ['branding', field], message: error.message.replace(/^"\w+" of the branding /, '') }]
    }
  })
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) freeze(inner)
  return Object.freeze(value)
}
