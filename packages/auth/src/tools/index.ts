export type { Needs } from '../mcp/needs.ts'
export { type Caller, callerOf, type HandlerExtra } from './caller-of.ts'
export { needsOf, registerTool } from './register-tool.ts'
