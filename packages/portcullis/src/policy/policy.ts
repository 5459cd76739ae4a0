import { createToolScopes, type Messages, type ToolScopesOptions } from '@portcullis/auth/mcp'
import type { Scope } from '@portcullis/auth/protocol'

/** Who may call what. */
export interface Policy {
  /** The scopes that these messages need, for one challenge that names them all (RS-19). */
  requiredScopes(messages: Messages): Scope
}

/**
 * The policy that `rules` make; `undefined` where they rule nothing, and so nobody has to read what is called.
 * Throws `TypeError` for a scope that is not a scope token.
 */
export function createPolicy(rules: ToolScopesOptions): Policy | undefined {
  const toolScopes = createToolScopes(rules)
  const isSilent =
    (rules.defaultScopes ?? []).length === 0 &&
    Object.values(rules.tools ?? {}).every(({ scopes }) => scopes.length === 0)
  return isSilent ? undefined : { requiredScopes: toolScopes }
}
