/** A server that stands, and an account on it. */
export interface Target {
  /** The MCP URL, as a person would type it. */
  url: string
  username: string
  password: string
  /** Seconds after which an access token is no longer accepted. */
  accessTokenLifetime: number
}

/** The scope that `delete_note` needs and the first challenge does not name. */
export const stepUpScope = 'notes:delete'
