import type { Family } from '@portcullis/clients'
import { walkChatgpt } from './families/chatgpt.ts'
import { walkClaudeCode } from './families/claude-code.ts'
import { walkClaudeHosted } from './families/claude-hosted.ts'
import { walkGemini } from './families/gemini.ts'
import { walkMcpRemote } from './families/mcp-remote.ts'
import { walkRmcp } from './families/rmcp.ts'
import { walkSdk1 } from './families/sdk-1.ts'
import { walkSdk2 } from './families/sdk-2.ts'
import { walkBySpecification } from './families/specification.ts'
import { walkVscode } from './families/vscode.ts'
import type { FamilyWalk } from './family.ts'

/** How each family walks. */
export const families: Readonly<Record<Family, FamilyWalk>> = {
  'sdk-1': walkSdk1,
  'sdk-2': walkSdk2,
  'mcp-remote': walkMcpRemote,
  'claude-code': walkClaudeCode,
  'claude-hosted': walkClaudeHosted,
  rmcp: walkRmcp,
  chatgpt: walkChatgpt,
  vscode: walkVscode,
  gemini: walkGemini,
  specification: walkBySpecification,
}
