import type { CallRulesOptions } from '@portcullis/auth/mcp'
import type { McpServer } from './mcp-servers.ts'
import type { rules } from './rule-schema.ts'

/** The rules of one MCP server, as they are set. */
export type RuleSettings = Pick<McpServer, keyof typeof rules>

export function callRulesOf(settings: RuleSettings): CallRulesOptions {
  const { tools, otherTools, prompts, otherPrompts, resourceUris, otherResourceUris, hideUngranted } = settings
  return {
    ...{ tools, otherTools, prompts, otherPrompts, hideUngranted },
    resources: resourceUris,
    otherResources: otherResourceUris,
  }
}

/** Whether a rule asks for a role. */
export function namesRoles({
  tools,
  otherTools,
  prompts,
  otherPrompts,
  resourceUris,
  otherResourceUris,
}: RuleSettings): boolean {
  const named = [tools, prompts, resourceUris].flatMap((table) => Object.values(table))
  return [...named, otherTools, otherPrompts, otherResourceUris].some(({ roles }) => roles !== undefined)
}
