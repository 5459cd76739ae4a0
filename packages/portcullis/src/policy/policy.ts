import { type CallRules, type CallRulesOptions, createCallRules } from '@portcullis/auth/mcp'

/**
 * Who may call what, and who sees what of lists; `undefined` where nothing is ruled, and so nobody has to read what is called.
 * Throws `TypeError` for rules that cannot stand.
 */
export function createPolicy(options: CallRulesOptions): CallRules | undefined {
  const rules = createCallRules(options)
  return rules.isSilent ? undefined : rules
}
