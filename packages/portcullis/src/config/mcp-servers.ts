import { resolve } from 'node:path'
import { originOf } from '@portcullis/auth/protocol'
import type { DeepReadonly } from './deep-readonly.ts'
import { loopbackNames } from './loopback-names.ts'
import type { Settings } from './schema.ts'
import { ofServer } from './server-schema.ts'
import type { UpstreamSetting } from './upstream-schema.ts'

export type ServerSettings = Pick<Settings, keyof typeof ofServer>

/** One MCP server that Portcullis stands in front of: a resource of its own. */
export type McpServer = DeepReadonly<
  Omit<ServerSettings, 'defaultScopes' | 'advertisedScopes'> & {
    /** Its name in `servers`; `undefined` where it is the only one, of the settings at the top. */
    id: string | undefined
    /** The resource: byte for byte what people give their client. */
    publicUrl: string
    /** How pages call it, where that is said; each of several has one. */
    name: string | undefined
    defaultScopes: string[]
    advertisedScopes: string[]
  }
>

/** A server as it was set, before it is known whether that can stand. */
export interface SetServer {
  /** Where its settings are: at the top, or in `servers`. */
  at: readonly string[]
  id: string | undefined
  publicUrl: string
  name: string | undefined
  settings: ServerSettings
}

/** What is set of one server, and so stands either at the top or in each of `servers`. */
export const settingsOfServer = Object.keys(ofServer) as readonly (keyof ServerSettings)[] // of a literal, which has no others

/** Whether there are several, by path. */
export function hasSeveral({ servers }: Pick<Settings, 'servers'>): boolean {
  return Object.keys(servers).length > 0
}

/** The servers in the order in which they stand. `publicUrl`: with its default. */
export function setServers(settings: Settings, publicUrl: string): [SetServer, ...SetServer[]] {
  const [first, ...others] = Object.entries(settings.servers).map(
    ([id, { path = `/${id}/mcp`, name = id, ...server }]): SetServer => ({
      at: ['servers', id],
      id,
      publicUrl: server.publicUrl ?? (URL.canParse(publicUrl) ? `${originOf(publicUrl)}${path}` : path),
      name,
      settings: ofOneServer(server),
    }),
  )
  if (first !== undefined) return [first, ...others]
  return [{ at: [], id: undefined, publicUrl, name: settings.name, settings: ofOneServer(settings) }]
}

/** `folder`: that of the file that it stands in. */
export function mcpServerOf({ id, publicUrl, name, settings }: SetServer, folder: string): McpServer {
  const { scopes, defaultScopes = Object.keys(scopes).slice(0, 1), advertisedScopes = defaultScopes } = settings
  const upstream = withFolders(settings.upstream, folder)
  return { ...settings, upstream, id, publicUrl, name, defaultScopes, advertisedScopes }
}

/** A program is looked for, and runs, in the folder of the file that names it. */
function withFolders(upstream: UpstreamSetting | undefined, folder: string): UpstreamSetting | undefined {
  if (upstream === undefined || typeof upstream === 'string') return upstream
  const { command, cwd } = upstream
  return {
    ...upstream,
    command: /^\.{1,2}\//.test(command) ? resolve(folder, command) : command,
    cwd: resolve(folder, cwd ?? '.'),
  }
}

/** Every URL at which a server is reached, its public one first. */
export function servedAt({
  publicUrl,
  alsoServedAt,
}: Pick<McpServer, 'publicUrl' | 'alsoServedAt'>): [string, ...string[]] {
  return [publicUrl, ...new Set([...loopbackNames(publicUrl), ...alsoServedAt])]
}

/** How people are told which server it is. */
export function titleOf({ name, publicUrl }: Pick<McpServer, 'name' | 'publicUrl'>): string {
  return name ?? new URL(publicUrl).host
}

function ofOneServer(settings: ServerSettings): ServerSettings {
  const own = settingsOfServer.map((name) => [name, settings[name]])
  return Object.fromEntries(own) as ServerSettings // its own keys, each with its own value
}
