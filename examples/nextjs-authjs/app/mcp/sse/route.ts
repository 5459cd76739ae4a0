import { sse } from '../../../lib/mcp/mcp.ts'

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = sse
