import type { AccountEvent } from '../accounts/events.ts'
import type { Session } from '../accounts/sessions.ts'
import type { Administration } from '../administration/operation.ts'
import type { PagesContext } from '../pages/context.ts'

/** What the console is given. */
export interface ConsoleContext {
  administration: Administration
  /** Where it is, by the address that people and programs use. */
  origin: string
  /** Further hosts at which it answers: names of this machine. */
  hosts: readonly string[]
  /** The browser's session; absent where the console has an address of its own, to which the cookie is not sent. */
  session?: {
    of(request: Request): Promise<Session | undefined>
    /** Whether its person proved a moment ago who they are. */
    isFresh(session: Session): boolean
  }
  /** Wrong tokens from one network address in a minute. */
  refusalLimit: number
  /** Tells when this process has written attempts of clients; absent where there is no flight recorder. */
  onAttemptsWritten?: ((listener: () => void) => () => void) | undefined
  /** Aborts when the server stops: streams end then. */
  closing: AbortSignal
  /** Of this program, for evidence files. */
  version: string
  /** How pages look. */
  server: PagesContext['server']
  onEvent: (event: ConsoleEvent) => void
}

/** What the log is told of the console beside what is in the audit log. Never a token. */
export type ConsoleEvent =
  | Extract<AccountEvent, { type: 'console_refused' | 'page_failed' }>
  | { type: 'host_rejected'; host: string }
