import { type Caller, personOf } from '../caller.ts'

/** A session of a client. */
export interface KeptSession {
  readonly id: string
  /** Who used it last. */
  caller: Caller
  end(): void
}

/** The sessions of clients of the revisions that have them. They are kept in memory, and are over with the process; clients then open new ones. */
export interface KeptSessions<Session extends KeptSession> {
  /** In place of the session of this person that was used least lately, or of all, where there are as many as there may be: that one ends. */
  keep(session: Session): void
  /** The session of that id. That it is the caller's was proved before (`session-binding.ts`). */
  use(id: string, caller: Caller): Session | undefined
  all(): readonly Session[]
  /** It has ended by itself. */
  forget(session: Session): void
  end(session: Session): void
  /** Ends those of grants that have ended. Whether any are left. */
  endGrants(hasEnded: (caller: Caller) => boolean): boolean
}

export function createKeptSessions<Session extends KeptSession>(): KeptSessions<Session> {
  // In the order in which they were used last.
  const sessions = new Map<string, Session>()

  function end(session: Session): void {
    if (sessions.delete(session.id)) session.end()
  }

  return {
    keep(session) {
      // Of the person, who may have as many clients as they register: else they would push out the sessions of all others.
      const person = personOf(session.caller)
      const ofPerson = [...sessions.values()].filter(({ caller }) => personOf(caller) === person)
      const [oldest] =
        ofPerson.length >= mostOfPerson ? ofPerson : sessions.size >= mostSessions ? sessions.values() : []
      if (oldest !== undefined) end(oldest)
      sessions.set(session.id, session)
    },
    use(id, caller) {
      const session = sessions.get(id)
      if (session === undefined) return undefined
      sessions.delete(id)
      sessions.set(id, session)
      session.caller = caller
      return session
    },
    all: () => [...sessions.values()],
    forget: (session) => void sessions.delete(session.id),
    end,
    endGrants(hasEnded) {
      for (const session of [...sessions.values()]) if (hasEnded(session.caller)) end(session)
      return sessions.size > 0
    },
  }
}

const mostSessions = 10_000
const mostOfPerson = 100
