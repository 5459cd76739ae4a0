export { type Answer, type Call, callsOf, type HeaderReader, type Messages } from './message.ts'
export { parseMessages } from './parse-messages.ts'
export type { MessageRefusal, MessageRefusalReason } from './refusal.ts'
export { createToolScopes, type ToolScopes, type ToolScopesOptions } from './tool-scopes.ts'
