import { claudeCode } from './claude-code.ts'
import type { ClientKind } from './client.ts'
import { codex } from './codex.ts'
import { mcpRemote } from './mcp-remote.ts'
import { sdk1, sdk1Described, sdk1WithKey, sdk1WithSecret } from './sdk-1.ts'
import { sdk2, sdk2ByAssertion, sdk2Described, sdk2Stateless, sdk2WithKey, sdk2WithSecret } from './sdk-2.ts'

/** In the order of the report. */
export const allClients: readonly ClientKind[] = [
  claudeCode,
  codex,
  mcpRemote,
  sdk1,
  sdk1Described,
  sdk1WithSecret,
  sdk1WithKey,
  sdk2,
  sdk2Stateless,
  sdk2Described,
  sdk2WithSecret,
  sdk2WithKey,
  sdk2ByAssertion,
]
