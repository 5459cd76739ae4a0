import { claudeCode } from './claude-code.ts'
import type { ClientKind } from './client.ts'
import { codex } from './codex.ts'
import { mcpRemote } from './mcp-remote.ts'
import { sdk1 } from './sdk-1.ts'
import { sdk2, sdk2Stateless } from './sdk-2.ts'

/** In the order of the report. */
export const allClients: readonly ClientKind[] = [claudeCode, codex, mcpRemote, sdk1, sdk2, sdk2Stateless]
