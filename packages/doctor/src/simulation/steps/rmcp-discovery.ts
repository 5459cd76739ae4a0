import { type Footprints, hasEnded, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import { type JsonObject, stringIn, stringsIn } from './json-document.ts'
import { findResourceMetadata } from './rmcp-resource-metadata.ts'
import { fromIssuer, fromServers, type RmcpServerMetadata } from './rmcp-server-metadata.ts'

export interface RmcpDiscovery {
  /** The challenge's, or else the resource's. */
  readonly scopes: readonly string[]
  /** `resource` as the document has it. */
  readonly resource: string | undefined
  /** `undefined` where no place has any. */
  readonly metadata: RmcpServerMetadata | undefined
}

/** `resolve_metadata` of rmcp's `transport/auth.rs`, which begins with a GET of the MCP URL. */
export async function discover(wire: Wire, protocolVersion: string, steps: Footprints): Promise<RmcpDiscovery | Walk> {
  const found = await findResourceMetadata(wire, protocolVersion, steps)
  if (hasEnded(found)) return found
  const scopes =
    found.challengeScopes.length > 0 ? found.challengeScopes : (stringsIn(found.document?.scopes_supported) ?? [])
  const resource = stringIn(found.document?.resource)

  const named = serversNamedIn(found.document)
  const metadata =
    named.length === 0
      ? await fromIssuer(wire, wire.target, undefined, steps)
      : await fromServers(wire, named, found.url, steps)
  return hasEnded(metadata) ? metadata : { scopes, resource, metadata }
}

function serversNamedIn(document: JsonObject | undefined): readonly string[] {
  const single = stringIn(document?.authorization_server)
  const names = [...(single === undefined ? [] : [single]), ...(stringsIn(document?.authorization_servers) ?? [])]
  return names.map((name) => name.trim()).filter((name) => name !== '')
}
