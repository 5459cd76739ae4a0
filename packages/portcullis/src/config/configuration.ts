import type { DeepReadonly } from './deep-readonly.ts'
import type { SettledSettings } from './listening.ts'
import type { McpServer, ServerSettings } from './mcp-servers.ts'
import type { UpstreamSetting } from './upstream-schema.ts'

/**
 * What the program runs with: every setting with its default, and what follows from them. Frozen. What is set of one server is read from `mcpServers`,
 * whichever way it was written.
 */
export type Configuration = DeepReadonly<
  Omit<SettledSettings, 'publicUrl' | 'servers' | keyof ServerSettings> & {
    /** Of one server its URL, byte for byte what people give their client; of several the origin at which they are. */
    publicUrl: string
    /** Whether it was set, as opposed to following from the port. */
    isPublicUrlSet: boolean
    /** The issuer of its tokens: the origin of the public URL. Pages live there too. */
    issuer: string
    /** Whether the public URL names this machine only. */
    isLoopback: boolean
    /** An absolute path, or a Postgres URL without its password. */
    database: string
    /** The origin of the console: the issuer, or that of its own address. */
    consoleOrigin: string
    /** The file that settings were read from. */
    file: string | undefined
    /** Where each setting that is not at its default was set, by its name: `portcullis.yaml:3`, `--port`, `PORTCULLIS_LISTEN_PORT`. */
    setAt: Record<string, string>
  }
> & {
  /** The MCP servers that Portcullis stands in front of. */
  readonly mcpServers: readonly [McpServer, ...McpServer[]]
}

/** An MCP server whose upstream is known. */
export type ServedMcpServer = McpServer & { readonly upstream: DeepReadonly<UpstreamSetting> }

/** A configuration that `portcullis serve` can run with. */
export type ServeConfiguration = Omit<Configuration, 'mcpServers'> & {
  readonly mcpServers: readonly [ServedMcpServer, ...ServedMcpServer[]]
}
