/** An MCP server by its URLs. */
export interface ServerUrls {
  /** The URL that people give their client. */
  publicUrl: string
  /** All URLs at which it is, that one included. */
  served: readonly string[]
}

/** Of which MCP server a request is. */
export interface WhichServer {
  isMcpPath(path: string): boolean
  /** Its URL; `undefined` where there is but one, or where the request does not say. `resource`: what was told of it. */
  of(request: { path: string; resource?: string | undefined }): string | undefined
}

const metadataPath = '/.well-known/oauth-protected-resource'

export function createWhichServer(servers: readonly ServerUrls[]): WhichServer {
  const urls = new Map<string, string>()
  const paths = new Map<string, string>()
  for (const { publicUrl, served } of servers)
    for (const url of served) {
      urls.set(url, publicUrl)
      paths.set(new URL(url).pathname, publicUrl)
    }
  return {
    isMcpPath: (path) => paths.has(path),
    of({ path, resource }) {
      if (servers.length === 1) return undefined
      const told = resource === undefined ? undefined : urls.get(resource)
      return told ?? paths.get(path.startsWith(metadataPath) ? path.slice(metadataPath.length) : path)
    },
  }
}
