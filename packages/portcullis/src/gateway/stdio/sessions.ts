import { randomBytes } from 'node:crypto'
import type { Caller } from '../caller.ts'
import { McpSession } from './mcp-session.ts'

/** The sessions of clients of the eras that have them. They are kept in memory, and are over with the process; clients then open new ones. */
export interface Sessions {
  open(caller: Caller, capabilities: Readonly<Record<string, unknown>>): McpSession
  /** The session of that id. That it is the caller's was proved before (`session-binding.ts`). */
  use(id: string, caller: Caller): McpSession | undefined
  end(session: McpSession): void
  /** Ends those of grants that have ended. */
  endGrants(hasEnded: (caller: Caller) => boolean): void
}

export function createSessions({ most = 10_000, mostOfPerson = 100 } = {}): Sessions {
  // In the order in which they were used last.
  const all = new Map<string, McpSession>()

  function end(session: McpSession): void {
    if (all.delete(session.id)) session.end()
  }

  return {
    open(caller, capabilities) {
      const ofPerson = [...all.values()].filter((each) => isOfSamePerson(each.caller, caller))
      const [oldest] = ofPerson.length >= mostOfPerson ? ofPerson : all.size >= most ? all.values() : []
      if (oldest !== undefined) end(oldest)
      const session = new McpSession(randomBytes(18).toString('base64url'), caller, capabilities)
      all.set(session.id, session)
      return session
    },
    use(id, caller) {
      const session = all.get(id)
      if (session === undefined) return undefined
      all.delete(id)
      all.set(id, session)
      session.caller = caller
      return session
    },
    end,
    endGrants(hasEnded) {
      for (const session of [...all.values()]) if (hasEnded(session.caller)) end(session)
    },
  }
}

function isOfSamePerson({ accessToken: one }: Caller, { accessToken: other }: Caller): boolean {
  return one.subject === other.subject && one.issuer === other.issuer
}
