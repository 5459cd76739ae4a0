import type { Person, Visit } from '../browser.ts'
import type { KnownClients } from '../known-clients.ts'
import type { Openings } from '../openers.ts'

/** A real MCP client, driven from outside, with a home of its own. Every method is bounded in time. */
export interface InteropClient {
  /** Reaches for the server without an access token, and tells what the client made of it. Throws when a client of a person got in. */
  connect(): Promise<string>
  /** Presses Deny at consent, where the client can try again in the same run; the visit tells what the client was told. */
  deny?(): Promise<Visit>
  /** Signs in through the pages, as the person; a client that acts for itself has nobody to. */
  signIn?(): Promise<Visit>
  /** Calls a tool. Signs in again only if the client itself asks for it, and then says so. */
  callTool(name: string, args: Readonly<Record<string, unknown>>): Promise<ToolOutcome>
  close(): Promise<void>
  /** As which the MCP server must know the client, where that is known beforehand. */
  clientId?: string
}

export interface ToolOutcome {
  /** The text of the result or of the refusal, as whoever asked for the call sees it. */
  text: string
  /** Whether it is a refusal. */
  isError: boolean
  /** Sign-ins that the client asked for on the way. */
  visits: readonly Visit[]
}

export interface ClientContext {
  /** The MCP URL, as a person would type it. */
  url: string
  /** Clients that need not register. */
  knownClients: KnownClients
  /** An empty folder that is this client's alone. */
  folder: string
  person: Person
  /** How it calls the server. Default: `notes`. With another name it has the servers before in the same folder. */
  serverName?: string
}

/** How a client is made, and what it is. */
export interface ClientKind {
  name: string
  /** The version that is installed; `undefined` when it is not. */
  version(): string | undefined
  /**
   * What it does when a tool needs a scope that it was not granted: ends with the refusal, or signs in anew with more scopes. As recorded
   * of this very version; another outcome is a failure, so that a change is seen.
   */
  stepUp: 'ends with the refusal' | 'signs in anew'
  /** Which form of the protocol it must have spoken: sessions (up to 2025-11-25) or requests that stand alone (from 2026-07-28 on). */
  era: Era
  /** By which it gets its tokens with nobody at hand. Default: a person signs in. */
  grantType?: 'client_credentials' | 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  create(context: ClientContext): Promise<InteropClient>
}

export type Era = 'sessions' | 'stateless'

/** The name that the server has in the clients' configuration, where there is one alone. */
export const onlyServer = 'notes'

/** Lets the person answer the browser that the client opens within half a minute. */
export async function answerNext(openings: Openings, person: Person): Promise<Visit> {
  return person.visit(await openings.next(AbortSignal.timeout(30_000)))
}

/** Lets the person answer every browser that the client opens until `done`. */
export async function answerAll(openings: Openings, person: Person, done: AbortSignal): Promise<readonly Visit[]> {
  const visits: Visit[] = []
  for (;;) {
    const url = await openings.next(done).catch(() => undefined)
    if (url === undefined) return visits
    visits.push(await person.visit(url))
  }
}
