/** What an operator sets in Clerk's dashboard, and what a test sets beside. */
export interface Switches {
  /** OAuth applications → Settings → Dynamic client registration. */
  dynamicClientRegistration: boolean
  /** OAuth applications → Settings → Generate access tokens as JWTs. */
  accessTokensAsJwts: boolean
  /** Agents → MCP servers: the URLs that were added, which tokens then name as their audience. */
  mcpServers: string[]
  /** Seconds since the tokens were made that it gives out from now on. */
  tokensAreOld: number
  /** Fields that its metadata are without. */
  metadataWithout: readonly string[]
  /** Whether it answers 503 to everything. */
  isDown: boolean
}

/** As a new instance is, once its operator did what README.md says. */
export function goodSwitches(mcpServer: string): Switches {
  return {
    dynamicClientRegistration: true,
    accessTokensAsJwts: true,
    mcpServers: [mcpServer],
    tokensAreOld: 0,
    metadataWithout: [],
    isDown: false,
  }
}
