import type { ClientProfile } from './profile.ts'
import antigravity from './profiles/antigravity.json' with { type: 'json' }
import chatgpt from './profiles/chatgpt.json' with { type: 'json' }
import claude from './profiles/claude.json' with { type: 'json' }
import claudeCode from './profiles/claude-code.json' with { type: 'json' }
import cline from './profiles/cline.json' with { type: 'json' }
import codex from './profiles/codex.json' with { type: 'json' }
import copilotCli from './profiles/copilot-cli.json' with { type: 'json' }
import copilotJetbrains from './profiles/copilot-jetbrains.json' with { type: 'json' }
import cursor from './profiles/cursor.json' with { type: 'json' }
import geminiCli from './profiles/gemini-cli.json' with { type: 'json' }
import goose from './profiles/goose.json' with { type: 'json' }
import grok from './profiles/grok.json' with { type: 'json' }
import jetbrainsAi from './profiles/jetbrains-ai.json' with { type: 'json' }
import librechat from './profiles/librechat.json' with { type: 'json' }
import m365Copilot from './profiles/m365-copilot.json' with { type: 'json' }
import mcpInspector from './profiles/mcp-inspector.json' with { type: 'json' }
import mcpRemote from './profiles/mcp-remote.json' with { type: 'json' }
import mistral from './profiles/mistral.json' with { type: 'json' }
import n8n from './profiles/n8n.json' with { type: 'json' }
import notion from './profiles/notion.json' with { type: 'json' }
import opencode from './profiles/opencode.json' with { type: 'json' }
import perplexity from './profiles/perplexity.json' with { type: 'json' }
import sdk1 from './profiles/sdk-1.json' with { type: 'json' }
import sdk2 from './profiles/sdk-2.json' with { type: 'json' }
import slack from './profiles/slack.json' with { type: 'json' }
import vscode from './profiles/vscode.json' with { type: 'json' }
import windsurf from './profiles/windsurf.json' with { type: 'json' }
import zed from './profiles/zed.json' with { type: 'json' }

export type {
  AuthorizationHandling,
  AuthorizationServerHandling,
  ChallengeHandling,
  ClientProfile,
  Fact,
  Family,
  Network,
  ProtectedResourceHandling,
  RegistrationHandling,
  Source,
  StatusesToGoOn,
  Step,
} from './profile.ts'

/** Every client that is known, by id. Frozen. */
export const profiles: readonly ClientProfile[] = frozen([
  antigravity,
  chatgpt,
  claude,
  claudeCode,
  cline,
  codex,
  copilotCli,
  copilotJetbrains,
  cursor,
  geminiCli,
  goose,
  grok,
  jetbrainsAi,
  librechat,
  m365Copilot,
  mcpInspector,
  mcpRemote,
  mistral,
  n8n,
  notion,
  opencode,
  perplexity,
  sdk1,
  sdk2,
  slack,
  vscode,
  windsurf,
  zed,
] as readonly unknown[] as readonly ClientProfile[]) // JSON loses the literal types; the tests hold each file against schema.json

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) frozen(child)
  return Object.freeze(value)
}
