import type { Behind } from '../behind.ts'
import type { ClientKind } from '../clients/client.ts'
import type { Directory } from '../directory.ts'
import type { LogLine } from '../gateway.ts'

/** An MCP server without OAuth, or several, in front of which Portcullis is put. */
export interface UpstreamKind {
  /** In the report, and for `--only`. */
  name: string
  /** The beginning of the `portcullis.yaml` in front of it. */
  configuration: string
  /** What clients are given that ask for nothing more. */
  scopes: readonly string[]
  /** What they are called, where there are several. */
  servers?: readonly string[]
  /** What it has that a step may call. */
  tools: readonly string[]
  /** Starts where the people of this server sign in. Default: they have passwords of Portcullis. */
  startDirectory?: () => Promise<Directory>
  /** Stands it up, so that a gateway can be put in front. */
  stand(upstream: PreparedUpstream, name: string): Promise<Behind>
  /** The gateway translates for it: which revision clients speak is read of what they say to the gateway. Default: of what it is sent. */
  isTranslated?: true
  /** Where it knows no other, so that clients of the newer one fall back. Default: it speaks both. */
  era?: 'sessions'
  /** Nobody waits for the end of an access token there, which lives for minutes then. */
  hasLongTokens?: true
  /** It is not told which client calls. Default: it is, and says so. */
  knowsNoClients?: true
  /** A client with which somebody else signs in after all others did. Default: nobody does. */
  clientOfAnother?: ClientKind
  /** Looks at the whole once all clients went. Returns what it saw; throws where that is wrong. */
  examine?(seen: { events: readonly LogLine[]; sent: string }): string
  /** Makes it ready to run. Resolves to why it cannot, where the machine lacks something; rejects where it should but does not. */
  prepare(): Promise<PreparedUpstream | Missing>
}

export interface PreparedUpstream {
  /** Of the SDK that it stands on; `undefined` where that does not matter. */
  version: string | undefined
  /** Listens on a free port of 127.0.0.1 where `PORT` is 0, and writes a line with its URL. */
  command: readonly string[]
  env: Readonly<Record<string, string>>
}

export interface Missing {
  missing: string
}
