import type { Directory } from '../directory.ts'

/** An MCP server without OAuth, in front of which Portcullis is put. */
export interface UpstreamKind {
  /** In the report, and for `--only`. */
  name: string
  /** The beginning of the `portcullis.yaml` in front of it. */
  configuration: string
  /** What clients are given that ask for nothing more. */
  scopes: readonly string[]
  /** What it has that a step may call. */
  tools: readonly string[]
  /** Starts where the people of this server sign in. Default: they have passwords of Portcullis. */
  startDirectory?: () => Promise<Directory>
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
