import type { FindingArgs, FindingCode } from '../../findings/finding.ts'

/** What is mended somewhere else than in lines of code: one to four steps. */
export interface Steps {
  readonly title: string
  readonly why: string
  readonly steps: readonly string[]
}

export type StepsOf<Codes extends FindingCode> = {
  readonly [Code in Codes]: (args: FindingArgs[Code], about: About) => Steps
}

/** Whom the steps speak of. */
export interface About {
  /** The URL that people type, and what the MCP server is told it is. */
  readonly target: string
  /** The host of the server that has to change. */
  readonly host: string
}
