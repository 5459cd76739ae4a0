import { macKey, macOf } from '#hmac'
import type { AccessToken } from './access-token.ts'
import type { RequestHead } from './resource-server.ts'

/** The MCP session of one request, and whose it is. */
export interface Session {
  /** What the MCP server is told: its own id of the session; `undefined` where the request belongs to none. */
  readonly id: string | undefined
  /** What the client is told in its place. At once, where the runtime has it at once: under Node. */
  idForClient(id: string): string | Promise<string>
}

/**
 * Binds the MCP server's sessions to those who opened them (law 12, P-09): what clients get as `Mcp-Session-Id` is its id with a MAC over it, its
 * owner and this server. Nothing is kept: sessions outlive a restart, are good at every process that has the key, and fill no memory.
 */
export interface SessionBinding {
  /** `foreign`: it names a session that is not the owner's, or none of this server's. */
  sessionOf(request: RequestHead, owner: AccessToken): Session | Promise<Session | 'foreign'>
}

/** Makes MACs with a key: HMAC-SHA-256, base64url. */
export type Maccing = (key: Uint8Array) => (text: string) => string | Promise<string>

/** The first of `keys` binds; sessions that another of them bound are known. Throws `TypeError` for a key that is too short. */
export function createSessionBinding(
  keys: readonly Uint8Array[],
  resource: string,
  maccing: Maccing = maccingOfRuntime,
): SessionBinding {
  if (keys.length === 0 || keys.some(({ length }) => length < 32))
    throw new TypeError('"sessionKeys" must have at least one key, and each at least 32 bytes')
  const macs = keys.map(maccing)

  function mac(
    macOf: ReturnType<Maccing>,
    id: string,
    { issuer, subject, clientId }: AccessToken,
  ): string | Promise<string> {
    return macOf(JSON.stringify(['mcp-session', resource, issuer, subject, clientId ?? null, id]))
  }

  function bind(id: string, owner: AccessToken): string | Promise<string> {
    const [first] = macs as [ReturnType<Maccing>] // one at least
    const made = mac(first, id, owner)
    return typeof made === 'string' ? `${id}.${made}` : made.then((made) => `${id}.${made}`)
  }

  async function resolve(presented: string, owner: AccessToken): Promise<Session | 'foreign'> {
    const at = presented.lastIndexOf('.')
    const id = presented.slice(0, Math.max(at, 0))
    for (const each of at < 1 ? [] : macs)
      if (isSame(presented.slice(at + 1), await mac(each, id, owner)))
        return { id, idForClient: (named) => (named === id ? presented : bind(named, owner)) }
    return 'foreign'
  }

  return {
    sessionOf({ headers }, owner) {
      const presented = headers.get('mcp-session-id')
      // Modern requests may carry one, but it means nothing (2026-07-28, transports).
      if (presented === null || isModern(headers.get('mcp-protocol-version')))
        return { id: undefined, idForClient: (id) => bind(id, owner) }
      return resolve(presented, owner)
    },
  }
}

function maccingOfRuntime(bytes: Uint8Array): (text: string) => string | Promise<string> {
  const key = macKey(bytes)
  return (text) => macOf(key, text)
}

function isModern(version: string | null): boolean {
  return version !== null && /^\d{4}-\d{2}-\d{2}$/.test(version) && version >= '2026-07-28' // revisions are dates
}

/** In a time that tells nothing of what is expected. */
function isSame(presented: string, expected: string): boolean {
  let difference = presented.length ^ expected.length
  for (let at = 0; at < expected.length; at++) difference |= presented.charCodeAt(at) ^ expected.charCodeAt(at)
  return difference === 0
}
