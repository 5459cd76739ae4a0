import type { Configuration } from '../config/configuration.ts'

/** What the configuration says of a scope of an MCP server, by the server's URL. */
export function wordsOfScopes({
  scopes,
  resources,
}: Pick<Configuration, 'scopes' | 'resources'>): (resource: string, token: string) => string | undefined {
  return (resource, token) => {
    // What is no further server is ours, by whichever of its addresses.
    const words = Object.hasOwn(resources, resource) ? (resources[resource]?.scopes ?? {}) : scopes
    return Object.hasOwn(words, token) ? words[token] : undefined
  }
}
