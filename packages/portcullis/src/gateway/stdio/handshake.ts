import { setTimeout as wait } from 'node:timers/promises'
import { versionOf } from '../../version.ts'
import { versionKey } from '../streamable-http/client-request.ts'
import { legacyVersions, modernVersion } from '../streamable-http/revisions.ts'
import { isRecord, type Reply } from '../streamable-http/server-message.ts'
import type { Connection } from './connection.ts'

/** What a server said when it was greeted. */
export interface Greeting {
  readonly protocolVersion: string
  readonly capabilities: Readonly<Record<string, unknown>>
  /** All of it. */
  readonly result: Readonly<Record<string, unknown>>
}

/** It says that it cannot be greeted so: its own words, for the client. */
export class GreetingRefused extends Error {
  override readonly name = 'GreetingRefused'
  readonly said: NonNullable<Reply['error']>

  constructor(said: NonNullable<Reply['error']>) {
    super('The MCP server refused to be initialized')
    this.said = said
  }
}

/** Opens a connection as revisions until 2025-11-25 have it: as one client, with what those behind it can do. */
export async function initialize(
  connection: Connection,
  { capabilities }: { capabilities: Readonly<Record<string, unknown>> },
): Promise<Greeting> {
  const params = { protocolVersion: legacyVersions.at(-1), capabilities, clientInfo: clientInfo() }
  const { result, error } = await connection.ask('initialize', params)
  if (error !== undefined) throw new GreetingRefused(error)
  if (!isRecord(result) || typeof result.protocolVersion !== 'string')
    throw new GreetingRefused({ code: -32603, message: 'The MCP server gave no answer to "initialize" that is one' })
  connection.notify(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }))
  const { protocolVersion } = result
  return { protocolVersion, capabilities: isRecord(result.capabilities) ? result.capabilities : {}, result }
}

/**
 * The revisions without sessions that a server speaks, as 2026-07-28 says how to find out (stdio, backward compatibility); none where it answers otherwise, or
 * is silent.
 */
export async function modernVersionsOf(
  connection: Connection,
  { within }: { within: number },
): Promise<readonly string[]> {
  const clock = new AbortController()
  const silence = wait(within * 1000, undefined, { signal: clock.signal }).catch(() => undefined)
  const reply = await Promise.race([connection.ask('server/discover', { _meta: ownMeta() }), silence])
  clock.abort()
  if (reply === undefined) return []
  const { result, error } = reply
  const data = isRecord(error?.data) ? error.data.supported : undefined
  const versions = isRecord(result) ? result.supportedVersions : data
  return Array.isArray(versions)
    ? versions.filter((version) => typeof version === 'string' && version >= modernVersion)
    : []
}

/** A page of the tools of a server without sessions. */
export async function listTools(connection: Connection, cursor: string | undefined): Promise<unknown> {
  const { result } = await connection.ask('tools/list', { _meta: ownMeta(), ...(cursor !== undefined && { cursor }) })
  return result
}

/** What a request of our own carries to a server without sessions. */
function ownMeta(): Readonly<Record<string, unknown>> {
  return {
    [versionKey]: modernVersion,
    'io.modelcontextprotocol/clientInfo': clientInfo(),
    'io.modelcontextprotocol/clientCapabilities': {},
  }
}

function clientInfo() {
  return { name: 'portcullis', version: versionOf() }
}
