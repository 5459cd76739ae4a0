import type { Configuration } from '../config/configuration.ts'
import { servedAt } from '../config/mcp-servers.ts'

/** What the configuration says of a scope of an MCP server, by the server's URL. */
export function wordsOfScopes({
  mcpServers,
  resources,
}: Pick<Configuration, 'mcpServers' | 'resources'>): (resource: string, token: string) => string | undefined {
  const scopesOf = new Map([
    ...mcpServers.flatMap((server) => servedAt(server).map((url) => [url, server.scopes] as const)),
    ...Object.entries(resources).map(([url, { scopes }]) => [url, scopes] as const),
  ])
  return (resource, token) => {
    // What was served at another address before, and is none of these, was the first one's.
    const words = scopesOf.get(resource) ?? mcpServers[0].scopes
    return Object.hasOwn(words, token) ? words[token] : undefined
  }
}
